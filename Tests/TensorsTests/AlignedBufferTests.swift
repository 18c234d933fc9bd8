import Tensors
import Testing

@Suite struct AlignedBufferTests {
    @Test(arguments: [0, 1, 100, 1 << 20, (1 << 21) - 1, 1 << 21, (1 << 21) + 1, 5 << 20])
    func theBytesAreAlignedAndZero(byteCount: Int) {
        let buffer = AlignedBuffer(byteCount: byteCount)
        let alignment = byteCount >= 1 << 21 ? 1 << 21 : 64
        #expect(unsafe buffer.bytes.count == byteCount)
        #expect(unsafe Int(bitPattern: buffer.bytes.baseAddress) % alignment == 0)
        #expect(unsafe buffer.bytes.allSatisfy { $0 == 0 })
    }

    @Test func freedMemoryComesBackZeroed() {
        for byteCount in [4096, 3 << 20] {
            for _ in 0..<4 {
                let buffer = AlignedBuffer(byteCount: byteCount)
                #expect(unsafe buffer.bytes.allSatisfy { $0 == 0 })
                for index in 0..<byteCount { unsafe buffer.bytes[index] = 0xA5 }
            }
        }
    }
}
