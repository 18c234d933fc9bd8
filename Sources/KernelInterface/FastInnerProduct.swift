/// Winograd's inner product: sums in which additions stand in for half of the multiplications.
///
/// For two inputs a, c of a row and their weights u, v of a column, `a u + c v = (a + v) (c + u) - a c - u v`: two
/// additions and one multiply-add. What is subtracted belongs to the row alone and to the column alone: it is computed
/// once a row and once a model. A core whose units for additions stand beside those for multiply-adds, one addition and
/// one multiply-add a cycle, is busiest with five of eight pairs treated so: sixteen inputs take eleven multiply-adds
/// and ten additions, where plain sums take sixteen multiply-adds.
///
/// To lose no digits, a row is first divided by the power of two next to its root mean square, a column of weights
/// likewise, and each ``span`` inputs have sums and corrections of their own, which are added to a total. The relative error of
/// outputs is then some three roundings (2^-24) for any number of inputs, where plain sums have 2 over 64 inputs, 5 over 256 and
/// 16 over 3,072.
///
/// Source: S. Winograd, A new algorithm for inner product, IEEE Transactions on Computers C-17 (1968).
public enum FastInnerProduct {
    /// Pairs of sixteen inputs: input i, below it, and input i + 8.
    public static let pairs = 5
    /// Inputs of a sum with its correction.
    public static let span = 64
    /// Fewer rows of a picture, and it is the weights that a core waits for.
    static let fewestRows = 32
    /// Fewer outputs are not worth the copies.
    static let fewestOutputs = 48
    /// Fewer inputs are not worth the corrections.
    static let fewestInputs = 32

    /// Corrections of a row or a column.
    public static func spans(_ inputs: Int) -> Int { (inputs + span - 1) / span }

    /// Floats of a block of sixteen columns: `[factor][of each span: correction, inputs][16 outputs]`.
    public static func floatsPerBlock(_ inputs: Int) -> Int { 16 * (1 + spans(inputs) + inputs) }

    /// Whether it serves a picture's `rows` rows of `inputs` inputs faster than plain sums do, where additions are free.
    public static func isWorthwhile(rows: Int, inputs: Int, outputs: Int) -> Bool {
        rows >= fewestRows && inputs >= fewestInputs && outputs >= fewestOutputs
    }

    /// Whether it serves `shape`: a 1x1 convolution of blocked maps, any stride, no padding, one group.
    static func accepts(_ shape: ConvolutionShape) -> Bool {
        !shape.isInputPlain && shape.groups == 1 && shape.inputChannels >= 16 && shape.kernelHeight == 1
            && shape.kernelWidth == 1 && shape.paddingTop == 0 && shape.paddingLeft == 0
            && (shape.outputHeight - 1) * shape.strideHeight < shape.inputHeight
            && (shape.outputWidth - 1) * shape.strideWidth < shape.inputWidth
    }
}

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

    /// Floats of scratch memory a thread: the copy, the corrections and the factors of the longest chunk.
    public static func scratchFloats(inputs: Int) -> Int {
        longestChunk(inputs) * (BlockedLayout.padded(max(inputs, 1)) + FastInnerProduct.spans(inputs) + 1)
    }
}
