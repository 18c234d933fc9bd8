internal import CIntrinsics
internal import KernelInterface

/// Layer norm or RMS norm over the channels of pixels, or the features of rows, several at a time: what waits for the sum of
/// one pixel's lanes, for a square root or a division goes on beside the others.
///
/// Mean and variance are taken in two passes, so that a large mean costs no digits. A pixel has the same bits alone.
struct PixelNormalization: BitwiseCopyable {
    /// Floats from a pixel to the next and from sixteen channels to the next.
    struct Steps: BitwiseCopyable {
        let pixel: Int
        let block: Int
    }

    /// Channels.
    let count: Int
    let subtractsMean: Bool
    let epsilon: Float
    /// One factor a channel, or nil.
    let weight: Source?
    /// One term a channel, or nil.
    let bias: Source?
    let input: Steps
    let output: Steps
    /// Lanes of the last block that are stored, zeros past the last channel.
    let lastLanes: Int

    /// Normalizes `pixels` neighbouring pixels.
    @inline(__always) func run(_ source: Source, to target: Target, pixels: Int) {
        var pixel = 0
        while pixel &+ 4 <= pixels {
            run(PixelGroup<4>.self, source + pixel &* input.pixel, to: target + pixel &* output.pixel)
            pixel &+= 4
        }
        while pixel < pixels {
            run(PixelGroup<1>.self, source + pixel &* input.pixel, to: target + pixel &* output.pixel)
            pixel &+= 1
        }
    }

    @inline(never)
    private func run<let pixels: Int>(_: PixelGroup<pixels>.Type, _ source: Source, to target: Target) {
        // The last block may have fewer channels.
        let last = (count &- 1) / 16
        let lanes = count &- last &* 16
        var means = zeroed(InlineArray<pixels, Vector>.self)
        if subtractsMean {
            var totals = means
            for block in 0..<last {
                let line = source + block &* input.block
                for pixel in 0..<pixels { totals[pixel] += line.vector(pixel &* input.pixel) }
            }
            let line = source + last &* input.block
            for pixel in 0..<pixels { totals[pixel] += line.vector(pixel &* input.pixel, count: lanes) }
            for pixel in 0..<pixels { means[pixel] = splat(laneSum(totals[pixel]) / Float(count)) }
        }
        var squares = zeroed(InlineArray<pixels, Vector>.self)
        for block in 0..<last {
            let line = source + block &* input.block
            for pixel in 0..<pixels {
                let distance = line.vector(pixel &* input.pixel) - means[pixel]
                squares[pixel] = multiplyAdd(distance, distance, squares[pixel])
            }
        }
        let lastLine = source + last &* input.block
        var scales = means
        for pixel in 0..<pixels {
            let value = lastLine.vector(pixel &* input.pixel, count: lanes)
            let distance = apus_keep_first(value - means[pixel], lanes)
            squares[pixel] = multiplyAdd(distance, distance, squares[pixel])
            let variance = laneSum(squares[pixel]) / Float(count)
            scales[pixel] = splat(1 / (variance + epsilon).squareRoot())
        }
        for block in 0..<last {
            let factors = weight?.vector(block &* 16) ?? splat(1)
            let line = source + block &* input.block
            let place = target + block &* output.block
            for pixel in 0..<pixels {
                var value = (line.vector(pixel &* input.pixel) - means[pixel]) * scales[pixel] * factors
                if let bias { value += bias.vector(block &* 16) }
                place.store(value, pixel &* output.pixel)
            }
        }
        let factors = weight?.vector(last &* 16, count: lanes) ?? splat(1)
        let place = target + last &* output.block
        for pixel in 0..<pixels {
            let values = lastLine.vector(pixel &* input.pixel, count: lanes)
            var value = (values - means[pixel]) * scales[pixel] * factors
            if let bias { value += bias.vector(last &* 16, count: lanes) }
            place.store(apus_keep_first(value, lanes), pixel &* output.pixel, count: lastLanes)
        }
    }
}

/// Pixels that are normalized together, as a constant.
private enum PixelGroup<let pixels: Int> {}
