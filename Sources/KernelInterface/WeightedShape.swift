/// What a kernel multiplies with weights: the extents that decide which kernels can serve it.
public enum WeightedShape: Sendable, Hashable, CustomStringConvertible {
    /// A convolution of so many images.
    case convolution(ConvolutionShape, images: Int)
    /// `rows` rows of `inputs` features to rows of `outputs` features.
    case linear(rows: Int, inputs: Int, outputs: Int)

    /// The shape in a kernel's arguments, or nil for a kernel without weights.
    ///
    /// `arguments` points to the structure that ``KernelID`` names for the kernel.
    public init?(kernel: KernelID, arguments: UnsafeRawPointer) {
        if KernelID.convolutionsAtAnyPrecision.contains(kernel) {
            let arguments = unsafe arguments.load(as: ConvolutionArguments.self)
            self = .convolution(arguments.shape, images: arguments.images)
        } else if KernelID.linears.contains(kernel) {
            let arguments = unsafe arguments.load(as: LinearArguments.self)
            self = .linear(rows: arguments.rows, inputs: arguments.inputs, outputs: arguments.outputs)
        } else {
            return nil
        }
    }

    /// The kernels that can serve it, whether or not they are worthwhile, in the order of choice.
    public var kernels: [KernelID] {
        switch self {
        case .convolution(let shape, _): KernelID.convolutionsAtAnyPrecision.filter { $0.accepts(shape) }
        case .linear(_, let inputs, _): KernelID.linears.filter { $0.acceptsRows(of: inputs) }
        }
    }

    /// Multiply-accumulates of the plain sum; a kernel that saves some of them does the same work in fewer.
    public var multiplications: Int {
        switch self {
        case .convolution(let shape, let images): shape.multiplications * images
        case .linear(let rows, let inputs, let outputs): rows * inputs * outputs
        }
    }

    /// The shape of `pictures` times as many images or rows.
    public func repeated(_ pictures: Int) -> WeightedShape {
        switch self {
        case .convolution(let shape, let images): .convolution(shape, images: images * pictures)
        case .linear(let rows, let inputs, let outputs):
            .linear(rows: rows * pictures, inputs: inputs, outputs: outputs)
        }
    }

    /// `16x [64, 56, 56] -> [128, 28, 28] 3x3 /2 groups 32`, `[3136, 96] -> [3136, 384]`: images, C, H and W or rows and
    /// features, then filter, stride, dilation and groups where they are not 1.
    public var description: String {
        switch self {
        case .linear(let rows, let inputs, let outputs):
            return "[\(rows), \(inputs)] -> [\(rows), \(outputs)]"
        case .convolution(let shape, let images):
            func pair(_ height: Int, _ width: Int) -> String {
                height == width ? "\(height)" : "\(height)x\(width)"
            }
            var text =
                "\(images)x [\(shape.inputChannels), \(shape.inputHeight), \(shape.inputWidth)] -> "
                + "[\(shape.outputChannels), \(shape.outputHeight), \(shape.outputWidth)] "
                + "\(shape.kernelHeight)x\(shape.kernelWidth)"
            if (shape.strideHeight, shape.strideWidth) != (1, 1) {
                text += " /\(pair(shape.strideHeight, shape.strideWidth))"
            }
            if (shape.dilationHeight, shape.dilationWidth) != (1, 1) {
                text += " dilation \(pair(shape.dilationHeight, shape.dilationWidth))"
            }
            if shape.groups > 1 { text += " groups \(shape.groups)" }
            return text + (shape.isInputPlain ? " plain" : "")
        }
    }
}
