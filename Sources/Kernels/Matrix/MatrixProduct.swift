internal import KernelInterface

/// ``KernelID/matrixProduct``: the product of two activations for each batch index.
///
/// A task packs 32 columns of the right side, multiplied, into scratch memory. Each sum runs over K in order.
func runMatrixProduct(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, MatrixProductArguments.self)
    let width = TaskSize.productColumns
    let groups = (arguments.columns &+ width &- 1) / width
    let packed = unsafe Target(scratch)
    let activation = PreparedActivation(ActivationFunction(.identity))
    let cut = TileCut(length: arguments.rows, longest: TileExtents.rows)
    for task in begin..<end {
        let (batch, group) = (task / groups, task % groups)
        let (outer, inner) = (batch / arguments.innerCount, batch % arguments.innerCount)
        let firstColumn = group &* width
        let columns = min(width, arguments.columns &- firstColumn)
        let rightPlace =
            outer &* arguments.rightOuterStride &+ inner &* arguments.rightInnerStride
            &+ firstColumn &* arguments.rightColumnStride
        packColumns(
            unsafe Source(arguments.right) + rightPlace,
            rowStride: arguments.rightRowStride,
            columnStride: arguments.rightColumnStride,
            depth: arguments.depth,
            columns: columns,
            multiplier: arguments.multiplier,
            into: packed
        )
        let left =
            unsafe Source(arguments.left)
            + (outer &* arguments.leftOuterStride &+ inner &* arguments.leftInnerStride)
        let output =
            unsafe Target(arguments.output)
            + (outer &* arguments.outputOuterStride &+ inner &* arguments.outputInnerStride &+ firstColumn)
        let blocks = BlockedLayout.blocks(columns)
        var block = 0
        while block < blocks {
            let vectors = min(blocks &- block, TileExtents.vectors)
            var row = 0
            for index in 0..<cut.count {
                let rows = cut.length(index)
                var epilogue = Epilogue(
                    output: output + (row &* arguments.outputRowStride &+ block &* 16),
                    outputBlockStride: 16,
                    activation: activation
                )
                epilogue.outputRowStride = arguments.outputRowStride
                if block &+ vectors == blocks { epilogue.lastLanes = columns &- (blocks &- 1) &* 16 }
                let work = ProductTile<FloatPixel>(
                    depth: arguments.depth,
                    input: left + row &* arguments.leftRowStride,
                    rowStride: arguments.leftRowStride,
                    weights: packed.source + block &* arguments.depth &* 16,
                    blockFloats: arguments.depth &* 16,
                    epilogue: epilogue
                )
                withTile(rows: rows, vectors: vectors, work)
                row &+= rows
            }
            block &+= vectors
        }
    }
}

/// Packs columns as `[block of 16 columns][depth][16]`, zeros past the last column.
private func packColumns(
    _ right: Source,
    rowStride: Int,
    columnStride: Int,
    depth: Int,
    columns: Int,
    multiplier: Float,
    into packed: Target
) {
    for block in 0..<BlockedLayout.blocks(columns) {
        let target = packed + block &* depth &* 16
        let lanes = min(16, columns &- block &* 16)
        let first = right + block &* 16 &* columnStride
        if columnStride == 1 {
            let factor = splat(multiplier)
            for k in 0..<depth { target.store(first.vector(k &* rowStride, count: lanes) * factor, k &* 16) }
            continue
        }
        for lane in 0..<16 {
            guard lane < lanes else {
                for k in 0..<depth { target[k &* 16 &+ lane] = 0 }
                continue
            }
            let column = first + lane &* columnStride
            for k in 0..<depth { target[k &* 16 &+ lane] = column[k &* rowStride] * multiplier }
        }
    }
}
