internal import KernelInterface

/// ``KernelID/blocking``: plain `[N, C, H, W]` to blocked, a task being a channel block.
func runBlocking(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, LayoutArguments.self)
    let blocks = BlockedLayout.blocks(arguments.channels)
    for task in begin..<end {
        let (image, block) = (task / blocks, task % blocks)
        let lanes = min(16, arguments.channels &- block &* 16)
        let input =
            unsafe Source(arguments.input)
            + (image &* arguments.inputStrides.image &+ block &* 16 &* arguments.inputStrides.channel)
        let output =
            unsafe Target(arguments.output)
            + (image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel)
        for row in 0..<arguments.height {
            let source = input + row &* arguments.inputStrides.row
            let target = output + row &* arguments.outputStrides.row
            for column in 0..<arguments.width {
                var pixel = zeroVector
                for lane in 0..<lanes {
                    pixel[lane] = source[lane &* arguments.inputStrides.channel &+ column]
                }
                target.store(pixel, column &* 16)
            }
        }
    }
}

/// ``KernelID/unblocking``: blocked to plain `[N, C, H, W]`, a task being a channel block.
func runUnblocking(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, LayoutArguments.self)
    let blocks = BlockedLayout.blocks(arguments.channels)
    for task in begin..<end {
        let (image, block) = (task / blocks, task % blocks)
        let lanes = min(16, arguments.channels &- block &* 16)
        let input =
            unsafe Source(arguments.input)
            + (image &* arguments.inputStrides.image &+ block &* arguments.inputStrides.channel)
        let output =
            unsafe Target(arguments.output)
            + (image &* arguments.outputStrides.image &+ block &* 16 &* arguments.outputStrides.channel)
        for row in 0..<arguments.height {
            let source = input + row &* arguments.inputStrides.row
            for lane in 0..<lanes {
                let target =
                    output + (lane &* arguments.outputStrides.channel &+ row &* arguments.outputStrides.row)
                for column in 0..<arguments.width { target[column] = source[column &* 16 &+ lane] }
            }
        }
    }
}
