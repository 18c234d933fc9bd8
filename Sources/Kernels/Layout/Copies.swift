internal import KernelInterface

/// ``KernelID/channelCopy``: moves channels between blocked maps, a task being a channel block of the output.
func runChannelCopy(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ChannelCopyArguments.self)
    let (keeps, zero) = (Int(ChannelCopyArguments.keeps), Int(ChannelCopyArguments.zero))
    for task in begin..<end {
        let (image, block) = (task / arguments.outputBlocks, task % arguments.outputBlocks)
        let sources = unsafe arguments.sources + block &* 16
        let input = unsafe Source(arguments.input) + image &* arguments.inputStrides.image
        let output =
            unsafe Target(arguments.output)
            + (image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel)
        let first = Int(unsafe sources[0])
        var isWhole = first >= 0 && first % 16 == 0
        for lane in 1..<16 where Int(unsafe sources[lane]) != first &+ lane { isWhole = false }
        for row in 0..<arguments.height {
            let source = input + row &* arguments.inputStrides.row
            let target = output + row &* arguments.outputStrides.row
            if isWhole {
                let map = source + first / 16 &* arguments.inputStrides.channel
                for column in 0..<arguments.width { target.store(map.vector(column &* 16), column &* 16) }
                continue
            }
            for lane in 0..<16 {
                let channel = Int(unsafe sources[lane])
                guard channel != keeps else { continue }
                guard channel != zero else {
                    for column in 0..<arguments.width { target[column &* 16 &+ lane] = 0 }
                    continue
                }
                let map = source + (channel / 16 &* arguments.inputStrides.channel &+ channel % 16)
                for column in 0..<arguments.width { target[column &* 16 &+ lane] = map[column &* 16] }
            }
        }
    }
}

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
