internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/axisNormalization``: layer norm or RMS norm along an axis of `[outer, extent, inner]`.
///
/// Mean and variance are taken in two passes, so that a large mean costs no digits.
func runAxisNormalization(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, AxisArguments.self)
    if arguments.innerCount == 1 { return normalizeRows(arguments, begin, end) }
    for unit in axisUnits(arguments, begin, end) {
        normalizeColumns(arguments, AxisColumn(arguments, unit))
    }
}

/// Rows of neighbouring features.
private func normalizeRows(_ arguments: AxisArguments, _ begin: Int, _ end: Int) {
    let count = arguments.extent
    let steps = PixelNormalization.Steps(pixel: count, block: 16)
    let normalization = unsafe PixelNormalization(
        count: count,
        subtractsMean: arguments.subtractsMean,
        epsilon: arguments.epsilon,
        weight: arguments.weight.map { unsafe Source($0) },
        bias: arguments.bias.map { unsafe Source($0) },
        input: steps,
        output: steps,
        lastLanes: (count &- 1) % 16 &+ 1
    )
    let units = axisUnits(arguments, begin, end)
    let first = AxisColumn(arguments, units.lowerBound)
    normalization.run(first.input, to: first.output, pixels: units.count)
}

private func normalizeColumns(_ arguments: AxisArguments, _ column: AxisColumn) {
    let (count, step, lanes) = (arguments.extent, arguments.innerCount, column.lanes)
    let divisor = splat(Float(count))
    var mean = zeroVector
    if arguments.subtractsMean {
        for index in 0..<count { mean += column.input.vector(index &* step, count: lanes) }
        mean /= divisor
    }
    var squares = zeroVector
    for index in 0..<count {
        let distance = column.input.vector(index &* step, count: lanes) - mean
        squares = multiplyAdd(distance, distance, squares)
    }
    let scale = splat(1) / apus_sqrt(squares / divisor + splat(arguments.epsilon))
    for index in 0..<count {
        var value = (column.input.vector(index &* step, count: lanes) - mean) * scale
        if let weight = unsafe arguments.weight { unsafe value *= splat(weight[index]) }
        if let bias = unsafe arguments.bias { unsafe value += splat(bias[index]) }
        column.output.store(value, index &* step, count: lanes)
    }
}
