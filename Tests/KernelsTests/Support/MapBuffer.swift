import KernelInterface

/// Feature maps in a kernel's layout, with room of NaN between the parts.
final class MapBuffer {
    let images: Int
    let channels: Int
    let height: Int
    let width: Int
    let isBlocked: Bool
    let strides: MapStrides
    let floats: GuardedFloats

    /// Maps with `gap` floats after each row and after each block or channel, all NaN.
    init(images: Int, channels: Int, height: Int, width: Int, isBlocked: Bool = true, gap: Int = 0) {
        (self.images, self.channels, self.height, self.width) = (images, channels, height, width)
        self.isBlocked = isBlocked
        let row = width * (isBlocked ? 16 : 1) + gap
        let part = row * height + gap
        let parts = isBlocked ? BlockedLayout.blocks(channels) : channels
        strides = MapStrides(image: part * parts + gap, channel: part, row: row)
        floats = GuardedFloats(count: (part * parts + gap) * images)
    }

    /// Maps that hold `values`, `[N, C, H, W]`.
    convenience init(
        _ values: [Float],
        images: Int,
        channels: Int,
        height: Int,
        width: Int,
        isBlocked: Bool = true,
        gap: Int = 0
    ) {
        self.init(
            images: images,
            channels: channels,
            height: height,
            width: width,
            isBlocked: isBlocked,
            gap: gap
        )
        let padded = isBlocked ? BlockedLayout.padded(channels) : channels
        for image in 0..<images {
            for channel in 0..<padded {
                for row in 0..<height {
                    for column in 0..<width {
                        let source = ((image * channels + channel) * height + row) * width + column
                        floats[place(image, channel, row, column)] = channel < channels ? values[source] : 0
                    }
                }
            }
        }
    }

    func place(_ image: Int, _ channel: Int, _ row: Int, _ column: Int) -> Int {
        let start = image * strides.image + row * strides.row
        return isBlocked
            ? start + channel / 16 * strides.channel + column * 16 + channel % 16
            : start + channel * strides.channel + column
    }

    /// The elements, `[N, C, H, W]`.
    var values: [Float] {
        var values: [Float] = []
        for image in 0..<images {
            for channel in 0..<channels {
                for row in 0..<height {
                    for column in 0..<width { values.append(floats[place(image, channel, row, column)]) }
                }
            }
        }
        return values
    }

    /// Whether the lanes past the last channel hold zeros.
    var restIsZero: Bool {
        guard isBlocked else { return true }
        for image in 0..<images {
            for channel in channels..<BlockedLayout.padded(channels) {
                for row in 0..<height {
                    for column in 0..<width where floats[place(image, channel, row, column)] != 0 {
                        return false
                    }
                }
            }
        }
        return true
    }
}
