internal import KernelInterface

/// ``KernelID/broadcast``: two strided operands, the output dense; a unit of work is a row of the last axis.
func runBroadcast(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, BroadcastArguments.self)
    withPairFunction(arguments.function, BroadcastRows(arguments: arguments, begin: begin, end: end))
}

/// The rows of a broadcast pass.
private struct BroadcastRows: PairWork {
    let arguments: BroadcastArguments
    let begin: Int
    let end: Int

    @inline(never) func run<Function: PairFunction>(_ function: Function) {
        let length = arguments.extents[7]
        let rowCount = arguments.extents.product / max(length, 1)
        let units = TaskSize.units(ofFloats: length)
        let (leftStep, rightStep) = (arguments.leftStrides[7], arguments.rightStrides[7])
        for row in min(begin &* units, rowCount)..<min(end &* units, rowCount) {
            let left =
                unsafe Source(arguments.left)
                + rowOffset(row, extents: arguments.extents, strides: arguments.leftStrides)
            let right =
                unsafe Source(arguments.right)
                + rowOffset(row, extents: arguments.extents, strides: arguments.rightStrides)
            let output = unsafe Target(arguments.output) + row &* length
            var place = 0
            while place < length {
                let count = min(length &- place, 16)
                let value = function.apply(
                    strided(left, place, step: leftStep, count: count),
                    strided(right, place, step: rightStep, count: count)
                )
                output.store(value, place, count: count)
                place &+= 16
            }
        }
    }

    /// `count` elements from index `place` on at a distance of `step` floats.
    @inline(__always) private func strided(
        _ source: Source,
        _ place: Int,
        step: Int,
        count: Int
    ) -> Vector {
        if step == 1 { return source.vector(place, count: count) }
        if step == 0 { return splat(source[0]) }
        var value = zeroVector
        for lane in 0..<count { value[lane] = source[(place &+ lane) &* step] }
        return value
    }
}

/// Where row `row` of the last axis starts, the other seven axes being counted in row-major order.
@inline(__always) func rowOffset(_ row: Int, extents: AxisValues, strides: AxisValues) -> Int {
    var (rest, offset, axis) = (row, 0, 6)
    while axis >= 0 && rest > 0 {
        let extent = extents[axis]
        if extent > 1 {
            let quotient = rest / extent
            offset &+= (rest &- quotient &* extent) &* strides[axis]
            rest = quotient
        }
        axis &-= 1
    }
    return offset
}
