/// The horizontal pass over 8-bit pixels: each output pixel is a weighted sum of neighbours in its row.
struct HorizontalPass {
    private let pixelStride: Int
    private let weights: FixedPointWeights

    /// Makes a pass over rows whose first pixel is the first that any output takes.
    init(_ weights: ResamplingWeights, pixelStride: Int) {
        precondition(pixelStride == 1 || pixelStride == 4, "\(pixelStride) bytes a pixel")
        self.pixelStride = pixelStride
        self.weights = FixedPointWeights(weights)
    }

    /// Filters `rowCount` rows into `target`, rows without gaps.
    func run(_ source: Rows, rowCount: Int, into target: UnsafeMutablePointer<UInt8>) {
        let outputRow = weights.count * pixelStride
        for row in stride(from: 0, to: rowCount, by: 4) {
            // Four rows share each weight; the last block repeats its last row.
            let last = rowCount - 1
            let rows = (row, min(row + 1, last), min(row + 2, last), min(row + 3, last))
            let inputs = unsafe (source[rows.0], source[rows.1], source[rows.2], source[rows.3])
            let outputs = unsafe (
                target + rows.0 * outputRow, target + rows.1 * outputRow, target + rows.2 * outputRow,
                target + rows.3 * outputRow
            )
            if pixelStride == 4 {
                unsafe filterPixels(inputs, outputs)
            } else {
                unsafe filterBytes(inputs, outputs)
            }
        }
    }

    private typealias Inputs = (
        UnsafePointer<UInt8>, UnsafePointer<UInt8>, UnsafePointer<UInt8>, UnsafePointer<UInt8>
    )
    private typealias Outputs = (
        UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt8>,
        UnsafeMutablePointer<UInt8>
    )

    /// Four rows of four-byte pixels: the channels are the vector's lanes.
    private func filterPixels(_ inputs: Inputs, _ outputs: Outputs) {
        unsafe weights.pairs.withUnsafeBufferPointer { pairs in
            for output in 0..<weights.count {
                let first = weights.firsts[output] &* 4
                let count = weights.counts[output]
                let kernel = output &* weights.stride
                var sums = (
                    FixedPointWeights.Sums(), FixedPointWeights.Sums(), FixedPointWeights.Sums(),
                    FixedPointWeights.Sums()
                )
                for pair in 0..<count &>> 1 {
                    let highs = unsafe pairs[kernel &+ pair &* 2]
                    let lows = unsafe pairs[kernel &+ pair &* 2 &+ 1]
                    let at = first &+ pair &* 8
                    unsafe sums.0.add(twoPixels(inputs.0 + at), highs, lows)
                    unsafe sums.1.add(twoPixels(inputs.1 + at), highs, lows)
                    unsafe sums.2.add(twoPixels(inputs.2 + at), highs, lows)
                    unsafe sums.3.add(twoPixels(inputs.3 + at), highs, lows)
                }
                if count & 1 == 1 {
                    let highs = unsafe pairs[kernel + count - 1]
                    let lows = unsafe pairs[kernel + count]
                    let at = first + (count - 1) * 4
                    unsafe sums.0.add(onePixel(inputs.0 + at), highs, lows)
                    unsafe sums.1.add(onePixel(inputs.1 + at), highs, lows)
                    unsafe sums.2.add(onePixel(inputs.2 + at), highs, lows)
                    unsafe sums.3.add(onePixel(inputs.3 + at), highs, lows)
                }
                let at = output &* 4
                unsafe store(sums.0.bytes, outputs.0 + at)
                unsafe store(sums.1.bytes, outputs.1 + at)
                unsafe store(sums.2.bytes, outputs.2 + at)
                unsafe store(sums.3.bytes, outputs.3 + at)
            }
        }
    }

    /// The channels of two neighbours, channel by channel.
    @inline(__always)
    private func twoPixels(_ start: UnsafePointer<UInt8>) -> SIMD8<UInt16> {
        let pixels = unsafe FixedPointWeights.widened(
            UnsafeRawPointer(start).loadUnaligned(as: SIMD8<UInt8>.self)
        )
        var woven = SIMD8<UInt16>()
        woven.evenHalf = pixels.lowHalf
        woven.oddHalf = pixels.highHalf
        return woven
    }

    /// The channels of one pixel, each beside a zero.
    @inline(__always)
    private func onePixel(_ start: UnsafePointer<UInt8>) -> SIMD8<UInt16> {
        unsafe SIMD8<UInt16>(
            UInt16(start[0]),
            0,
            UInt16(start[1]),
            0,
            UInt16(start[2]),
            0,
            UInt16(start[3]),
            0
        )
    }

    @inline(__always)
    private func store(_ bytes: SIMD4<UInt8>, _ target: UnsafeMutablePointer<UInt8>) {
        unsafe UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD4<UInt8>.self)
    }

    /// Four rows of single bytes: the rows are the vector's lanes.
    private func filterBytes(_ inputs: Inputs, _ outputs: Outputs) {
        unsafe weights.pairs.withUnsafeBufferPointer { pairs in
            for output in 0..<weights.count {
                let first = weights.firsts[output]
                let count = weights.counts[output]
                let kernel = output &* weights.stride
                var sums = FixedPointWeights.Sums()
                for pair in 0..<count &>> 1 {
                    let at = first &+ pair &* 2
                    let samples = unsafe SIMD4<UInt16>(
                        twoBytes(inputs.0 + at),
                        twoBytes(inputs.1 + at),
                        twoBytes(inputs.2 + at),
                        twoBytes(inputs.3 + at)
                    )
                    unsafe sums.add(
                        FixedPointWeights.widened(unsafeBitCast(samples, to: SIMD8<UInt8>.self)),
                        pairs[kernel &+ pair &* 2],
                        pairs[kernel &+ pair &* 2 &+ 1]
                    )
                }
                if count & 1 == 1 {
                    let at = first + count - 1
                    let samples = unsafe SIMD8<UInt16>(
                        UInt16(inputs.0[at]),
                        0,
                        UInt16(inputs.1[at]),
                        0,
                        UInt16(inputs.2[at]),
                        0,
                        UInt16(inputs.3[at]),
                        0
                    )
                    unsafe sums.add(samples, pairs[kernel + count - 1], pairs[kernel + count])
                }
                let bytes = sums.bytes
                unsafe outputs.0[output] = bytes[0]
                unsafe outputs.1[output] = bytes[1]
                unsafe outputs.2[output] = bytes[2]
                unsafe outputs.3[output] = bytes[3]
            }
        }
    }

    /// Two neighbours in the order of memory.
    @inline(__always)
    private func twoBytes(_ start: UnsafePointer<UInt8>) -> UInt16 {
        unsafe UnsafeRawPointer(start).loadUnaligned(as: UInt16.self)
    }
}
