/// How ``KernelID/convolutionGrouped`` divides its work: images x output blocks x bands of output rows.
///
/// With g inputs a group the convolution is a sum of g depthwise convolutions: number i of them reads, for each
/// output channel, input i of the channel's group. So a task spreads each input pixel to g vectors of sixteen
/// lanes, lane j of vector i holding input i of the group of output lane j, and sums as depthwise kernels do.
///
/// A task walks down stripes of output columns. The spread rows that the filter covers stand in a ring in scratch
/// memory, `[input row modulo ringRows][input of the group][column][16]`, small enough for the first-level cache.
public struct GroupedPlan: Sendable, Hashable, BitwiseCopyable {
    /// Spread pixels of sixteen floats that the ring should have at most: 24 KiB.
    private static let ringPixels = 384
    /// The widest stripe may not be narrower than this, whatever the filter: fewer sums don't fill the pipeline.
    private static let narrowestStripe = 7
    /// Most output rows of a band: each band spreads anew the rows that it shares with the band above.
    private static let mostBandRows = 28

    /// Output columns of the widest stripe; the stripes of a map are of nearly equal width.
    public var stripeColumns: Int
    /// Output rows of a band; the last band may have fewer.
    public var bandRows: Int
    /// Bands of an image.
    public var bandCount: Int
    /// Output blocks.
    public var blockCount: Int
    /// Input rows of the ring: those from the filter's first row to its last.
    public var ringRows: Int
    /// Columns of a stripe's input.
    public var ringColumns: Int
    /// Inputs of a group.
    public var inputs: Int

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape) {
        blockCount = shape.outputBlocks
        inputs = shape.inputChannelsPerGroup
        ringRows = (shape.kernelHeight - 1) * shape.dilationHeight + 1
        let coveredColumns = (shape.kernelWidth - 1) * shape.dilationWidth + 1
        let affordable = Self.ringPixels / (ringRows * inputs) - coveredColumns
        let widest = max(affordable / shape.strideWidth + 1, Self.narrowestStripe)
        stripeColumns = min(widest, max(shape.outputWidth, 1))
        ringColumns = (stripeColumns - 1) * shape.strideWidth + coveredColumns
        let rows = max(min(shape.outputHeight, Self.mostBandRows), 1)
        bandCount = (shape.outputHeight + rows - 1) / rows
        bandRows = (shape.outputHeight + bandCount - 1) / bandCount
        bandCount = (shape.outputHeight + bandRows - 1) / bandRows
    }

    /// Whether the inputs of each output block stand in one input block: groups whose channel counts divide
    /// sixteen, or whose outputs fill whole blocks.
    public static func accepts(_ shape: ConvolutionShape) -> Bool {
        let (inputs, outputs) = (shape.inputChannelsPerGroup, shape.outputChannelsPerGroup)
        guard shape.groups > 1, !shape.isInputPlain, 16 % inputs == 0 else { return false }
        return outputs < 16 ? 16 % outputs == 0 && inputs <= outputs : outputs % 16 == 0
    }

    /// Whether the kernel serves `shape`, which it accepts, faster than ``KernelID/convolutionDense`` does.
    ///
    /// With sixteen inputs a group no product is saved.
    public static func isWorthwhile(_ shape: ConvolutionShape) -> Bool { shape.inputChannelsPerGroup <= 8 }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * blockCount * bandCount }

    /// Floats of a spread row.
    public var rowFloats: Int { inputs * ringColumns * 16 }

    /// Floats of scratch memory a thread.
    public var scratchFloats: Int { ringRows * rowFloats }
}
