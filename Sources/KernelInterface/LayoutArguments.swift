/// Arguments of ``KernelID/blocking`` and ``KernelID/unblocking``: between plain `[N, C, H, W]` and blocked.
@safe public struct LayoutArguments: Sendable, BitwiseCopyable {
    /// Images of this run.
    public var images: Int
    /// C.
    public var channels: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// The input, plain for blocking and blocked for unblocking.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The output, blocked for blocking and plain for unblocking.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides

    /// Makes arguments.
    public init(
        images: Int,
        channels: Int,
        height: Int,
        width: Int,
        input: UnsafePointer<Float>,
        inputStrides: MapStrides,
        output: UnsafeMutablePointer<Float>,
        outputStrides: MapStrides
    ) {
        self.images = images
        self.channels = channels
        self.height = height
        self.width = width
        unsafe self.input = input
        self.inputStrides = inputStrides
        unsafe self.output = output
        self.outputStrides = outputStrides
    }
}

/// Arguments of ``KernelID/channelCopy``: moves whole channels of blocked maps to other places.
///
/// It serves slices, concatenations (a call for each input) and shuffles of channels that do not stand at
/// multiples of 16.
@safe public struct ChannelCopyArguments: Sendable, BitwiseCopyable {
    /// In ``sources``: the output's lane stays as it is.
    public static let keeps: Int32 = -1
    /// In ``sources``: the output's lane becomes zero.
    public static let zero: Int32 = -2

    /// Images of this run.
    public var images: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// Channel blocks of the output that are written.
    public var outputBlocks: Int
    /// For each lane of those blocks, `16 * outputBlocks` in all: the input's channel, ``keeps`` or ``zero``.
    public nonisolated(unsafe) var sources: UnsafePointer<Int32>
    /// The input, blocked.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The first block that is written, blocked.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides

    /// Makes arguments.
    public init(
        images: Int,
        height: Int,
        width: Int,
        outputBlocks: Int,
        sources: UnsafePointer<Int32>,
        input: UnsafePointer<Float>,
        inputStrides: MapStrides,
        output: UnsafeMutablePointer<Float>,
        outputStrides: MapStrides
    ) {
        self.images = images
        self.height = height
        self.width = width
        self.outputBlocks = outputBlocks
        unsafe self.sources = sources
        unsafe self.input = input
        self.inputStrides = inputStrides
        unsafe self.output = output
        self.outputStrides = outputStrides
    }
}
