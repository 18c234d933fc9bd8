/// The horizontal pass over 8-bit pixels: each output pixel is a weighted sum of neighbours in its row.
struct HorizontalPass {
    private let pixelStride: Int
    private let firsts: [Int]
    private let counts: [Int]
    private let stride: Int
    private let weights: [Int32]

    /// Makes a pass over rows whose first pixel is the first that any output takes.
    init(_ weights: ResamplingWeights, pixelStride: Int) {
        precondition(pixelStride == 1 || pixelStride == 4, "\(pixelStride) bytes a pixel")
        self.pixelStride = pixelStride
        let origin = weights.source.lowerBound
        firsts = weights.firsts.map { $0 - origin }
        counts = weights.counts
        stride = weights.stride
        self.weights = weights.fixed
    }

    /// Filters `rowCount` rows into `target`, rows without gaps.
    func run(_ source: Rows, rowCount: Int, into target: UnsafeMutablePointer<UInt8>) {
        let outputRow = firsts.count * pixelStride
        unsafe weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            var row = 0
            while row < rowCount {
                // Four rows share each weight; the last block repeats its last row.
                let last = rowCount - 1
                let r1 = min(row + 1, last)
                let r2 = min(row + 2, last)
                let r3 = min(row + 3, last)
                let inputs = unsafe (source[row], source[r1], source[r2], source[r3])
                let outputs = unsafe (
                    target + row * outputRow, target + r1 * outputRow, target + r2 * outputRow,
                    target + r3 * outputRow
                )
                if pixelStride == 4 {
                    unsafe filterPixels(inputs, weights, outputs)
                } else {
                    unsafe filterBytes(inputs, weights, outputs)
                }
                row += 4
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

    /// Four rows of four-byte pixels: a pixel is a vector.
    private func filterPixels(_ inputs: Inputs, _ weights: UnsafePointer<Int32>, _ outputs: Outputs) {
        let half = SIMD4<Int32>(repeating: 1 << (ResamplingWeights.precisionBits - 1))
        for output in firsts.indices {
            let first = firsts[output] * 4
            let kernel = unsafe weights + output * stride
            var sums = (half, half, half, half)
            for tap in 0..<counts[output] {
                let weight = unsafe SIMD4<Int32>(repeating: kernel[tap])
                let at = first + tap * 4
                sums.0 &+= unsafe FixedPoint.widen4(inputs.0 + at) &* weight
                sums.1 &+= unsafe FixedPoint.widen4(inputs.1 + at) &* weight
                sums.2 &+= unsafe FixedPoint.widen4(inputs.2 + at) &* weight
                sums.3 &+= unsafe FixedPoint.widen4(inputs.3 + at) &* weight
            }
            let at = output * 4
            unsafe FixedPoint.store4(sums.0, outputs.0 + at)
            unsafe FixedPoint.store4(sums.1, outputs.1 + at)
            unsafe FixedPoint.store4(sums.2, outputs.2 + at)
            unsafe FixedPoint.store4(sums.3, outputs.3 + at)
        }
    }

    /// Four rows of single bytes: the rows are the vector's lanes.
    private func filterBytes(_ inputs: Inputs, _ weights: UnsafePointer<Int32>, _ outputs: Outputs) {
        let half: Int32 = 1 << (ResamplingWeights.precisionBits - 1)
        for output in firsts.indices {
            let first = firsts[output]
            let kernel = unsafe weights + output * stride
            var sums = (half, half, half, half)
            for tap in 0..<counts[output] {
                let weight = unsafe kernel[tap]
                let at = first + tap
                sums.0 &+= unsafe Int32(inputs.0[at]) &* weight
                sums.1 &+= unsafe Int32(inputs.1[at]) &* weight
                sums.2 &+= unsafe Int32(inputs.2[at]) &* weight
                sums.3 &+= unsafe Int32(inputs.3[at]) &* weight
            }
            unsafe outputs.0[output] = FixedPoint.clip(sums.0)
            unsafe outputs.1[output] = FixedPoint.clip(sums.1)
            unsafe outputs.2[output] = FixedPoint.clip(sums.2)
            unsafe outputs.3[output] = FixedPoint.clip(sums.3)
        }
    }
}
