internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionPointwise``: 1x1, stride 1, one group, blocked to blocked, without any copy.
///
/// Each sum runs over the input channels in order.
func runPointwiseConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = PointwisePlan(shape)
    let activation = PreparedActivation(arguments.activation)
    let blockFloats = shape.inputBlocks &* 256
    let lastChannels = shape.outputChannels &- (shape.outputBlocks &- 1) &* 16
    let keepsWeights = blockFloats &* shape.outputBlocks > 262_144
    let (width, pixels) = (shape.outputWidth, shape.outputHeight &* shape.outputWidth)
    let lineLength = arguments.hasDenseRows ? pixels : width
    let places = arguments.images &* plan.chunkCount
    for task in begin..<end {
        let (group, place) =
            keepsWeights
            ? (task / places, task % places) : (task % plan.groupCount, task / plan.groupCount)
        let (image, chunk) = (place / plan.chunkCount, place % plan.chunkCount)
        let firstPixel = chunk &* plan.chunkPixels
        let endPixel = min(firstPixel &+ plan.chunkPixels, pixels)
        let endBlock = min((group &+ 1) &* plan.groupBlocks, shape.outputBlocks)
        var block = group &* plan.groupBlocks
        while block < endBlock {
            let vectors = TileExtents.vectors == 2 && block &+ 1 < endBlock ? 2 : 1
            let isLast = block &+ vectors == shape.outputBlocks
            var pixel = firstPixel
            while pixel < endPixel {
                // A line is what lies densely in memory: the whole map, or a row.
                let line = pixel / lineLength
                let column = pixel &- line &* lineLength
                let length = min(endPixel &- pixel, lineLength &- column)
                let cut = TileCut(length: length, longest: TileExtents.rows)
                var tileColumn = column
                for index in 0..<cut.count {
                    let rows = cut.length(index)
                    func offset(_ strides: MapStrides, block: Int) -> Int {
                        image &* strides.image &+ block &* strides.channel &+ line &* strides.row
                            &+ tileColumn &* 16
                    }
                    var epilogue = unsafe Epilogue(
                        output: Target(arguments.output) + offset(arguments.outputStrides, block: block),
                        outputBlockStride: arguments.outputStrides.channel,
                        activation: activation
                    )
                    epilogue.lastChannels = isLast ? lastChannels : 16
                    if let bias = unsafe arguments.bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
                    if let residual = unsafe arguments.residual {
                        unsafe epilogue.residual =
                            Source(residual) + offset(arguments.residualStrides, block: block)
                        epilogue.residualBlockStride = arguments.residualStrides.channel
                    }
                    let work = unsafe PointwiseTile(
                        channels: shape.inputChannels,
                        input: Source(arguments.input) + offset(arguments.inputStrides, block: 0),
                        inputBlockStride: arguments.inputStrides.channel,
                        weights: Source(arguments.weights) + block &* blockFloats,
                        blockFloats: blockFloats,
                        epilogue: epilogue
                    )
                    withTile(rows: rows, vectors: vectors, work)
                    tileColumn &+= rows
                }
                pixel &+= length
            }
            block &+= vectors
        }
    }
}

extension ConvolutionArguments {
    /// Whether the rows of all maps follow each other without gaps, so that a map is one line of pixels.
    var hasDenseRows: Bool {
        let row = shape.outputWidth &* 16
        let residualIsDense = unsafe residual == nil || residualStrides.row == row
        return inputStrides.row == row && outputStrides.row == row && residualIsDense
    }
}

/// One tile of a pointwise convolution, or of a product with rows in blocks of 16 inputs.
struct PointwiseTile: TileWork {
    let channels: Int
    /// The tile's first pixel of the first input block.
    let input: Source
    let inputBlockStride: Int
    /// Weights of the tile's first block.
    let weights: Source
    let blockFloats: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var channel = 0
        var (input, weights) = (input, weights)
        while channel < channels {
            // Zero weights meet the zero channels past the last one: they are left out.
            tile.accumulate(
                input: input,
                rowStride: 16,
                weights: weights,
                blockStride: blockFloats,
                depth: min(channels &- channel, 16)
            )
            channel &+= 16
            input = input + inputBlockStride
            weights = weights + 256
        }
        tile.store(epilogue)
    }
}
