internal import KernelInterface

/// ``KernelID/stridedCopy``: copies up to eight axes; a unit of work is a row of the last axis.
func runStridedCopy(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, StridedCopyArguments.self)
    let length = arguments.extents[7]
    let rowCount = arguments.extents.product / max(length, 1)
    let units = TaskSize.units(ofFloats: length)
    for row in min(begin &* units, rowCount)..<min(end &* units, rowCount) {
        let output =
            unsafe Target(arguments.output)
            + rowOffset(row, extents: arguments.extents, strides: arguments.outputStrides)
        let offset = copyOffset(arguments, row)
        if offset == StridedCopyArguments.outside {
            for place in 0..<length { output[place &* arguments.outputStrides[7]] = arguments.fill }
        } else {
            copyRow(arguments, unsafe Source(arguments.input) + offset, output)
        }
    }
}

/// Where a row starts in the input, or `outside`.
@inline(__always) private func copyOffset(_ arguments: StridedCopyArguments, _ row: Int) -> Int {
    var (rest, offset, axis) = (row, 0, 6)
    while axis >= 0 {
        let extent = arguments.extents[axis]
        let quotient = extent > 1 ? rest / extent : rest
        let index = extent > 1 ? rest &- quotient &* extent : 0
        rest = quotient
        if let table = unsafe arguments.tables[axis] {
            let place = unsafe table[index]
            if place == StridedCopyArguments.outside { return place }
            offset &+= place
        } else {
            offset &+= index &* arguments.inputStrides[axis]
        }
        axis &-= 1
    }
    return offset
}

@inline(__always) private func copyRow(_ arguments: StridedCopyArguments, _ input: Source, _ output: Target) {
    let length = arguments.extents[7]
    let (inputStep, outputStep) = (arguments.inputStrides[7], arguments.outputStrides[7])
    if let table = unsafe arguments.tables[7] {
        for place in 0..<length {
            let source = unsafe table[place]
            let isOutside = source == StridedCopyArguments.outside
            output[place &* outputStep] = isOutside ? arguments.fill : input[source]
        }
    } else if inputStep == 1 && outputStep == 1 {
        var place = 0
        while place &+ 16 <= length {
            output.store(input.vector(place), place)
            place &+= 16
        }
        while place < length {
            output[place] = input[place]
            place &+= 1
        }
    } else {
        for place in 0..<length { output[place &* outputStep] = input[place &* inputStep] }
    }
}
