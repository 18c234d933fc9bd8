import Checkpoints
import Tensors
import Testing

/// Damaged files: a reader throws or reads, and never traps.
@Suite struct HostileFileTests {
    /// Small files of each format.
    static let files = [
        "types.safetensors", "types.zip.pth", "types.legacy.pth", "views.zip.pth", "views.legacy.pth",
        "training.zip.pth", "training.legacy.pth", "protocol5.zip.pth", "module.legacy.pth",
    ]

    @Test(arguments: files) func aCutAtAnyByteIsRefused(_ file: String) throws {
        let bytes = try Fixture.bytes(file)
        #expect(failure(reading: bytes) == nil)
        for length in 0..<bytes.count {
            #expect(failure(reading: [UInt8](bytes[..<length])) != nil, "cut at byte \(length)")
        }
    }

    @Test(arguments: files) func changedBytesNeverTrap(_ file: String) throws {
        let original = try Fixture.bytes(file)
        var random = SplitMix(state: UInt64(original.count))
        var refused = 0
        let rounds = 1500
        for _ in 0..<rounds {
            var bytes = original
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes[place] ^= 1 << UInt8(random.next() % 8)
                case 2:
                    // A run of all ones: the largest lengths, offsets and counts.
                    for index in place..<min(place + 8, bytes.count) { bytes[index] = 0xFF }
                default:
                    bytes.replaceSubrange(place..<min(place + Int(random.next() % 9), bytes.count), with: [0])
                }
                if bytes.isEmpty { break }
            }
            do {
                let checkpoint = try CheckpointReader.read(bytes: bytes)
                // What is read lies inside the file: touch it all.
                for tensor in checkpoint.tensors.values { #expect(tensor.floats.count == tensor.count) }
            } catch {
                refused += 1
                #expect(!error.message.isEmpty)
            }
        }
        #expect(refused > rounds / 20)
    }

    /// The generator of Steele, Lea and Flood: the same changes in every run.
    struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
            return bits ^ bits >> 31
        }
    }
}
