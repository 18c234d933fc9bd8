internal import KernelInterface

/// ``KernelID/linear``: `[M, K] x [K, N]`, the weights packed by blocks of 16 outputs.
///
/// Each sum runs over K in order, whatever M.
func runLinear(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runRows(pointer, begin, end, scratch, isRounded: false)
}

/// The tasks of a ``LinearPlan``, with inputs and weights in bfloat16 or in float32.
@inline(__always) func runRows(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>,
    isRounded: Bool
) {
    let arguments = unsafe load(pointer, LinearArguments.self)
    let plan = LinearPlan(rows: arguments.rows, inputs: arguments.inputs, outputs: arguments.outputs)
    let activation = PreparedActivation(arguments.activation)
    let blocks = BlockedLayout.blocks(arguments.outputs)
    let lastChannels = arguments.outputs &- (blocks &- 1) &* 16
    let blockFloats = (isRounded ? (arguments.inputs &+ 1) / 2 : arguments.inputs) &* 16
    let copy = unsafe Target(scratch)
    var copiedChunk = -1
    for task in begin..<end {
        // A chunk's copy is kept while the weights pass.
        let (chunk, group) = (task / plan.groupCount, task % plan.groupCount)
        let firstRow = chunk &* plan.chunkRows
        let chunkRows = min(plan.chunkRows, arguments.rows &- firstRow)
        let endBlock = min((group &+ 1) &* plan.groupBlocks, blocks)
        // Few rows leave room for more blocks in the registers, which hides the latency of the sums.
        let isShort = !isRounded && chunkRows <= ShortTile.longest
        // Many rows are copied into blocks of 16 inputs: neighbouring rows then stand at a constant distance.
        let copies = !isShort
        if copies && copiedChunk != chunk {
            copiedChunk = chunk
            let first = unsafe Source(arguments.input) + firstRow &* arguments.inputRowStride
            let (stride, count) = (arguments.inputRowStride, arguments.inputs)
            if isRounded {
                copyRows(as: PairPixel.self, first, rowStride: stride, rows: chunkRows, count: count, copy)
            } else {
                copyRows(as: FloatPixel.self, first, rowStride: stride, rows: chunkRows, count: count, copy)
            }
        }
        var block = group &* plan.groupBlocks
        while block < endBlock {
            let rest = endBlock &- block
            let vectors =
                isShort && rest >= ShortTile.vectors
                ? ShortTile.vectors : min(rest, TileExtents.vectors)
            let isLast = block &+ vectors == blocks
            let longest = vectors == ShortTile.vectors ? ShortTile.longest : TileExtents.rows
            let cut = TileCut(length: chunkRows, longest: longest)
            var row = firstRow
            for index in 0..<cut.count {
                let rows = cut.length(index)
                var epilogue = unsafe Epilogue(
                    output: Target(arguments.output) + (row &* arguments.outputRowStride &+ block &* 16),
                    outputBlockStride: 16,
                    activation: activation
                )
                epilogue.outputRowStride = arguments.outputRowStride
                epilogue.lastLanes = isLast && !arguments.padsOutput ? lastChannels : 16
                epilogue.lastChannels = isLast ? lastChannels : 16
                if let bias = unsafe arguments.bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
                if let residual = unsafe arguments.residual {
                    let place = row &* arguments.residualRowStride &+ block &* 16
                    unsafe epilogue.residual = Source(residual) + place
                    epilogue.residualBlockStride = 16
                    epilogue.residualRowStride = arguments.residualRowStride
                }
                let weights = unsafe Source(arguments.weights) + block &* blockFloats
                if isRounded {
                    let work = PointwisePairsTile(
                        channels: arguments.inputs,
                        input: copy.source + (row &- firstRow) &* PairPixel.floats,
                        inputBlockStride: chunkRows &* PairPixel.floats,
                        weights: weights,
                        blockFloats: blockFloats,
                        epilogue: epilogue
                    )
                    withTile(rows: rows, vectors: vectors, work)
                } else if copies {
                    let work = PointwiseTile(
                        channels: arguments.inputs,
                        input: copy.source + (row &- firstRow) &* 16,
                        inputBlockStride: chunkRows &* 16,
                        weights: weights,
                        blockFloats: blockFloats,
                        epilogue: epilogue
                    )
                    withTile(rows: rows, vectors: vectors, work)
                } else {
                    let work = unsafe ProductTile(
                        depth: arguments.inputs,
                        input: Source(arguments.input) + row &* arguments.inputRowStride,
                        rowStride: arguments.inputRowStride,
                        weights: weights,
                        epilogue: epilogue
                    )
                    if vectors == ShortTile.vectors {
                        withShortTile(rows: rows, work)
                    } else {
                        withTile(rows: rows, vectors: vectors, work)
                    }
                }
                row &+= rows
            }
            block &+= vectors
        }
    }
}

/// Copies `rows` rows of `count` floats as `[ceil(count / 16)][row][16]` of floats or of bfloat16, as `Pixel` says, zeros
/// past the last float.
private func copyRows<Pixel: CopiedPixel>(
    as _: Pixel.Type,
    _ input: Source,
    rowStride: Int,
    rows: Int,
    count: Int,
    _ copy: Target
) {
    for row in 0..<rows {
        let line = input + row &* rowStride
        let target = copy + row &* Pixel.floats
        var (place, block) = (0, 0)
        while place < count {
            let inputs = line.vector(place, count: min(count &- place, 16))
            Pixel.store(inputs, to: target, block &* rows &* Pixel.floats)
            place &+= 16
            block &+= 1
        }
    }
}

/// One tile of a matrix product.
struct ProductTile: TileWork {
    let depth: Int
    let input: Source
    let rowStride: Int
    /// The tile's first block, `[block][depth][16]`.
    let weights: Source
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        tile.accumulate(
            input: input,
            rowStride: rowStride,
            weights: weights,
            blockStride: depth &* 16,
            depth: depth
        )
        tile.store(epilogue)
    }
}

/// The tiles of few rows and many blocks.
enum ShortTile {
    /// Rows of the longest.
    @inline(__always) static var longest: Int { 3 }
    /// Blocks.
    @inline(__always) static var vectors: Int { 4 }
}

/// Runs `work` on a tile of `rows` rows, 1...``ShortTile/longest``, and ``ShortTile/vectors`` blocks.
@inline(__always) func withShortTile<Work: TileWork>(rows: Int, _ work: Work) {
    switch rows {
    case 1: work.run(Tile<1, 4>.self)
    case 2: work.run(Tile<2, 4>.self)
    default: work.run(Tile<3, 4>.self)
    }
}
