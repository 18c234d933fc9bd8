/// Arguments of ``KernelID/pooling``: windows over blocked maps.
@safe public struct PoolingArguments: Sendable, BitwiseCopyable {
    /// What a window becomes.
    public enum Kind: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
        /// The largest element inside the input.
        case maximum
        /// The mean of the elements inside the input.
        case average
        /// The sum of the elements inside the input divided by the elements of the window that lie inside the
        /// input or its padding: PyTorch's `count_include_pad`.
        case averageWithPadding
    }

    /// What a window becomes.
    public var kind: Kind
    /// Images of this run.
    public var images: Int
    /// C.
    public var channels: Int
    /// Rows of the input.
    public var inputHeight: Int
    /// Columns of the input.
    public var inputWidth: Int
    /// Rows of the output; a window may hang over the padding's end (PyTorch's `ceil_mode`).
    public var outputHeight: Int
    /// Columns of the output.
    public var outputWidth: Int
    /// Rows of a window.
    public var kernelHeight: Int
    /// Columns of a window.
    public var kernelWidth: Int
    /// Rows from a window to the next.
    public var strideHeight: Int
    /// Columns from a window to the next.
    public var strideWidth: Int
    /// Rows of padding above.
    public var paddingTop: Int
    /// Columns of padding on the left.
    public var paddingLeft: Int
    /// Rows of padding below.
    public var paddingBottom: Int
    /// Columns of padding on the right.
    public var paddingRight: Int
    /// The first float of the input, blocked.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The first float of the output, blocked.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides

    /// Makes arguments for square windows without padding on dense maps; set what differs.
    public init(
        kind: Kind,
        images: Int,
        channels: Int,
        inputHeight: Int,
        inputWidth: Int,
        outputHeight: Int,
        outputWidth: Int,
        kernel: Int,
        stride: Int,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.kind = kind
        self.images = images
        self.channels = channels
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        (kernelHeight, kernelWidth) = (kernel, kernel)
        (strideHeight, strideWidth) = (stride, stride)
        (paddingTop, paddingLeft, paddingBottom, paddingRight) = (0, 0, 0, 0)
        unsafe self.input = input
        inputStrides = .blocked(channels: channels, height: inputHeight, width: inputWidth)
        unsafe self.output = output
        outputStrides = .blocked(channels: channels, height: outputHeight, width: outputWidth)
    }
}

/// Arguments of ``KernelID/globalMean``: `[N, C, H, W]` blocked to `[N][C rounded up to 16]`.
@safe public struct GlobalMeanArguments: Sendable, BitwiseCopyable {
    /// Images of this run.
    public var images: Int
    /// C.
    public var channels: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// The first float of the input, blocked.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The means; channel blocks follow each other densely, past C stand zeros.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Floats from an image's means to the next image's.
    public var outputImageStride: Int

    /// Makes arguments for dense maps.
    public init(
        images: Int,
        channels: Int,
        height: Int,
        width: Int,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.images = images
        self.channels = channels
        self.height = height
        self.width = width
        unsafe self.input = input
        inputStrides = .blocked(channels: channels, height: height, width: width)
        unsafe self.output = output
        outputImageStride = BlockedLayout.padded(channels)
    }
}
