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
    for unit in axisUnits(arguments, begin, end) {
        let column = AxisColumn(arguments, unit)
        if arguments.innerCount == 1 {
            normalizeRow(arguments, column.input, column.output)
        } else {
            normalizeColumns(arguments, column)
        }
    }
}

private func normalizeRow(_ arguments: AxisArguments, _ input: Source, _ output: Target) {
    let count = arguments.extent
    var mean: Float = 0
    if arguments.subtractsMean {
        var total = zeroVector
        var place = 0
        while place < count {
            total += input.vector(place, count: min(count &- place, 16))
            place &+= 16
        }
        mean = laneSum(total) / Float(count)
    }
    var squares = zeroVector
    var place = 0
    while place < count {
        let lanes = min(count &- place, 16)
        var distance = input.vector(place, count: lanes) - splat(mean)
        if lanes < 16 { distance = apus_keep_first(distance, lanes) }
        squares = multiplyAdd(distance, distance, squares)
        place &+= 16
    }
    let variance = laneSum(squares) / Float(count)
    let scale = 1 / (variance + arguments.epsilon).squareRoot()
    place = 0
    while place < count {
        let lanes = min(count &- place, 16)
        var value = (input.vector(place, count: lanes) - splat(mean)) * splat(scale)
        if let weight = unsafe arguments.weight { unsafe value *= Source(weight).vector(place, count: lanes) }
        if let bias = unsafe arguments.bias { unsafe value += Source(bias).vector(place, count: lanes) }
        output.store(value, place, count: lanes)
        place &+= 16
    }
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
