internal import KernelInterface

/// ``KernelID/convolutionFastInnerProduct``: 1x1, any stride, one group, blocked to blocked, by ``FastInnerProduct``.
///
/// Each sum runs over the spans of input channels in order, and over a span's channels in order.
func runPointwiseInnerProduct(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let plan = FastInnerProductPlan(arguments)
    let activation = PreparedActivation(arguments.activation)
    let outputLines = MapLines(outputOf: arguments)
    var copied = false
    for task in begin..<end {
        let part = plan.part(task)
        let copy = unsafe InnerProductCopy(
            scratch,
            rows: part.rows.count,
            inputs: arguments.shape.inputChannels
        )
        // A chunk's copy is kept while the groups of blocks pass.
        if !copied || task % plan.groupCount == 0 {
            copied = true
            copy.fill(part, arguments)
        }
        runInnerProducts(plan, part, outputLines, unsafe Source(arguments.weights), copy) { place, block in
            arguments.epilogue(
                activation,
                image: part.image,
                block: block,
                vectors: 1,
                row: place.line,
                column: place.column
            )
        }
    }
}

extension InnerProductCopy {
    /// Fills all rows with the pixels of a part.
    @inline(__always) fileprivate func fill(
        _ part: FastInnerProductPlan.Part,
        _ arguments: ConvolutionArguments
    ) {
        let (shape, strides) = (arguments.shape, arguments.inputStrides)
        let lines = MapLines(inputOf: arguments)
        var pixel = part.rows.lowerBound
        while pixel < part.rows.upperBound {
            let (line, column, length) = lines.piece(pixel, end: part.rows.upperBound)
            let offset =
                part.image &* strides.image &+ line &* shape.strideHeight &* strides.row
                &+ column &* shape.strideWidth &* 16
            fill(
                pixel &- part.rows.lowerBound,
                count: length,
                from: unsafe Source(arguments.input) + offset,
                rowStride: shape.strideWidth &* 16,
                blockStride: strides.channel,
                inputs: shape.inputChannels
            )
            pixel &+= length
        }
    }
}
