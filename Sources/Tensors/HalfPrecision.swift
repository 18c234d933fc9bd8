/// Conversions between float32 and the two 16-bit float types, on bit patterns.
///
/// `Float16` is not usable here: on x86-64 without AVX-512 FP16 the compiler calls library routines whose
/// presence depends on the platform.
public enum HalfPrecision {
    /// The float32 value of IEEE binary16 `bits`: exact, subnormals, infinities and NaN included.
    public static func float(float16Bits bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10) & 0x1F
        let mantissa = UInt32(bits & 0x3FF)
        switch exponent {
        case 0:
            let magnitude = Float(mantissa) * 0x1p-24
            return Float(bitPattern: magnitude.bitPattern | sign)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | mantissa << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | mantissa << 13)
        }
    }

    /// The IEEE binary16 bits nearest to `value`, ties to even; overflow gives infinity.
    public static func float16Bits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: bits >> 16) & 0x8000
        let magnitude = bits & 0x7FFF_FFFF
        guard magnitude <= 0x7F80_0000 else { return sign | 0x7E00 }
        guard magnitude < 0x4780_0000 else { return sign | 0x7C00 }
        guard magnitude >= 0x3880_0000 else {
            // Below the smallest normal: scale so that one unit is the smallest subnormal.
            let scaled = (Float(bitPattern: magnitude) * 0x1p24).rounded(.toNearestOrEven)
            return sign | UInt16(scaled)
        }
        let rounded = magnitude - 0x3800_0000 + 0x0FFF + (magnitude >> 13 & 1)
        return sign | UInt16(truncatingIfNeeded: rounded >> 13)
    }

    /// The bfloat16 bits nearest to `value`, ties to even.
    public static func bfloat16Bits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }
}
