/// The vertical pass over 8-bit samples: each output row is a weighted sum of rows.
///
/// Channels do not matter here: a row is its bytes.
struct VerticalPass {
    private let rowByteCount: Int
    private let weights: FixedPointWeights

    /// Makes a pass over rows of `rowByteCount` bytes, the first being the first that any output takes.
    init(_ weights: ResamplingWeights, rowByteCount: Int) {
        self.rowByteCount = rowByteCount
        self.weights = FixedPointWeights(weights)
    }

    /// Filters into `target`, rows without gaps.
    func run(_ source: Rows, into target: UnsafeMutablePointer<UInt8>) {
        unsafe weights.pairs.withUnsafeBufferPointer { pairs in
            guard let pairs = pairs.baseAddress else { return }
            for output in 0..<weights.count {
                let kernel = unsafe pairs + output * weights.stride
                let first = unsafe source[weights.firsts[output]]
                let count = weights.counts[output]
                let result = unsafe target + output * rowByteCount
                var at = 0
                while at + 8 <= rowByteCount {
                    let bytes = unsafe eight(first + at, source.rowByteCount, kernel, count)
                    unsafe UnsafeMutableRawPointer(result + at).storeBytes(of: bytes, as: SIMD8<UInt8>.self)
                    at += 8
                }
                while at < rowByteCount {
                    unsafe result[at] = one(first + at, source.rowByteCount, kernel, count)
                    at += 1
                }
            }
        }
    }

    /// Eight neighbouring outputs.
    @inline(__always)
    private func eight(
        _ source: UnsafePointer<UInt8>,
        _ rowDistance: Int,
        _ kernel: UnsafePointer<UInt32>,
        _ count: Int
    ) -> SIMD8<UInt8> {
        var left = FixedPointWeights.Sums()
        var right = FixedPointWeights.Sums()
        for pair in 0..<(count &+ 1) &>> 1 {
            let row = unsafe source + pair &* 2 &* rowDistance
            var woven = SIMD16<UInt8>()
            unsafe woven.evenHalf = UnsafeRawPointer(row).loadUnaligned(as: SIMD8<UInt8>.self)
            if pair &* 2 &+ 1 < count {
                unsafe woven.oddHalf = UnsafeRawPointer(row + rowDistance).loadUnaligned(
                    as: SIMD8<UInt8>.self
                )
            }
            let highs = unsafe kernel[pair &* 2]
            let lows = unsafe kernel[pair &* 2 &+ 1]
            left.add(FixedPointWeights.widened(woven.lowHalf), highs, lows)
            right.add(FixedPointWeights.widened(woven.highHalf), highs, lows)
        }
        return SIMD8<UInt8>(lowHalf: left.bytes, highHalf: right.bytes)
    }

    /// One output at the end of a row.
    private func one(
        _ source: UnsafePointer<UInt8>,
        _ rowDistance: Int,
        _ kernel: UnsafePointer<UInt32>,
        _ count: Int
    ) -> UInt8 {
        var sums = FixedPointWeights.Sums()
        for pair in 0..<(count + 1) / 2 {
            let row = unsafe source + pair * 2 * rowDistance
            var samples = SIMD8<UInt16>()
            unsafe samples[0] = UInt16(row[0])
            if pair * 2 + 1 < count { unsafe samples[1] = UInt16(row[rowDistance]) }
            unsafe sums.add(samples, kernel[pair * 2], kernel[pair * 2 + 1])
        }
        return sums.bytes[0]
    }
}
