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
    unsafe runRows(as: FloatPixel.self, pointer, begin, end, scratch)
}

/// ``KernelID/linearBFloat16``: `[M, K] x [K, N]` in bfloat16 with float32 sums, the weights packed by blocks of 16
/// outputs and pairs of inputs.
///
/// Each sum runs over the pairs of K in order, whatever M.
func runLinearBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runRows(as: PairPixel.self, pointer, begin, end, scratch)
}

/// The tasks of a ``LinearPlan``, with inputs and weights in the format of `Pixel`.
@inline(__always) private func runRows<Pixel: PixelFormat>(
    as _: Pixel.Type,
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, LinearArguments.self)
    let plan = LinearPlan(rows: arguments.rows, inputs: arguments.inputs, outputs: arguments.outputs)
    let activation = PreparedActivation(arguments.activation)
    let blocks = BlockedLayout.blocks(arguments.outputs)
    let blockFloats = Pixel.steps(arguments.inputs) &* 16
    let copy = unsafe Target(scratch)
    var copiedChunk = -1
    for task in begin..<end {
        // A chunk's copy is kept while the weights pass.
        let (chunk, group) = (task / plan.groupCount, task % plan.groupCount)
        let firstRow = chunk &* plan.chunkRows
        let chunkRows = min(plan.chunkRows, arguments.rows &- firstRow)
        let endBlock = min((group &+ 1) &* plan.groupBlocks, blocks)
        // Few rows leave room for more blocks in the registers, which hides the latency of the sums.
        let isShort = !Pixel.isRounded && chunkRows <= ShortTile.longest
        // Many rows are copied into blocks of 16 inputs: neighbouring rows then stand at a constant distance.
        if !isShort && copiedChunk != chunk {
            copiedChunk = chunk
            let first = unsafe Source(arguments.input) + firstRow &* arguments.inputRowStride
            let (stride, count) = (arguments.inputRowStride, arguments.inputs)
            copyRows(as: Pixel.self, first, rowStride: stride, rows: chunkRows, count: count, copy)
        }
        var block = group &* plan.groupBlocks
        while block < endBlock {
            let rest = endBlock &- block
            let vectors =
                isShort && rest >= ShortTile.vectors
                ? ShortTile.vectors : min(rest, TileExtents.vectors)
            let longest = vectors == ShortTile.vectors ? ShortTile.longest : TileExtents.rows
            let cut = TileCut(length: chunkRows, longest: longest)
            var row = firstRow
            for index in 0..<cut.count {
                let rows = cut.length(index)
                let epilogue = arguments.epilogue(activation, row: row, block: block, vectors: vectors)
                let weights = unsafe Source(arguments.weights) + block &* blockFloats
                if !isShort {
                    let work = PointwiseTile<Pixel>(
                        channels: arguments.inputs,
                        input: copy.source + (row &- firstRow) &* Pixel.floats,
                        inputBlockStride: chunkRows &* Pixel.floats,
                        weights: weights,
                        blockFloats: blockFloats,
                        epilogue: epilogue
                    )
                    withTile(rows: rows, vectors: vectors, work)
                } else if vectors == ShortTile.vectors {
                    let work = arguments.product(as: StreamedPixel.self, row: row, weights, epilogue)
                    withShortTile(rows: rows, work)
                } else {
                    let work = arguments.product(as: FloatPixel.self, row: row, weights, epilogue)
                    withTile(rows: rows, vectors: vectors, work)
                }
                row &+= rows
            }
            block &+= vectors
        }
    }
}

extension LinearArguments {
    /// A tile of rows from `row` on where they lie, `weights` being its first block's.
    @inline(__always) fileprivate func product<Pixel: PixelFormat>(
        as _: Pixel.Type,
        row: Int,
        _ weights: Source,
        _ epilogue: Epilogue
    ) -> ProductTile<Pixel> {
        ProductTile(
            depth: inputs,
            input: unsafe Source(input) + row &* inputRowStride,
            rowStride: inputRowStride,
            weights: weights,
            blockFloats: Pixel.steps(inputs) &* 16,
            epilogue: epilogue
        )
    }

    /// What follows the sums of a tile of `vectors` output blocks from `block` on whose first row is `row`.
    @inline(__always) func epilogue(
        _ activation: PreparedActivation,
        row: Int,
        block: Int,
        vectors: Int
    ) -> Epilogue {
        var epilogue = unsafe Epilogue(
            output: Target(output) + (row &* outputRowStride &+ block &* 16),
            outputBlockStride: 16,
            activation: activation
        )
        epilogue.outputRowStride = outputRowStride
        let blocks = BlockedLayout.blocks(outputs)
        if block &+ vectors == blocks {
            epilogue.lastChannels = outputs &- (blocks &- 1) &* 16
            if !padsOutput { epilogue.lastLanes = epilogue.lastChannels }
        }
        if let bias = unsafe bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
        if let residual = unsafe residual {
            unsafe epilogue.residual = Source(residual) + (row &* residualRowStride &+ block &* 16)
            epilogue.residualBlockStride = 16
            epilogue.residualRowStride = residualRowStride
        }
        return epilogue
    }
}

/// Copies `rows` rows of `count` floats as `[ceil(count / 16)][row][16]` in the format of `Pixel`, zeros past the last one.
private func copyRows<Pixel: PixelFormat>(
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
