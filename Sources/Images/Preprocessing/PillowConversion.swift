/// Conversions between modes with Pillow's formulas.
///
/// Source: Pillow, src/libImaging/Convert.c.
enum PillowConversion {
    /// ITU-R 601-2 luma in fixed point: Pillow's `L24`.
    @inline(__always)
    private static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        let sum = UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471 &+ 0x8000
        return UInt8(truncatingIfNeeded: sum >> 16)
    }

    /// Grey of four-byte pixels: red, green, blue and a byte that is not asked.
    static func grey(pixels: [UInt8]) -> [UInt8] {
        let count = pixels.count / 4
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            unsafe pixels.withUnsafeBufferPointer { source in
                for index in 0..<count {
                    let value = unsafe luma(source[index * 4], source[index * 4 + 1], source[index * 4 + 2])
                    unsafe target.initializeElement(at: index, to: value)
                }
            }
            initialized = count
        }
    }

    /// Grey of palette indices.
    static func grey(indices: [UInt8], palette: [UInt8]) -> [UInt8] {
        let table = grey(pixels: palette)
        return indices.map { table[Int($0)] }
    }

    /// Four-byte pixels of palette indices.
    static func colors(indices: [UInt8], palette: [UInt8]) -> [UInt8] {
        let count = indices.count * 4
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
            for (pixel, index) in indices.enumerated() {
                for lane in 0..<4 {
                    unsafe target.initializeElement(at: pixel * 4 + lane, to: palette[Int(index) * 4 + lane])
                }
            }
            initialized = count
        }
    }

    /// Four-byte RGB pixels of CMYK pixels, without a colour profile, as Pillow does it.
    static func colors(inks: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: inks.count) { target, initialized in
            unsafe inks.withUnsafeBufferPointer { source in
                for pixel in stride(from: 0, to: source.count, by: 4) {
                    let light = 255 - Int32(unsafe source[pixel + 3])
                    for lane in 0..<3 {
                        let product = Int32(unsafe source[pixel + lane]) * light + 128
                        let absorbed = ((product >> 8) + product) >> 8
                        let value = UInt8(clamping: light - absorbed)
                        unsafe target.initializeElement(at: pixel + lane, to: value)
                    }
                    unsafe target.initializeElement(at: pixel + 3, to: 255)
                }
            }
            initialized = inks.count
        }
    }

    /// One channel of interleaved samples.
    static func lane(_ lane: Int, of bytes: [UInt8], stride: Int) -> [UInt8] {
        (0..<bytes.count / stride).map { bytes[$0 * stride + lane] }
    }

    /// The first `channels` channels of interleaved 16-bit samples as planes `[C, H, W]` of the same numbers.
    static func planes(_ channels: Int, of words: [UInt16], stride: Int) -> [Float] {
        let count = words.count / stride
        return unsafe [Float](unsafeUninitializedCapacity: count * channels) { target, initialized in
            for channel in 0..<channels {
                for index in 0..<count {
                    let value = Float(words[index * stride + channel])
                    unsafe target.initializeElement(at: channel * count + index, to: value)
                }
            }
            initialized = count * channels
        }
    }

    /// Grey of interleaved 16-bit samples: Pillow's formula for its mode F, `(299 R + 587 G + 114 B) / 1000`.
    static func luma(_ words: [UInt16], stride: Int) -> [Float] {
        (0..<words.count / stride).map { index in
            let red = Int32(words[index * stride])
            let green = Int32(words[index * stride + 1])
            let blue = Int32(words[index * stride + 2])
            return Float(red * 299 + green * 587 + blue * 114) / 1000
        }
    }
}
