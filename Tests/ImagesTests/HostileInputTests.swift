import Images
import Tensors
import Testing

/// Files that are cut off, damaged or lie: an ``ImageError`` each, never a trap, never a picture of part of the data.
@Suite struct HostileInputTests {
    static let names = [
        "jpeg_420.jpg", "jpeg_progressive.jpg", "jpeg_restarts.jpg", "jpeg_grey.jpg", "jpeg_ycck.jpg",
        "png_rgb.png", "png_palette_alpha.png", "png_interlaced_rgb.png", "png_rgb16.png",
        "png_interlaced_palette.png",
    ]

    @Test(arguments: names)
    func everyCutIsAnError(_ name: String) throws {
        let bytes = try Fixture.bytes("pictures/\(name)")
        for count in 0..<bytes.count {
            let error = #expect(throws: ImageError.self, "\(count) of \(bytes.count) bytes") {
                try PictureDecoder.decode(Array(bytes[..<count]))
            }
            if let error, count > 8 { #expect(error.code == .truncated, "\(count): \(error)") }
        }
    }

    /// Where the coded data end early but the file does not, libjpeg only warns, and grey fills the rest.
    @Test func dataThatEndEarlyAreAnError() throws {
        let bytes = try Fixture.bytes("pictures/jpeg_420.jpg")
        let patched = Array(bytes[..<(bytes.count * 4 / 5)]) + [0xFF, 0xD9]
        #expect(code(patched) == .truncated)
    }

    /// What stands behind the end of a picture is not asked.
    @Test(arguments: ["jpeg_420.jpg", "png_rgb.png"])
    func bytesBehindTheEndDoNoHarm(_ name: String) throws {
        let bytes = try Fixture.bytes("pictures/\(name)")
        #expect(code(bytes + [0xFF, 0, 1, 2, 0xFF, 0xD8]) == nil)
    }

    @Test func everyCutOfAnArrayIsAnError() throws {
        let bytes = NumpyArrayTests.file(
            type: "<f4",
            shape: "2, 2, 3",
            data: [UInt8](repeating: 1, count: 48)
        )
        for count in 0..<bytes.count {
            #expect(throws: ImageError.self) { try PictureDecoder.decode(Array(bytes[..<count])) }
        }
    }

    /// Random damage: whatever decodes must also go through preprocessing.
    @Test(arguments: names + ["npy", "safetensors"])
    func damageNeverTraps(_ name: String) throws {
        let whole: [UInt8]
        switch name {
        case "npy":
            whole = NumpyArrayTests.file(
                type: ">f8",
                shape: "3, 2, 3",
                data: [UInt8](repeating: 2, count: 144)
            )
        case "safetensors": whole = SafetensorsArrayTests.file(["t": "F16"], shape: [3, 2, 2], byteCount: 24)
        default: whole = try Fixture.bytes("pictures/\(name)")
        }
        let limits = DecodeLimits(pixels: 1 << 20, bytes: 1 << 24, bands: 64)
        let preprocessor = Preprocessor(spec: squashSpec(3, height: 7, width: 9, .bicubic))
        var generator = SplitMix(state: 0xA905)
        var outcomes = (decoded: 0, refused: 0)
        for _ in 0..<600 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: bytes.removeSubrange(at..<min(at + 3, bytes.count))
                default: bytes.insert(contentsOf: bytes[at..<min(at + 5, bytes.count)], at: at)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            do {
                let picture = try PictureDecoder.decode(bytes, limits: limits)
                outcomes.decoded += 1
                _ = try prepared(picture, preprocessor)
            } catch is ImageError {
                outcomes.refused += 1
            }
        }
        #expect(outcomes.refused > 0)
    }

    @Test func hugeDeclarationsAreRefusedBeforeAnythingIsAllocated() throws {
        var png = try Fixture.bytes("pictures/png_rgb.png")
        // Width and height of IHDR, and its checksum.
        png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
        png.replaceSubrange(29..<33, with: crc(Array(png[12..<29])))
        #expect(code(png) == .limitExceeded)
        // Within the limits, but more than deflate can pack into so few bytes.
        png.replaceSubrange(16..<24, with: [0, 0, 0x30, 0, 0, 0, 0x30, 0])
        png.replaceSubrange(29..<33, with: crc(Array(png[12..<29])))
        #expect(code(png) == .truncated)

        var jpeg = try Fixture.bytes("pictures/jpeg_420.jpg")
        let frame = try #require((0..<jpeg.count - 1).first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        #expect(code(jpeg) == .limitExceeded)
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x20, 0, 0x20, 0])
        #expect(code(jpeg) == .truncated)

        let array = NumpyArrayTests.file(type: "<f4", shape: "3, 70000, 70000", data: [0, 0, 0, 0])
        #expect(code(array) == .limitExceeded)
        let bands = NumpyArrayTests.file(
            type: "|u1",
            shape: "5000, 1, 1",
            data: [UInt8](repeating: 0, count: 5000)
        )
        #expect(code(bands) == .limitExceeded)
    }

    @Test func theLimitsAreTheCallers() throws {
        let bytes = try Fixture.bytes("pictures/png_rgb.png")
        func code(_ limits: DecodeLimits) -> ImageError.Code? {
            do {
                _ = try PictureDecoder.decode(bytes, limits: limits)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(DecodeLimits(pixels: 31 * 45, bytes: 31 * 45 * 4, bands: 3)) == nil)
        #expect(code(DecodeLimits(pixels: 31 * 45 - 1)) == .limitExceeded)
        #expect(code(DecodeLimits(bytes: 31 * 45 * 4 - 1)) == .limitExceeded)
        #expect(code(DecodeLimits(bands: 2)) == .limitExceeded)
    }

    private func code(_ bytes: [UInt8]) -> ImageError.Code? {
        do {
            _ = try PictureDecoder.decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    /// The checksum of a PNG chunk, most significant byte first.
    private func crc(_ bytes: [UInt8]) -> [UInt8] {
        var sum: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        sum = ~sum
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
    }
}

/// A generator of numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
