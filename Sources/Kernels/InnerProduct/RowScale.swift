/// The power of two that a row is divided by.
struct RowScale: BitwiseCopyable {
    /// The power, by which the row's sums are multiplied in the end; zero for a row of zeros, whose sums are but the rounding
    /// errors of the columns' corrections.
    let factor: Float
    /// One over the power; one for a row of zeros.
    let inverse: Float

    /// The power at or below the root of `meanSquare`; nil where the square left the range of normal numbers.
    @inline(__always) init?(meanSquare: Float) {
        let bits = Int(meanSquare.bitPattern >> 23)
        guard bits > 0 && bits < 255 else { return nil }
        self.init(exponent: (bits &- 127) >> 1)
    }

    /// The power at or below the largest magnitude of a row, input k of which stands at `k / 16 * blockStride + k % 16`: for
    /// rows whose squares are too large or too small to be added.
    @inline(never) init(_ row: Source, blockStride: Int, inputs: Int) {
        var largest: UInt32 = 0
        for input in 0..<inputs {
            let value = row[input / 16 &* blockStride &+ input % 16]
            largest = max(largest, value.magnitude.bitPattern)
        }
        // Infinity and NaN stay what they are, whatever they are divided by.
        let exponent = min(max(Int(largest >> 23) &- 127, -126), 126)
        self = largest == 0 ? RowScale(factor: 0, inverse: 1) : RowScale(exponent: exponent)
    }

    @inline(__always) private init(exponent: Int) {
        self.init(
            factor: Float(bitPattern: UInt32(truncatingIfNeeded: 127 &+ exponent) << 23),
            inverse: Float(bitPattern: UInt32(truncatingIfNeeded: 127 &- exponent) << 23)
        )
    }

    @inline(__always) private init(factor: Float, inverse: Float) {
        (self.factor, self.inverse) = (factor, inverse)
    }
}
