/// The numbers of a convolution of one image, all that decides which kernel serves it.
public struct ConvolutionShape: Sendable, Hashable, BitwiseCopyable {
    /// C of the input, all groups together.
    public var inputChannels: Int
    /// Rows of the input.
    public var inputHeight: Int
    /// Columns of the input.
    public var inputWidth: Int
    /// C of the output, all groups together.
    public var outputChannels: Int
    /// Rows of the output.
    public var outputHeight: Int
    /// Columns of the output.
    public var outputWidth: Int
    /// Rows of the filter.
    public var kernelHeight: Int
    /// Columns of the filter.
    public var kernelWidth: Int
    /// Rows from one output to the next.
    public var strideHeight: Int = 1
    /// Columns from one output to the next.
    public var strideWidth: Int = 1
    /// Rows from one tap to the next.
    public var dilationHeight: Int = 1
    /// Columns from one tap to the next.
    public var dilationWidth: Int = 1
    /// Rows of zeros above the input; those below follow from the output's height.
    public var paddingTop: Int = 0
    /// Columns of zeros left of the input; those on the right follow from the output's width.
    public var paddingLeft: Int = 0
    /// Groups of channels that do not see each other; divides both channel counts.
    public var groups: Int = 1
    /// Whether the input is plain `[N, C, H, W]` (the pictures); otherwise it is blocked.
    ///
    /// The output is blocked.
    public var isInputPlain: Bool = false

    /// Makes a shape with stride and dilation 1, no padding, one group and a blocked input.
    public init(
        inputChannels: Int,
        inputHeight: Int,
        inputWidth: Int,
        outputChannels: Int,
        outputHeight: Int,
        outputWidth: Int,
        kernelHeight: Int,
        kernelWidth: Int
    ) {
        self.inputChannels = inputChannels
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.outputChannels = outputChannels
        self.outputHeight = outputHeight
        self.outputWidth = outputWidth
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
    }

    /// Input channels of a group.
    public var inputChannelsPerGroup: Int { inputChannels / groups }
    /// Output channels of a group.
    public var outputChannelsPerGroup: Int { outputChannels / groups }
    /// Whether each output channel reads one input channel of the same number.
    public var isDepthwise: Bool { groups == inputChannels && outputChannels == inputChannels }
    /// Channel blocks of the output.
    public var outputBlocks: Int { BlockedLayout.blocks(outputChannels) }
    /// Channel blocks of a blocked input.
    public var inputBlocks: Int { BlockedLayout.blocks(inputChannels) }
    /// Multiply-accumulates for one image.
    public var multiplications: Int {
        outputChannels * outputHeight * outputWidth * inputChannelsPerGroup * kernelHeight * kernelWidth
    }
}
