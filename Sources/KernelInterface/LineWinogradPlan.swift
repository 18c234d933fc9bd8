/// How ``KernelID/convolutionWinogradLine`` divides its work: images x bands of lines x groups of output blocks.
///
/// A task transforms the input lines of its band once for all of its output blocks.
public struct LineWinogradPlan: Sendable, Hashable, BitwiseCopyable {
    /// Output blocks that are worked on together.
    public static let blocksPerPass = 2
    /// Tasks that are wanted at least, for the threads' sake.
    private static let wantedTasks = 8
    /// Pixels of a register tile: a band should have as many tiles.
    private static let rows = 14
    /// Floats of transformed inputs that stay in the second-level cache beside products and weights.
    private static let budget = 163_840

    /// Points of the tiling.
    public let points: Int
    /// Filter taps across the lines.
    public let across: Int
    /// Output lines of an image.
    public let lineCount: Int
    /// Outputs of a line.
    public let lineLength: Int
    /// Tiles of a line; the last may stand out of it.
    public let tileCount: Int
    /// Input blocks.
    public let inputBlocks: Int
    /// Output lines of a band; the last band may have fewer.
    public let bandLines: Int
    /// Bands of an image.
    public let bandCount: Int
    /// Output blocks of a task; the last group may have fewer.
    public let groupBlocks: Int
    /// Groups of a band.
    public let groupCount: Int

    /// Plans a convolution of `images` images.
    public init(_ shape: ConvolutionShape, _ tiling: LineTiling, images: Int) {
        points = tiling.points
        across = tiling.isRow ? shape.kernelHeight : shape.kernelWidth
        lineCount = tiling.isRow ? shape.outputHeight : shape.outputWidth
        lineLength = tiling.isRow ? shape.outputWidth : shape.outputHeight
        tileCount = (lineLength + LineTiling.tile - 1) / LineTiling.tile
        inputBlocks = shape.inputBlocks
        let lineFloats = points * inputBlocks * tileCount * 16
        let affordable = max(Self.budget / max(lineFloats, 1) - across + 1, 1)
        let filling = (Self.rows + tileCount - 1) / max(tileCount, 1)
        let wantedBands = (Self.wantedTasks + images - 1) / max(images, 1)
        let wanted = max((lineCount + wantedBands - 1) / wantedBands, filling)
        let bands = Self.parts(lineCount, of: min(affordable, wanted))
        bandLines = Self.parts(lineCount, of: bands)
        bandCount = Self.parts(lineCount, of: bandLines)
        let passes = Self.parts(shape.outputBlocks, of: Self.blocksPerPass)
        let groups = min(passes, max(Self.parts(Self.wantedTasks, of: images * bandCount), 1))
        groupBlocks = Self.parts(passes, of: groups) * Self.blocksPerPass
        groupCount = Self.parts(shape.outputBlocks, of: groupBlocks)
    }

    /// `count` divided by `size`, at least one, rounded up.
    private static func parts(_ count: Int, of size: Int) -> Int { (count + size - 1) / max(size, 1) }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * bandCount * groupCount }

    /// Transformed lines of a band.
    public var inputLines: Int { bandLines + across - 1 }

    /// Floats of a point's transformed inputs, `[input block][line][tile][16]`; a line more than a round number, against
    /// cache aliasing.
    public var patchStride: Int { inputBlocks * inputLines * tileCount * 16 + 16 }

    /// Floats of a point's products, `[output block of the pass][line][tile][16]`, likewise.
    public var productStride: Int { Self.blocksPerPass * bandLines * tileCount * 16 + 16 }

    /// Floats of an input line with the zeros around it.
    public var lineFloats: Int { (tileCount * LineTiling.tile + points - LineTiling.tile) * 16 }

    /// Floats of scratch memory of a plan.
    var scratchFloats: Int { points * (patchStride + productStride) + lineFloats }

    /// Floats of scratch memory a thread at any number of images: the more images, the longer the bands.
    public static func scratchFloats(_ shape: ConvolutionShape, _ tiling: LineTiling) -> Int {
        LineWinogradPlan(shape, tiling, images: wantedTasks).scratchFloats
    }
}
