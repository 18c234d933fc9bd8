internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/reduction``: over any axes of a strided tensor.
///
/// Which of two orders of summation is taken depends on the shape alone: where the outputs' last axis is dense
/// in the input, sixteen outputs are worked on side by side; otherwise an output's elements are.
func runReduction(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ReductionArguments.self)
    let units = TaskSize.units(ofFloats: arguments.reducedExtents.product)
    let count = arguments.keptExtents.product
    let last = min(end &* units, count)
    let rowLength = arguments.keptExtents[7]
    let isDense = arguments.keptStrides[7] == 1 && rowLength > 1
    var index = min(begin &* units, count)
    while index < last {
        let (row, column) = (index / rowLength, index % rowLength)
        let input =
            unsafe Source(arguments.input)
            + rowOffset(row, extents: arguments.keptExtents, strides: arguments.keptStrides)
        let output = unsafe Target(arguments.output) + index
        if isDense {
            let lanes = min(16, rowLength &- column, last &- index)
            output.store(reduceBeside(arguments, input + column, lanes), 0, count: lanes)
            index &+= lanes
        } else {
            output[0] = reduceAlong(arguments, input + column &* arguments.keptStrides[7])
            index &+= 1
        }
    }
}

/// Reduces the elements of `lanes` neighbouring outputs: rows of the last reduced axis are summed apart.
private func reduceBeside(_ arguments: ReductionArguments, _ input: Source, _ lanes: Int) -> Vector {
    let count = splat(Float(arguments.reducedExtents.product))
    let elements = ReducedElements(arguments, input)
    func sum(_ center: Vector, squared: Bool) -> Vector {
        var total = zeroVector
        for row in 0..<elements.rows {
            let line = elements.row(row)
            var part = zeroVector
            for place in 0..<elements.length {
                let x = line.vector(place &* elements.step, count: lanes) - center
                part = squared ? multiplyAdd(x, x, part) : part + x
            }
            total += part
        }
        return total
    }
    switch arguments.kind {
    case .sum: return sum(zeroVector, squared: false)
    case .mean: return sum(zeroVector, squared: false) / count
    case .variance: return sum(sum(zeroVector, squared: false) / count, squared: true) / count
    case .norm: return apus_sqrt(sum(zeroVector, squared: true))
    case .maximum:
        var largest = splat(-.infinity)
        for row in 0..<elements.rows {
            let line = elements.row(row)
            for place in 0..<elements.length {
                let x = line.vector(place &* elements.step, count: lanes)
                largest = apus_or_nan(apus_at_least(largest, x), x)
            }
        }
        return largest
    }
}

/// Reduces the elements of one output, in double precision where they are not dense.
private func reduceAlong(_ arguments: ReductionArguments, _ input: Source) -> Float {
    let count = Float(arguments.reducedExtents.product)
    let elements = ReducedElements(arguments, input)
    func sum(_ center: Float, squared: Bool) -> Float {
        guard elements.step == 1 else {
            var total = 0.0
            for row in 0..<elements.rows {
                let line = elements.row(row)
                for place in 0..<elements.length {
                    let x = Double(line[place &* elements.step]) - Double(center)
                    total += squared ? x * x : x
                }
            }
            return Float(total)
        }
        var total = zeroVector
        for row in 0..<elements.rows {
            let line = elements.row(row)
            var part = zeroVector
            var place = 0
            while place < elements.length {
                let lanes = min(elements.length &- place, 16)
                var x = line.vector(place, count: lanes) - splat(center)
                if lanes < 16 { x = apus_keep_first(x, lanes) }
                part = squared ? multiplyAdd(x, x, part) : part + x
                place &+= 16
            }
            total += part
        }
        return laneSum(total)
    }
    switch arguments.kind {
    case .sum: return sum(0, squared: false)
    case .mean: return sum(0, squared: false) / count
    case .variance: return sum(sum(0, squared: false) / count, squared: true) / count
    case .norm: return sum(0, squared: true).squareRoot()
    case .maximum:
        var largest = -Float.infinity
        for row in 0..<elements.rows {
            let line = elements.row(row)
            for place in 0..<elements.length {
                let x = line[place &* elements.step]
                if !(x <= largest) && !largest.isNaN { largest = x }
            }
        }
        return largest
    }
}

/// The elements that one output is made of, as rows of the last reduced axis.
private struct ReducedElements {
    let rows: Int
    let length: Int
    let step: Int
    private let input: Source
    private let extents: AxisValues
    private let strides: AxisValues

    @inline(__always) init(_ arguments: ReductionArguments, _ input: Source) {
        extents = arguments.reducedExtents
        strides = arguments.reducedStrides
        length = extents[7]
        step = strides[7]
        rows = extents.product / max(length, 1)
        self.input = input
    }

    @inline(__always) func row(_ index: Int) -> Source {
        input + rowOffset(index, extents: extents, strides: strides)
    }
}
