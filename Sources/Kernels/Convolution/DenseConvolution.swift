internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionDense``: any filter, stride, dilation, padding and groups, blocked to blocked.
///
/// Each sum runs over the input blocks, filter rows, filter columns and channels of a block, in this order.
func runDenseConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runBands(as: FloatPixel.self, pointer, begin, end, scratch, .dense)
}

/// ``KernelID/convolutionDenseBFloat16``: any filter, stride, dilation and padding, one group, blocked to blocked, in
/// bfloat16 with float32 sums.
///
/// Each sum runs over the input blocks, filter rows, filter columns and pairs of channels of a block, in this order.
func runDenseConvolutionBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runBands(as: PairPixel.self, pointer, begin, end, scratch, .dense)
}

/// ``KernelID/convolutionThreeTaps``: groups of at least sixteen channels, filters of three columns.
///
/// Each sum runs over filter rows, the group's inputs and filter columns, in this order.
func runThreeTapsConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runBands(as: FloatPixel.self, pointer, begin, end, scratch, .threeTaps)
}

/// How the tiles of a band are computed.
private enum BandTiles {
    /// By ``DenseTile``.
    case dense
    /// By ``ThreeTapsTile``, of floats.
    case threeTaps
}

/// The tasks of a ``DensePlan``: copies of bands in the format of `Pixel`, and the tiles that read them.
@inline(__always) private func runBands<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>,
    _ tiles: BandTiles
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = DensePlan(shape)
    let copy = unsafe Target(scratch)
    let activation = PreparedActivation(arguments.activation)
    let depth = tiles == .threeTaps ? shape.inputChannelsPerGroup : plan.inputBlocks &* 16
    let blockFloats = depth &* shape.kernelHeight &* shape.kernelWidth &* Pixel.floats
    // Large weights are kept while the images pass; otherwise a band's copy is kept while the weights pass.
    let keepsWeights = blockFloats &* shape.outputBlocks > 262_144
    let bands = arguments.images &* plan.bandCount
    let copyStep = plan.rowStep &* plan.phases &* plan.phaseColumns &* Pixel.floats
    let copyBlockStride = plan.copyBlockStride &* Pixel.floats / 16
    var (copiedPlace, copiedStart) = (-1, -1)
    for task in begin..<end {
        let (group, place) =
            keepsWeights
            ? (task / bands, task % bands) : (task % plan.groupCount, task / plan.groupCount)
        let (image, band) = (place / plan.bandCount, place % plan.bandCount)
        let firstRow = band &* plan.bandRows
        let rows = min(plan.bandRows, shape.outputHeight &- firstRow)
        let firstBlock = group &* DensePlan.blocksPerTask
        let endBlock = min(firstBlock &+ DensePlan.blocksPerTask, shape.outputBlocks)
        let start = shape.inputBlockStart(outputBlock: firstBlock, count: plan.inputBlocks)
        if copiedPlace != place || copiedStart != start {
            (copiedPlace, copiedStart) = (place, start)
            let first = unsafe Source(arguments.input) + image &* arguments.inputStrides.image
            for block in 0..<min(plan.copyBlocks, shape.inputBlocks &- start) {
                let input = first + (start &+ block) &* arguments.inputStrides.channel
                let target = copy + block &* copyBlockStride
                let rowStride = arguments.inputStrides.row
                copyBand(as: Pixel.self, shape, plan, input, rowStride, target, firstRow, rows)
            }
        }
        let cut = TileCut(length: shape.outputWidth, longest: TileExtents.rows)
        var block = firstBlock
        while block < endBlock {
            let blockStart = shape.inputBlockStart(outputBlock: block, count: plan.inputBlocks)
            let channels = shape.channelsRead(outputBlock: block)
            let isPair =
                tiles != .threeTaps && TileExtents.vectors == 2 && block &+ 1 < endBlock
                && shape.channelsRead(outputBlock: block &+ 1) == channels
            let vectors = isPair ? 2 : 1
            for row in 0..<rows {
                var column = 0
                for index in 0..<cut.count {
                    let length = cut.length(index)
                    let epilogue = arguments.epilogue(
                        activation,
                        image: image,
                        block: block,
                        vectors: vectors,
                        row: firstRow &+ row,
                        column: column
                    )
                    let pixels =
                        copy.source
                        + ((blockStart &- start) &* copyBlockStride &+ row &* copyStep &+ column
                            &* Pixel.floats)
                    let weights = unsafe Source(arguments.weights) + block &* blockFloats
                    switch tiles {
                    case .dense:
                        let work = DenseTile<Pixel>(
                            shape: shape,
                            plan: plan,
                            copy: pixels,
                            copyBlockStride: copyBlockStride,
                            weights: weights,
                            blockFloats: blockFloats,
                            firstChannel: channels.lowerBound &- blockStart &* 16,
                            endChannel: channels.upperBound &- blockStart &* 16,
                            epilogue: epilogue
                        )
                        withTile(rows: length, vectors: vectors, work)
                    case .threeTaps:
                        let work = ThreeTapsTile(
                            shape: shape,
                            plan: plan,
                            copy: pixels,
                            weights: weights,
                            channel: channels.lowerBound &- blockStart &* 16,
                            secondLane: shape.secondGroupLane(outputBlock: block),
                            epilogue: epilogue
                        )
                        withTile(rows: length, vectors: 1, work)
                    }
                    column &+= length
                }
            }
            block &+= vectors
        }
    }
}
