import Tensors
import Testing

@Suite struct HalfPrecisionTests {
    /// Every finite float16 goes to float32 and back unchanged: both directions are checked by each other, and
    /// the values below pin them to IEEE 754.
    @Test func everyFloat16ComesBack() {
        for bits in UInt16.min...UInt16.max {
            let value = HalfPrecision.float(float16Bits: bits)
            if value.isNaN { continue }
            #expect(HalfPrecision.float16Bits(value) == bits)
        }
    }

    @Test(arguments: [
        (UInt16(0x3C00), Float(1)), (0xC000, -2), (0x7BFF, 65504), (0x0001, 0x1p-24), (0x0400, 0x1p-14),
        (0x7C00, .infinity), (0x3555, 0x1.554p-2),
    ])
    func knownFloat16Values(bits: UInt16, value: Float) {
        #expect(HalfPrecision.float(float16Bits: bits) == value)
    }

    @Test func roundingIsToNearestTiesToEven() {
        #expect(HalfPrecision.float16Bits(1 + 0x1p-11) == 0x3C00)
        #expect(HalfPrecision.float16Bits(1 + 0x3p-11) == 0x3C02)
        #expect(HalfPrecision.float16Bits(65519) == 0x7BFF)
        #expect(HalfPrecision.float16Bits(65520) == 0x7C00)
        #expect(HalfPrecision.float16Bits(0x1p-25) == 0)
        #expect(HalfPrecision.bfloat16Bits(1 + 0x1p-8) == 0x3F80)
        #expect(HalfPrecision.bfloat16Bits(1 + 0x3p-8) == 0x3F82)
        #expect(HalfPrecision.bfloat16Bits(.infinity) == 0x7F80)
    }

    @Test func aCastKeepsTypeAndShape() {
        let half = Tensor.cast([1, -2, 65504, 0.1], to: .float16, shape: [2, 2])
        #expect(half.dtype == .float16)
        #expect(half.shape == [2, 2])
        #expect(half.floats == [1, -2, 65504, 0.099975586])
        #expect(Tensor.cast([0.1], to: .float64, shape: [1]).floats == [0.1])
    }
}
