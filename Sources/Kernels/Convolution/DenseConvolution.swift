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
    unsafe runBands(pointer, begin, end, scratch, .dense)
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
    unsafe runBands(pointer, begin, end, scratch, .threeTaps)
}

/// How the tiles of a band are computed.
enum BandTiles {
    /// By ``DenseTile``.
    case dense
    /// By ``ThreeTapsTile``.
    case threeTaps
    /// By ``DensePairsTile``.
    case densePairs
}

/// The tasks of a ``DensePlan``: copies of bands, and the tiles that read them.
@inline(__always) func runBands(
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
    let pixelFloats = tiles == .densePairs ? PairPixel.floats : FloatPixel.floats
    let blockFloats = depth &* shape.kernelHeight &* shape.kernelWidth &* pixelFloats
    let lastChannels = shape.outputChannels &- (shape.outputBlocks &- 1) &* 16
    // Large weights are kept while the images pass; otherwise a band's copy is kept while the weights pass.
    let keepsWeights = blockFloats &* shape.outputBlocks > 262_144
    let bands = arguments.images &* plan.bandCount
    let copyStep = plan.rowStep &* plan.phases &* plan.phaseColumns &* pixelFloats
    let copyBlockStride = plan.copyBlockStride &* pixelFloats / 16
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
                if tiles == .densePairs {
                    copyBand(as: PairPixel.self, shape, plan, input, rowStride, target, firstRow, rows)
                } else {
                    copyBand(as: FloatPixel.self, shape, plan, input, rowStride, target, firstRow, rows)
                }
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
            let isLast = block &+ vectors == shape.outputBlocks
            for row in 0..<rows {
                var column = 0
                for index in 0..<cut.count {
                    let length = cut.length(index)
                    let outputPlace =
                        image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel
                        &+ (firstRow &+ row) &* arguments.outputStrides.row &+ column &* 16
                    var epilogue = unsafe Epilogue(
                        output: Target(arguments.output) + outputPlace,
                        outputBlockStride: arguments.outputStrides.channel,
                        activation: activation
                    )
                    epilogue.lastChannels = isLast ? lastChannels : 16
                    if let bias = unsafe arguments.bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
                    if let residual = unsafe arguments.residual {
                        let place =
                            image &* arguments.residualStrides.image
                            &+ block &* arguments.residualStrides.channel
                            &+ (firstRow &+ row) &* arguments.residualStrides.row &+ column &* 16
                        unsafe epilogue.residual = Source(residual) + place
                        epilogue.residualBlockStride = arguments.residualStrides.channel
                    }
                    let pixels =
                        copy.source
                        + ((blockStart &- start) &* copyBlockStride &+ row &* copyStep &+ column
                            &* pixelFloats)
                    let weights = unsafe Source(arguments.weights) + block &* blockFloats
                    switch tiles {
                    case .dense:
                        let work = DenseTile(
                            shape: shape,
                            plan: plan,
                            copy: pixels,
                            weights: weights,
                            blockFloats: blockFloats,
                            firstChannel: channels.lowerBound &- blockStart &* 16,
                            endChannel: channels.upperBound &- blockStart &* 16,
                            epilogue: epilogue
                        )
                        withTile(rows: length, vectors: vectors, work)
                    case .densePairs:
                        let work = DensePairsTile(
                            shape: shape,
                            plan: plan,
                            copy: pixels,
                            copyBlockStride: copyBlockStride,
                            weights: weights,
                            blockFloats: blockFloats,
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
                            secondLane: ThreeTapsTile.secondLane(shape, block: block),
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

/// One tile of a dense convolution.
private struct DenseTile: TileWork {
    let shape: ConvolutionShape
    let plan: DensePlan
    /// The copy, at the tile's first pixel of the first input block.
    let copy: Source
    /// Weights of the tile's first block.
    let weights: Source
    let blockFloats: Int
    /// The channels that the tile's outputs read, counted from the first of the first input block: the weights of
    /// the others are zero.
    let firstChannel: Int
    let endChannel: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var weights = weights
        let phaseFloats = plan.phaseColumns &* 16
        let rowFloats = plan.phases &* phaseFloats &* shape.dilationHeight
        for block in 0..<plan.inputBlocks {
            let blockCopy = copy + block &* plan.copyBlockStride
            let first = max(firstChannel &- block &* 16, 0)
            let depth = min(endChannel &- block &* 16, 16) &- first
            guard depth > 0 else {
                weights = weights + shape.kernelHeight &* shape.kernelWidth &* 256
                continue
            }
            for kernelRow in 0..<shape.kernelHeight {
                let line = blockCopy + kernelRow &* rowFloats
                var tap = TapColumns(shape)
                for _ in 0..<shape.kernelWidth {
                    tile.accumulate(
                        input: line + (tap.phase &* phaseFloats &+ tap.column &* 16 &+ first),
                        rowStride: 16,
                        weights: weights + first &* 16,
                        blockStride: blockFloats,
                        depth: depth
                    )
                    weights = weights + 256
                    tap.advance()
                }
            }
        }
        tile.store(epilogue)
    }
}
