internal import KernelInterface

/// ``KernelID/linearFastInnerProduct``: `[M, K] x [K, N]` by ``FastInnerProduct``.
///
/// Each sum runs over the spans of K in order, and over a span's inputs in order, whatever M.
func runLinearInnerProduct(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, LinearArguments.self)
    let plan = FastInnerProductPlan(
        rows: arguments.rows,
        inputs: arguments.inputs,
        outputs: arguments.outputs
    )
    let activation = PreparedActivation(arguments.activation)
    let blocks = BlockedLayout.blocks(arguments.outputs)
    let blockFloats = FastInnerProduct.floatsPerBlock(arguments.inputs)
    var copiedChunk = -1
    for task in begin..<end {
        // A chunk's copy is kept while the weights pass.
        let (chunk, group) = (task / plan.groupCount, task % plan.groupCount)
        let firstRow = chunk &* plan.chunkRows
        let chunkRows = min(plan.chunkRows, arguments.rows &- firstRow)
        let copy = unsafe InnerProductCopy(scratch, rows: chunkRows, inputs: arguments.inputs)
        if copiedChunk != chunk {
            copiedChunk = chunk
            copy.fill(
                0,
                count: chunkRows,
                from: unsafe Source(arguments.input) + firstRow &* arguments.inputRowStride,
                rowStride: arguments.inputRowStride,
                blockStride: 16,
                inputs: arguments.inputs
            )
        }
        let cut = TileCut(length: chunkRows, longest: TallTile.rows)
        for block in group &* plan.groupBlocks..<min((group &+ 1) &* plan.groupBlocks, blocks) {
            let pieces = FastInnerProductPlan.pieceCount(inputs: arguments.inputs)
            for number in 0..<pieces {
                let piece = FastInnerProductPlan.piece(number, inputs: arguments.inputs)
                var row = 0
                for index in 0..<cut.count {
                    let rows = cut.length(index)
                    let epilogue = arguments.epilogue(
                        activation,
                        row: firstRow &+ row,
                        block: block,
                        vectors: 1
                    )
                    let work = unsafe InnerProductTile(
                        inputs: arguments.inputs,
                        piece: piece,
                        copy: copy,
                        firstRow: row,
                        weights: Source(arguments.weights) + block &* blockFloats,
                        epilogue: epilogue
                    )
                    withTallTile(rows: rows, work)
                    row &+= rows
                }
            }
        }
    }
}
