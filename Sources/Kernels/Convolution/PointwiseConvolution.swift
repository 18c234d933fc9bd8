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
    unsafe runChunks(as: FloatPixel.self, pointer, begin, end, scratch)
}

/// ``KernelID/convolutionPointwiseBFloat16``: 1x1, stride 1, one group, blocked to blocked, in bfloat16 with float32
/// sums.
///
/// A task copies its chunk of pixels, rounded, into scratch memory and keeps it while the output blocks pass. Each sum
/// runs over the pairs of input channels in order.
func runPointwiseConvolutionBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runChunks(as: PairPixel.self, pointer, begin, end, scratch)
}

/// The tasks of a ``PointwisePlan``, with inputs and weights in the format of `Pixel`.
@inline(__always) private func runChunks<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = PointwisePlan(shape)
    let activation = PreparedActivation(arguments.activation)
    let blockFloats = shape.inputBlocks &* 16 &* Pixel.floats
    let keepsWeights = blockFloats &* shape.outputBlocks > 262_144
    // The last block is multiplied by itself where it has eight channels or fewer: at half the cost of a whole one.
    let lastBlock = shape.outputBlocks &- 1
    let hasHalf = !Pixel.isRounded && shape.outputChannels &- lastBlock &* 16 <= 8
    let pairedBlocks = hasHalf ? lastBlock : shape.outputBlocks
    let lines = MapLines(arguments)
    let places = arguments.images &* plan.chunkCount
    let copy = unsafe Target(scratch)
    let copyBlockStride = plan.chunkPixels &* Pixel.floats
    var copiedPlace = -1
    for task in begin..<end {
        let (group, place) =
            keepsWeights
            ? (task / places, task % places) : (task % plan.groupCount, task / plan.groupCount)
        let (image, chunk) = (place / plan.chunkCount, place % plan.chunkCount)
        let firstPixel = chunk &* plan.chunkPixels
        let endPixel = min(firstPixel &+ plan.chunkPixels, lines.pixels)
        if Pixel.isRounded && copiedPlace != place {
            copiedPlace = place
            let pixels = firstPixel..<endPixel
            copyChunk(as: Pixel.self, arguments, lines, image: image, pixels, copy, copyBlockStride)
        }
        let endBlock = min((group &+ 1) &* plan.groupBlocks, shape.outputBlocks)
        var block = group &* plan.groupBlocks
        while block < endBlock {
            let vectors = TileExtents.vectors == 2 && block &+ 1 < min(endBlock, pairedBlocks) ? 2 : 1
            var pixel = firstPixel
            while pixel < endPixel {
                let (line, column, length) = lines.piece(pixel, end: endPixel)
                let cut = TileCut(length: length, longest: TileExtents.rows)
                var tileColumn = column
                for index in 0..<cut.count {
                    let rows = cut.length(index)
                    let epilogue = arguments.epilogue(
                        activation,
                        image: image,
                        block: block,
                        vectors: vectors,
                        row: line,
                        column: tileColumn
                    )
                    let copied = copy.source + (pixel &- firstPixel &+ tileColumn &- column) &* Pixel.floats
                    let own =
                        unsafe Source(arguments.input)
                        + (image &* arguments.inputStrides.image &+ line &* arguments.inputStrides.row
                            &+ tileColumn &* 16)
                    let work = unsafe PointwiseTile<Pixel>(
                        channels: shape.inputChannels,
                        input: Pixel.isRounded ? copied : own,
                        inputBlockStride: Pixel.isRounded
                            ? copyBlockStride : arguments.inputStrides.channel,
                        weights: Source(arguments.weights) + block &* blockFloats,
                        blockFloats: blockFloats,
                        epilogue: epilogue
                    )
                    if hasHalf && block == lastBlock {
                        withTile(rows: rows, vectors: 1, work.halved)
                    } else {
                        withTile(rows: rows, vectors: vectors, work)
                    }
                    tileColumn &+= rows
                }
                pixel &+= length
            }
            block &+= vectors
        }
    }
}

/// Copies a chunk of pixels as `[input block][pixel][16 channels]` in the format of `Pixel`.
private func copyChunk<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ arguments: ConvolutionArguments,
    _ lines: MapLines,
    image: Int,
    _ pixels: Range<Int>,
    _ copy: Target,
    _ copyBlockStride: Int
) {
    let strides = arguments.inputStrides
    for block in 0..<arguments.shape.inputBlocks {
        let input = unsafe Source(arguments.input) + (image &* strides.image &+ block &* strides.channel)
        var target = copy + block &* copyBlockStride
        var pixel = pixels.lowerBound
        while pixel < pixels.upperBound {
            let (line, column, length) = lines.piece(pixel, end: pixels.upperBound)
            let source = input + (line &* strides.row &+ column &* 16)
            for place in 0..<length {
                Pixel.store(source.vector(place &* 16), to: target, place &* Pixel.floats)
            }
            target = target + length &* Pixel.floats
            pixel &+= length
        }
    }
}
