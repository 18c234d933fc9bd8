/// Arguments of every convolution kernel: `output = activation(convolution(input) + bias + residual)`.
///
/// `@safe`: holding the addresses is safe; the kernel that reads through them is called as unsafe.
@safe public struct ConvolutionArguments: Sendable, BitwiseCopyable {
    /// The convolution.
    public var shape: ConvolutionShape
    /// Images of this run.
    public var images: Int
    /// The first float of the first image, blocked or (``ConvolutionShape/isInputPlain``) plain.
    public nonisolated(unsafe) var input: UnsafePointer<Float>
    /// Strides of the input.
    public var inputStrides: MapStrides
    /// The weights as the kernel's ``KernelID/packing(_:)`` wants them.
    public nonisolated(unsafe) var weights: UnsafePointer<Float>
    /// The bias, `outputBlocks * 16` floats, zero past the last channel; nil for none.
    public nonisolated(unsafe) var bias: UnsafePointer<Float>?
    /// Blocked maps of the output's extents that are added before the activation; nil for none.
    ///
    /// It may be the output itself.
    public nonisolated(unsafe) var residual: UnsafePointer<Float>?
    /// Strides of the residual.
    public var residualStrides: MapStrides
    /// The first float of the first output image, blocked.
    public nonisolated(unsafe) var output: UnsafeMutablePointer<Float>
    /// Strides of the output.
    public var outputStrides: MapStrides
    /// What follows the sum.
    public var activation: ActivationFunction

    /// Makes arguments without a residual.
    public init(
        shape: ConvolutionShape,
        images: Int,
        input: UnsafePointer<Float>,
        inputStrides: MapStrides,
        weights: UnsafePointer<Float>,
        bias: UnsafePointer<Float>?,
        output: UnsafeMutablePointer<Float>,
        outputStrides: MapStrides,
        activation: ActivationFunction = ActivationFunction(.identity)
    ) {
        self.shape = shape
        self.images = images
        unsafe self.input = input
        self.inputStrides = inputStrides
        unsafe self.weights = weights
        unsafe self.bias = bias
        unsafe residual = nil
        residualStrides = outputStrides
        unsafe self.output = output
        self.outputStrides = outputStrides
        self.activation = activation
    }
}
