internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/channelNormalization``: over the channels of each pixel of blocked maps, a task being a row.
func runChannelNormalization(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ChannelNormalizationArguments.self)
    let normalization = unsafe PixelNormalization(
        count: arguments.channels,
        subtractsMean: arguments.subtractsMean,
        epsilon: arguments.epsilon,
        weight: arguments.weight.map { unsafe Source($0) },
        bias: arguments.bias.map { unsafe Source($0) },
        input: PixelNormalization.Steps(pixel: 16, block: arguments.inputStrides.channel),
        output: PixelNormalization.Steps(pixel: 16, block: arguments.outputStrides.channel),
        lastLanes: 16
    )
    for task in begin..<end {
        let (image, row) = (task / arguments.height, task % arguments.height)
        func offset(_ strides: MapStrides) -> Int { image &* strides.image &+ row &* strides.row }
        unsafe normalization.run(
            Source(arguments.input) + offset(arguments.inputStrides),
            to: Target(arguments.output) + offset(arguments.outputStrides),
            pixels: arguments.width
        )
    }
}

/// ``KernelID/groupNormalization``: over each group of channels and all positions, a task being an image.
///
/// Channels are summed apart, then the channels of a group: first for the means, then for the squared distances.
func runGroupNormalization(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, GroupNormalizationArguments.self)
    let maps = arguments.maps
    let blocks = BlockedLayout.blocks(maps.channels)
    let means = unsafe Target(scratch)
    let scales = means + blocks &* 16
    let activation = PreparedActivation(arguments.activation)
    for image in begin..<end {
        let input = unsafe Source(maps.input) + image &* maps.inputStrides.image
        let output = unsafe Target(maps.output) + image &* maps.outputStrides.image
        for block in 0..<blocks {
            var total = zeroVector
            for row in 0..<maps.height {
                let line = input + (block &* maps.inputStrides.channel &+ row &* maps.inputStrides.row)
                total += rowSum(line, pixels: maps.width)
            }
            means.store(total, block &* 16)
        }
        averageGroups(arguments, means)
        for block in 0..<blocks {
            let mean = means.vector(block &* 16)
            var squares = zeroVector
            for row in 0..<maps.height {
                let line = input + (block &* maps.inputStrides.channel &+ row &* maps.inputStrides.row)
                var rowSquares = zeroVector
                for pixel in 0..<maps.width {
                    let distance = line.vector(pixel &* 16) - mean
                    rowSquares = multiplyAdd(distance, distance, rowSquares)
                }
                squares += rowSquares
            }
            scales.store(squares, block &* 16)
        }
        averageGroups(arguments, scales)
        for block in 0..<blocks {
            let lanes = min(maps.channels &- block &* 16, 16)
            var scale = splat(1) / apus_sqrt(scales.vector(block &* 16) + splat(maps.epsilon))
            if let weight = unsafe maps.weight { unsafe scale *= Source(weight).vector(block &* 16) }
            var offset = zeroVector
            if let bias = unsafe maps.bias { unsafe offset = Source(bias).vector(block &* 16) }
            let mean = means.vector(block &* 16)
            for row in 0..<maps.height {
                let line = input + (block &* maps.inputStrides.channel &+ row &* maps.inputStrides.row)
                let target = output + (block &* maps.outputStrides.channel &+ row &* maps.outputStrides.row)
                for pixel in 0..<maps.width {
                    var value = multiplyAdd(line.vector(pixel &* 16) - mean, scale, offset)
                    value = apus_at_most(
                        apus_at_least(value, splat(activation.lower)),
                        splat(activation.upper)
                    )
                    target.store(apus_keep_first(value, lanes), pixel &* 16)
                }
                if activation.needsPass {
                    activate(
                        target,
                        rows: maps.width,
                        rowStride: 16,
                        lanes: 16,
                        channels: lanes,
                        activation.function
                    )
                }
            }
        }
    }
}

/// Replaces the channels' sums by the means over their groups.
private func averageGroups(_ arguments: GroupNormalizationArguments, _ sums: Target) {
    let maps = arguments.maps
    let size = maps.channels / arguments.groups
    let divisor = Float(size &* maps.height &* maps.width)
    for group in 0..<arguments.groups {
        var total: Float = 0
        for channel in group &* size..<(group &+ 1) &* size { total += sums[channel] }
        let mean = total / divisor
        for channel in group &* size..<(group &+ 1) &* size { sums[channel] = mean }
    }
}
