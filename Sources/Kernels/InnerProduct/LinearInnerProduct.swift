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
    let plan = FastInnerProductPlan(arguments)
    let activation = PreparedActivation(arguments.activation)
    let lines = MapLines(rows: arguments.rows)
    var copied = false
    for task in begin..<end {
        let part = plan.part(task)
        let copy = unsafe InnerProductCopy(scratch, rows: part.rows.count, inputs: arguments.inputs)
        // A chunk's copy is kept while the groups of blocks pass.
        if !copied || task % plan.groupCount == 0 {
            copied = true
            copy.fill(
                0,
                count: part.rows.count,
                from: unsafe Source(arguments.input) + part.rows.lowerBound &* arguments.inputRowStride,
                rowStride: arguments.inputRowStride,
                blockStride: 16,
                inputs: arguments.inputs
            )
        }
        runInnerProducts(plan, part, lines, unsafe Source(arguments.weights), copy) { place, block in
            arguments.epilogue(activation, row: place.column, block: block, vectors: 1)
        }
    }
}
