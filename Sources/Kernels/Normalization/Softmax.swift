internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/softmax``: along an axis of `[outer, extent, inner]`.
///
/// Where inner is 1 a row is worked on by vectors along it, otherwise by vectors beside it.
func runSoftmax(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, AxisArguments.self)
    for unit in axisUnits(arguments, begin, end) {
        let column = AxisColumn(arguments, unit)
        if arguments.innerCount == 1 {
            softmaxRow(column.input, column.output, count: arguments.extent)
        } else {
            softmaxColumns(
                column.input,
                column.output,
                count: arguments.extent,
                step: arguments.innerCount,
                lanes: column.lanes
            )
        }
    }
}

private func softmaxRow(_ input: Source, _ output: Target, count: Int) {
    var largest = splat(-.infinity)
    var place = 0
    while place < count {
        let lanes = min(count &- place, 16)
        let x = input.vector(place, count: lanes)
        // Lanes past the end repeat the row's first element.
        let value = lanes == 16 ? x : apus_keep_first(x, lanes) + past(lanes, input[0])
        largest = apus_or_nan(apus_at_least(largest, value), value)
        place &+= 16
    }
    var maximum = largest[0]
    for lane in 1..<16 where !(largest[lane] <= maximum) { maximum = largest[lane] }
    var total = zeroVector
    place = 0
    while place < count {
        let lanes = min(count &- place, 16)
        var value = exponential(input.vector(place, count: lanes) - splat(maximum))
        if lanes < 16 { value = apus_keep_first(value, lanes) }
        output.store(value, place, count: lanes)
        total += value
        place &+= 16
    }
    let factor = splat(1 / laneSum(total))
    place = 0
    while place < count {
        let lanes = min(count &- place, 16)
        output.store(output.source.vector(place, count: lanes) * factor, place, count: lanes)
        place &+= 16
    }
}

/// `value` in the lanes from `lanes` on, zeros before.
@inline(__always) private func past(_ lanes: Int, _ value: Float) -> Vector {
    let all = splat(value)
    return all - apus_keep_first(all, lanes)
}

private func softmaxColumns(_ input: Source, _ output: Target, count: Int, step: Int, lanes: Int) {
    var largest = splat(-.infinity)
    for index in 0..<count {
        let value = input.vector(index &* step, count: lanes)
        largest = apus_or_nan(apus_at_least(largest, value), value)
    }
    var total = zeroVector
    for index in 0..<count {
        let value = exponential(input.vector(index &* step, count: lanes) - largest)
        output.store(value, index &* step, count: lanes)
        total += value
    }
    let factor = splat(1) / total
    for index in 0..<count {
        output.store(
            output.source.vector(index &* step, count: lanes) * factor,
            index &* step,
            count: lanes
        )
    }
}

/// The units of work of tasks `begin..<end`.
@inline(__always) func axisUnits(_ arguments: AxisArguments, _ begin: Int, _ end: Int) -> Range<Int> {
    let units = TaskSize.units(ofFloats: arguments.extent &* arguments.innerPiece)
    let count = arguments.unitCount
    return min(begin &* units, count)..<min(end &* units, count)
}

/// Up to sixteen neighbouring positions beside an axis.
struct AxisColumn: BitwiseCopyable {
    let input: Source
    let output: Target
    /// Positions.
    let lanes: Int

    @inline(__always) init(_ arguments: AxisArguments, _ unit: Int) {
        let piece = arguments.innerPiece
        let pieces = (arguments.innerCount &+ piece &- 1) / piece
        let (outer, inner) = (unit / pieces, unit % pieces &* piece)
        let start = outer &* arguments.extent &* arguments.innerCount &+ inner
        unsafe input = Source(arguments.input) + start
        unsafe output = Target(arguments.output) + start
        lanes = min(piece, arguments.innerCount &- inner)
    }
}
