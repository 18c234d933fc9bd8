internal import KernelInterface

/// ``KernelID/resample``: resizes blocked maps, first along the rows, then along the columns; a task is a
/// channel block.
func runResample(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ResampleArguments.self)
    let blocks = BlockedLayout.blocks(arguments.channels)
    let lines = unsafe Target(scratch)
    let lineFloats = arguments.outputWidth &* 16
    for task in begin..<end {
        let (image, block) = (task / blocks, task % blocks)
        let input =
            unsafe Source(arguments.input)
            + (image &* arguments.inputStrides.image &+ block &* arguments.inputStrides.channel)
        let output =
            unsafe Target(arguments.output)
            + (image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel)
        for row in 0..<arguments.inputHeight {
            let source = input + row &* arguments.inputStrides.row
            for column in 0..<arguments.outputWidth {
                var value = zeroVector
                for tap in column &* arguments.columnTaps..<(column &+ 1) &* arguments.columnTaps {
                    let weight = unsafe arguments.columnWeights[tap]
                    let pixel = Int(unsafe arguments.columnIndices[tap])
                    value = multiplyAdd(source.vector(pixel &* 16), weight, value)
                }
                lines.store(value, row &* lineFloats &+ column &* 16)
            }
        }
        for row in 0..<arguments.outputHeight {
            let target = output + row &* arguments.outputStrides.row
            for column in 0..<arguments.outputWidth {
                var value = zeroVector
                for tap in row &* arguments.rowTaps..<(row &+ 1) &* arguments.rowTaps {
                    let weight = unsafe arguments.rowWeights[tap]
                    let line = Int(unsafe arguments.rowIndices[tap])
                    value = multiplyAdd(lines.vector(line &* lineFloats &+ column &* 16), weight, value)
                }
                target.store(value, column &* 16)
            }
        }
    }
}
