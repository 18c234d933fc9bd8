/// How ``KernelID/convolutionFastInnerProduct`` and ``KernelID/linearFastInnerProduct`` divide their work: chunks of rows x groups of
/// output blocks.
///
/// A task copies its chunk, scaled, into scratch memory, `[input block][row][16]`, with the corrections of each row and
/// its scale.
public struct FastInnerProductPlan: Sendable, Hashable, BitwiseCopyable {
    /// Floats of a chunk's copy: half of a second-level cache.
    private static let copyFloats = 131_072
    /// Rows of the longest chunk.
    private static let longestChunk = 100
    /// Blocks of a group: with fewer, a task's copy would weigh more beside its products.
    private static let groupBlocks = 8
    /// Inputs of a piece, about: their weights take 24 KiB a block.
    private static let pieceInputs = 384
    /// Tasks that threads can share evenly; fewer are made more, whatever the copies cost.
    private static let fewestTasks = 4

    /// Rows of a chunk; the last may have fewer.
    public var chunkRows: Int
    /// Chunks.
    public var chunkCount: Int
    /// Output blocks of a task; the last group may have fewer.
    public var groupBlocks: Int
    /// Groups.
    public var groupCount: Int

    /// Plans a product of `rows` rows, of an image where they lie in `images` images, of all pictures where rows of pictures
    /// follow each other.
    public init(rows: Int, inputs: Int, outputs: Int, images: Int = 1) {
        let longest = Self.longestChunk(inputs)
        let chunks = max((rows + longest - 1) / longest, 1)
        chunkRows = max((rows + chunks - 1) / chunks, 1)
        chunkCount = (rows + chunkRows - 1) / chunkRows
        let blocks = BlockedLayout.blocks(outputs)
        var groups = (blocks + Self.groupBlocks - 1) / Self.groupBlocks
        if images * chunkCount < Self.fewestTasks {
            groups = (groups + Self.fewestTasks - 1) / Self.fewestTasks * Self.fewestTasks
        }
        groupBlocks = max((blocks + groups - 1) / groups, 1)
        groupCount = (blocks + groupBlocks - 1) / groupBlocks
    }

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape, images: Int) {
        self.init(
            rows: shape.outputHeight * shape.outputWidth,
            inputs: shape.inputChannels,
            outputs: shape.outputChannels,
            images: images
        )
    }

    /// Rows of the longest chunk of rows of `inputs` inputs: whole tiles.
    private static func longestChunk(_ inputs: Int) -> Int {
        let rows = copyFloats / BlockedLayout.padded(max(inputs, 1)) / 20 * 20
        return min(max(rows, 20), longestChunk)
    }

    /// Floats of scratch memory a thread: the copy, the sums, the corrections and the factors of the longest chunk.
    public static func scratchFloats(inputs: Int) -> Int {
        longestChunk(inputs) * (BlockedLayout.padded(max(inputs, 1)) + FastInnerProduct.spans(inputs) + 17)
    }

    /// Pieces that the sums over `inputs` inputs are made in: a block's weights of a piece stay in a first-level cache while all
    /// tiles of a chunk meet them.
    public static func pieceCount(inputs: Int) -> Int { max((inputs + pieceInputs / 2) / pieceInputs, 1) }

    /// The inputs of piece `index`: whole spans, and with the last piece what is left.
    public static func piece(_ index: Int, inputs: Int) -> Range<Int> {
        let count = pieceCount(inputs: inputs)
        let spans = inputs / FastInnerProduct.span
        let begin = spans * index / count * FastInnerProduct.span
        return begin..<(index == count - 1 ? inputs : spans * (index + 1) / count * FastInnerProduct.span)
    }
}
