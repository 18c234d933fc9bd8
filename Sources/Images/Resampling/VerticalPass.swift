/// The vertical pass over 8-bit samples: each output row is a weighted sum of rows.
///
/// Channels do not matter here: a row is its bytes.
struct VerticalPass {
    private let rowByteCount: Int
    private let firsts: [Int]
    private let counts: [Int]
    private let stride: Int
    private let weights: [Int32]

    /// Makes a pass over rows of `rowByteCount` bytes, the first being the first that any output takes.
    init(_ weights: ResamplingWeights, rowByteCount: Int) {
        self.rowByteCount = rowByteCount
        let origin = weights.source.lowerBound
        firsts = weights.firsts.map { $0 - origin }
        counts = weights.counts
        stride = weights.stride
        self.weights = weights.fixed
    }

    /// Filters into `target`, rows without gaps.
    func run(_ source: Rows, into target: UnsafeMutablePointer<UInt8>) {
        unsafe weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            for output in firsts.indices {
                let kernel = unsafe weights + output * stride
                let first = unsafe source[firsts[output]]
                let count = counts[output]
                let result = unsafe target + output * rowByteCount
                var at = 0
                while at + 16 <= rowByteCount {
                    unsafe filter16(first + at, source.rowByteCount, kernel, count, result + at)
                    at += 16
                }
                while at < rowByteCount {
                    var sum: Int32 = 1 << (ResamplingWeights.precisionBits - 1)
                    for tap in 0..<count {
                        sum &+= unsafe Int32(first[at + tap * source.rowByteCount]) &* kernel[tap]
                    }
                    unsafe result[at] = FixedPoint.clip(sum)
                    at += 1
                }
            }
        }
    }

    @inline(__always)
    private func filter16(
        _ source: UnsafePointer<UInt8>,
        _ rowDistance: Int,
        _ kernel: UnsafePointer<Int32>,
        _ count: Int,
        _ result: UnsafeMutablePointer<UInt8>
    ) {
        let half = SIMD4<Int32>(repeating: 1 << (ResamplingWeights.precisionBits - 1))
        var sums = (half, half, half, half)
        for tap in 0..<count {
            let weight = unsafe SIMD4<Int32>(repeating: kernel[tap])
            let row = unsafe source + tap * rowDistance
            sums.0 &+= unsafe FixedPoint.widen4(row) &* weight
            sums.1 &+= unsafe FixedPoint.widen4(row + 4) &* weight
            sums.2 &+= unsafe FixedPoint.widen4(row + 8) &* weight
            sums.3 &+= unsafe FixedPoint.widen4(row + 12) &* weight
        }
        unsafe FixedPoint.store4(sums.0, result)
        unsafe FixedPoint.store4(sums.1, result + 4)
        unsafe FixedPoint.store4(sums.2, result + 8)
        unsafe FixedPoint.store4(sums.3, result + 12)
    }
}
