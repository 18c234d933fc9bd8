internal import KernelInterface

/// The lines of a convolution's maps: what lies densely in memory, the whole map or a row.
struct MapLines: BitwiseCopyable {
    /// Pixels of an output map.
    let pixels: Int
    private let length: Int

    /// The lines of the input, of which each output reads the pixel of its place, the output and the residual together.
    @inline(__always) init(_ arguments: ConvolutionArguments) {
        self.init(arguments.shape, isDense: Self.hasDenseInput(arguments) && Self.hasDenseOutput(arguments))
    }

    /// The lines of output pixels whose inputs are equally far apart.
    @inline(__always) init(inputOf arguments: ConvolutionArguments) {
        self.init(arguments.shape, isDense: Self.hasDenseInput(arguments))
    }

    /// The lines of the output and the residual.
    @inline(__always) init(outputOf arguments: ConvolutionArguments) {
        self.init(arguments.shape, isDense: Self.hasDenseOutput(arguments))
    }

    /// One line of `rows` rows.
    @inline(__always) init(rows: Int) { (pixels, length) = (rows, rows) }

    @inline(__always) private init(_ shape: ConvolutionShape, isDense: Bool) {
        pixels = shape.outputHeight &* shape.outputWidth
        length = isDense ? pixels : shape.outputWidth
    }

    @inline(__always) private static func hasDenseInput(_ arguments: ConvolutionArguments) -> Bool {
        let shape = arguments.shape
        return arguments.inputStrides.row == shape.outputWidth &* 16 && shape.strideHeight == 1
            && shape.strideWidth == 1
    }

    @inline(__always) private static func hasDenseOutput(_ arguments: ConvolutionArguments) -> Bool {
        let row = arguments.shape.outputWidth &* 16
        let residualIsDense = unsafe arguments.residual == nil || arguments.residualStrides.row == row
        return arguments.outputStrides.row == row && residualIsDense
    }

    /// The line of a pixel, its column in it, and the pixels from it on that are in the line and before `end`.
    @inline(__always) func piece(_ pixel: Int, end: Int) -> (line: Int, column: Int, length: Int) {
        let line = pixel / length
        let column = pixel &- line &* length
        return (line, column, min(end &- pixel, length &- column))
    }
}
