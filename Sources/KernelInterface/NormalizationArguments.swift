/// Arguments of ``KernelID/softmax`` and ``KernelID/axisNormalization``: along one axis of a plain tensor
/// `[outer, extent, inner]`, input and output dense and row-major.
@safe public struct AxisArguments: Sendable, BitwiseCopyable {
    /// Product of the extents before the axis.
    public var outerCount: Int
    /// Extent of the axis.
    public var extent: Int
    /// Product of the extents after the axis.
    public var innerCount: Int
    /// The input.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// The output; it may be the input.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Norms only: whether the mean is subtracted (layer norm) or not (RMS norm).
    public var subtractsMean: Bool = true
    /// Norms only: added to the variance.
    public var epsilon: Float = 0
    /// Norms only: `extent` multipliers; nil for none.
    public nonisolated(unsafe) var weight: UnsafePointer<Float>?
    /// Norms only: `extent` offsets; nil for none.
    public nonisolated(unsafe) var bias: UnsafePointer<Float>?

    /// Makes arguments.
    public init(
        outerCount: Int,
        extent: Int,
        innerCount: Int,
        input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>
    ) {
        self.outerCount = outerCount
        self.extent = extent
        self.innerCount = innerCount
        unsafe self.input = input
        unsafe self.output = output
        unsafe weight = nil
        unsafe bias = nil
    }
}

/// Arguments of ``KernelID/channelNormalization``: over the channels of each pixel of blocked maps.
@safe public struct ChannelNormalizationArguments: Sendable, BitwiseCopyable {
    /// Images of this run.
    public var images: Int
    /// C.
    public var channels: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// The input, blocked.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The output, blocked; it may be the input.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides
    /// Whether the mean is subtracted (layer norm) or not (RMS norm).
    public var subtractsMean: Bool = true
    /// Added to the variance.
    public var epsilon: Float
    /// Multipliers, C rounded up to 16, zero past C; nil for none.
    public nonisolated(unsafe) var weight: UnsafePointer<Float>?
    /// Offsets, C rounded up to 16, zero past C; nil for none.
    public nonisolated(unsafe) var bias: UnsafePointer<Float>?

    /// Makes arguments for dense maps.
    public init(
        images: Int,
        channels: Int,
        height: Int,
        width: Int,
        epsilon: Float,
        input: UnsafePointer<Float>,
        weight: UnsafePointer<Float>?,
        bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>
    ) {
        self.images = images
        self.channels = channels
        self.height = height
        self.width = width
        self.epsilon = epsilon
        unsafe self.input = input
        inputStrides = .blocked(channels: channels, height: height, width: width)
        unsafe self.weight = weight
        unsafe self.bias = bias
        unsafe self.output = output
        outputStrides = inputStrides
    }
}

/// Arguments of ``KernelID/groupNormalization``: over each group of channels and all positions, blocked.
@safe public struct GroupNormalizationArguments: Sendable, BitwiseCopyable {
    /// Groups; divides the channels.
    public var groups: Int
    /// Everything else: weight and bias of C rounded up to 16 floats, zero past C.
    public var maps: ChannelNormalizationArguments
    /// What follows.
    public var activation: ActivationFunction

    /// Makes arguments without activation.
    public init(groups: Int, maps: ChannelNormalizationArguments) {
        self.groups = groups
        self.maps = maps
        activation = ActivationFunction(.identity)
    }
}
