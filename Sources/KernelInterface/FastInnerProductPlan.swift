/// How ``KernelID/convolutionFastInnerProduct`` and ``KernelID/linearFastInnerProduct`` divide their work: chunks of rows x groups of
/// output blocks.
///
/// A task copies its chunk, scaled, into scratch memory, `[input block][row][16]`, with the corrections of each row, its
/// scale, and room for the sums of a block.
public struct FastInnerProductPlan: Sendable, Hashable, BitwiseCopyable {
    /// Floats of a chunk's copy: half of a second-level cache.
    private static let copyFloats = 131_072
    /// Rows of the longest chunk.
    private static let longestChunk = 100
    /// Rows of the longest tile, with AVX-512.
    private static let tileRows = 20
    /// Blocks of the largest group: with fewer, a task's copy would weigh more beside its products.
    private static let largestGroup = 8
    /// Inputs of a piece, about: their weights take 24 KiB a block.
    private static let pieceInputs = 384
    /// Tasks that threads can share evenly; fewer are made more, whatever the copies cost.
    private static let fewestTasks = 4

    /// What a task makes: rows of an image, times a group of blocks.
    public struct Part {
        /// The image.
        public let image: Int
        /// Its rows.
        public let rows: Range<Int>
        /// Blocks of outputs.
        public let blocks: Range<Int>
    }

    /// Inputs of a row.
    public let inputs: Int
    private let rows: Int
    private let blocks: Int
    /// Rows of a chunk; an image's last may have fewer.
    private let chunkRows: Int
    /// Chunks of an image.
    private let chunkCount: Int

    /// Groups of blocks, as even as can be: tasks that follow each other with the same rows.
    public let groupCount: Int
    /// Tasks.
    public let taskCount: Int
    /// Pieces that the sums are made in: a block's weights of a piece stay in a first-level cache while all tiles of a chunk
    /// meet them.
    public let pieceCount: Int

    /// Plans a product of `rows` rows of each of `images` images; where rows of pictures follow each other, all are one image's.
    public init(rows: Int, inputs: Int, outputs: Int, images: Int = 1) {
        (self.inputs, self.rows) = (inputs, rows)
        let longest = Self.longestChunk(inputs)
        let chunks = max((rows + longest - 1) / longest, 1)
        chunkRows = max((rows + chunks - 1) / chunks, 1)
        chunkCount = (rows + chunkRows - 1) / chunkRows
        blocks = BlockedLayout.blocks(outputs)
        var groups = (blocks + Self.largestGroup - 1) / Self.largestGroup
        if images * chunkCount < Self.fewestTasks {
            groups = (groups + Self.fewestTasks - 1) / Self.fewestTasks * Self.fewestTasks
        }
        groupCount = min(groups, blocks)
        taskCount = images * chunkCount * groupCount
        pieceCount = max((inputs + Self.pieceInputs / 2) / Self.pieceInputs, 1)
    }

    /// Plans a convolution.
    public init(_ arguments: ConvolutionArguments) {
        let shape = arguments.shape
        self.init(
            rows: shape.outputHeight * shape.outputWidth,
            inputs: shape.inputChannels,
            outputs: shape.outputChannels,
            images: arguments.images
        )
    }

    /// Plans a product of rows.
    public init(_ arguments: LinearArguments) {
        self.init(rows: arguments.rows, inputs: arguments.inputs, outputs: arguments.outputs)
    }

    /// The part of task `index`.
    public func part(_ index: Int) -> Part {
        let (chunk, group) = (index / groupCount, index % groupCount)
        let row = chunk % chunkCount * chunkRows
        return Part(
            image: chunk / chunkCount,
            rows: row..<min(row + chunkRows, rows),
            blocks: blocks * group / groupCount..<blocks * (group + 1) / groupCount
        )
    }

    /// The inputs of piece `index`: whole spans, and with the last piece what is left.
    public func piece(_ index: Int) -> Range<Int> {
        let spans = inputs / FastInnerProduct.span
        func end(_ count: Int) -> Int { spans * count / pieceCount * FastInnerProduct.span }
        return end(index)..<(index + 1 == pieceCount ? inputs : end(index + 1))
    }

    /// Rows of the longest chunk of rows of `inputs` inputs: whole tiles.
    private static func longestChunk(_ inputs: Int) -> Int {
        let rows = copyFloats / BlockedLayout.padded(max(inputs, 1)) / tileRows * tileRows
        return min(max(rows, tileRows), longestChunk)
    }

    /// Floats of scratch memory a thread: the copy, the sums, the corrections and the factors of the longest chunk.
    public static func scratchFloats(inputs: Int) -> Int {
        longestChunk(inputs) * (BlockedLayout.padded(max(inputs, 1)) + FastInnerProduct.spans(inputs) + 17)
    }
}
