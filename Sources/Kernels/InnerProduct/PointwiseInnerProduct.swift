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
    let shape = arguments.shape
    let plan = FastInnerProductPlan(shape, images: arguments.images)
    let activation = PreparedActivation(arguments.activation)
    let blockFloats = FastInnerProduct.floatsPerBlock(shape.inputChannels)
    let (inputLines, outputLines) = (MapLines(inputOf: arguments), MapLines(outputOf: arguments))
    let strides = arguments.inputStrides
    var copiedPlace = -1
    for task in begin..<end {
        // A chunk's copy is kept while the weights pass.
        let (place, group) = (task / plan.groupCount, task % plan.groupCount)
        let (image, chunk) = (place / plan.chunkCount, place % plan.chunkCount)
        let firstPixel = chunk &* plan.chunkRows
        let endPixel = min(firstPixel &+ plan.chunkRows, outputLines.pixels)
        let copy = unsafe InnerProductCopy(
            scratch,
            rows: endPixel &- firstPixel,
            inputs: shape.inputChannels
        )
        if copiedPlace != place {
            copiedPlace = place
            var pixel = firstPixel
            while pixel < endPixel {
                let (line, column, length) = inputLines.piece(pixel, end: endPixel)
                let offset =
                    image &* strides.image &+ line &* shape.strideHeight &* strides.row
                    &+ column &* shape.strideWidth &* 16
                copy.fill(
                    pixel &- firstPixel,
                    count: length,
                    from: unsafe Source(arguments.input) + offset,
                    rowStride: shape.strideWidth &* 16,
                    blockStride: strides.channel,
                    inputs: shape.inputChannels
                )
                pixel &+= length
            }
        }
        let endBlock = min((group &+ 1) &* plan.groupBlocks, shape.outputBlocks)
        let pieces = FastInnerProductPlan.pieceCount(inputs: shape.inputChannels)
        for block in group &* plan.groupBlocks..<endBlock {
            for number in 0..<pieces {
                let piece = FastInnerProductPlan.piece(number, inputs: shape.inputChannels)
                var pixel = firstPixel
                while pixel < endPixel {
                    let (line, column, length) = outputLines.piece(pixel, end: endPixel)
                    let cut = TileCut(length: length, longest: TallTile.rows)
                    var row = 0
                    for index in 0..<cut.count {
                        let work = unsafe InnerProductTile(
                            inputs: shape.inputChannels,
                            piece: piece,
                            copy: copy,
                            firstRow: pixel &- firstPixel &+ row,
                            weights: Source(arguments.weights) + block &* blockFloats,
                            epilogue: arguments.epilogue(
                                activation,
                                image: image,
                                block: block,
                                vectors: 1,
                                row: line,
                                column: column &+ row
                            )
                        )
                        withTallTile(rows: cut.length(index), work)
                        row &+= cut.length(index)
                    }
                    pixel &+= length
                }
            }
        }
    }
}
