/// How ``KernelID/convolutionWinogradStrided`` divides its work: images x rectangles of tiles x groups of output blocks.
///
/// A task transforms its rectangle's patches once for all of its output blocks. Each of the 36 positions of a
/// transformed filter (``WinogradTiling/filterTransform``) has a matrix of what it is multiplied with: a row for each
/// tile, or for each output along the axes in which the position is the odd tap's, so that these share their weights.
public struct StridedWinogradPlan: Sendable, Hashable, BitwiseCopyable {
    /// Output blocks that are worked on together.
    public static let blocksPerPass = 2
    /// Places for matrices of one row a tile: 5 x 5 of points, 2 x 5 x 4 of a point and a tile's odd ones, 4 x 4 of these.
    public static let places = 81
    /// Tasks that are wanted at least, for the threads' sake.
    private static let wantedTasks = 8
    /// Pixels of a register tile: a rectangle should have as many tiles, or twice as many.
    private static let rows = 14
    /// Floats of transformed patches that stay in the second-level cache beside products and weights.
    private static let budget = 163_840

    /// Tiles along a column of the output.
    public let down: TileLengths
    /// Tiles along a row of the output.
    public let across: TileLengths
    /// Input blocks.
    public let inputBlocks: Int
    /// Rows of tiles of a rectangle; the last may have fewer.
    public let chunkRows: Int
    /// Columns of tiles of a rectangle; the last may have fewer.
    public let chunkColumns: Int
    /// Rectangles along a column.
    public let chunksDown: Int
    /// Rectangles along a row.
    public let chunksAcross: Int
    /// Output blocks of a task; the last group may have fewer.
    public let groupBlocks: Int
    /// Groups of a rectangle.
    public let groupCount: Int

    /// Plans a convolution of `images` images.
    public init(_ shape: ConvolutionShape, images: Int) {
        down = TileLengths(shape.outputHeight, longest: 4)
        across = TileLengths(shape.outputWidth, longest: 4)
        inputBlocks = shape.inputBlocks
        let affordable = max(Self.budget / (Self.places * inputBlocks * 16), 1)
        chunkColumns = Self.even(across.count, atMost: max(affordable, Self.rows))
        let wanted = min(max(affordable, Self.rows), 2 * Self.rows)
        chunkRows = Self.even(down.count, atMost: max((wanted + chunkColumns / 2) / chunkColumns, 1))
        chunksDown = (down.count + chunkRows - 1) / chunkRows
        chunksAcross = (across.count + chunkColumns - 1) / chunkColumns
        let chunks = max(images * chunksDown * chunksAcross, 1)
        let passes = (shape.outputBlocks + Self.blocksPerPass - 1) / Self.blocksPerPass
        let groups = min(passes, max((Self.wantedTasks + chunks - 1) / chunks, 1))
        groupBlocks = (passes + groups - 1) / groups * Self.blocksPerPass
        groupCount = (shape.outputBlocks + groupBlocks - 1) / groupBlocks
    }

    /// `count` divided by the number of parts that parts of at most `longest` need, rounded up.
    private static func even(_ count: Int, atMost longest: Int) -> Int {
        let parts = (count + longest - 1) / longest
        return (count + parts - 1) / parts
    }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * chunksDown * chunksAcross * groupCount }

    /// Floats of a place for transformed patches, `[input block][tile][16]`; a line more than a round number, against
    /// cache aliasing.
    public var patchStride: Int { inputBlocks * chunkRows * chunkColumns * 16 + 16 }

    /// Floats of a place for products, `[output block of the pass][tile][16]`, likewise.
    public var productStride: Int { Self.blocksPerPass * chunkRows * chunkColumns * 16 + 16 }

    /// Floats of a patch of 9 x 9 inputs, or of a transform on its way.
    public static let patchFloats = 81 * 16

    /// Floats of scratch memory a thread at any number of images.
    public static func scratchFloats(_ shape: ConvolutionShape) -> Int {
        let plan = StridedWinogradPlan(shape, images: 1)
        return places * (plan.patchStride + plan.productStride) + 2 * patchFloats
    }
}
