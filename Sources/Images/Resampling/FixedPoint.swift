/// Conversions between bytes and the fixed-point sums of the 8-bit passes.
enum FixedPoint {
    /// Four bytes as 32-bit numbers.
    @inline(__always)
    static func widen4(_ bytes: UnsafePointer<UInt8>) -> SIMD4<Int32> {
        let word = unsafe UnsafeRawPointer(bytes).loadUnaligned(as: SIMD4<UInt8>.self)
        return SIMD4<Int32>(truncatingIfNeeded: word)
    }

    /// Stores four sums, cut to their integer part and clipped to 0...255.
    @inline(__always)
    static func store4(_ sums: SIMD4<Int32>, _ bytes: UnsafeMutablePointer<UInt8>) {
        let shifted = sums &>> SIMD4<Int32>(repeating: ResamplingWeights.precisionBits)
        let clipped = shifted.clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
        unsafe UnsafeMutableRawPointer(bytes).storeBytes(
            of: SIMD4<UInt8>(truncatingIfNeeded: clipped),
            as: SIMD4<UInt8>.self
        )
    }

    /// A sum cut to its integer part and clipped to 0...255.
    @inline(__always)
    static func clip(_ sum: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: min(max(sum >> ResamplingWeights.precisionBits, 0), 255))
    }
}
