import Foundation
import Images
import Tensors
import Testing

@Suite struct PreprocessorTests {
    struct Record: Decodable, Sendable, CustomTestStringConvertible {
        var picture: String
        var mode: String
        var array: String
        var mean: [Double]
        var std: [Double]
        var inputSize: [Int]
        var interpolation: String
        var cropPct: Double
        var cropMode: String
        var testDescription: String { array }

        var spec: InputSpec? {
            guard let interpolation = InputSpec.Interpolation(rawValue: interpolation),
                let cropMode = InputSpec.CropMode(rawValue: cropMode)
            else { return nil }
            return InputSpec(
                channels: mean.count,
                height: inputSize[1],
                width: inputSize[2],
                interpolation: interpolation,
                cropFraction: cropPct,
                cropMode: cropMode,
                mean: mean.map { Float($0) },
                standardDeviation: std.map { Float($0) }
            )
        }
    }

    static let records: [Record] = {
        do {
            return try Fixture.decoder.decode([Record].self, from: Data(try Fixture.bytes("transforms.json")))
        } catch {
            return []
        }
    }()

    @Test func findsItsRecords() {
        #expect(Self.records.count >= 70)
    }

    /// timm's whole transform, bit by bit.
    @Test(arguments: records)
    func equalsTimm(_ record: Record) throws {
        let spec = try #require(record.spec)
        let preprocessor = Preprocessor(spec: spec)
        let file = try Fixture.bytes("pictures/\(record.picture)")
        let expected = try Fixture.floats("transformed/\(record.array).npy")
        // The whole picture, and what a decoder keeps of it that knows what will be asked for.
        let whole = try prepared(try PictureDecoder.decode(file), preprocessor)
        #expect(differences(whole, expected) == nil)
        let part = try prepared(try PictureDecoder.decode(file, for: preprocessor), preprocessor)
        #expect(differences(part, expected) == nil)
    }

    @Test func floatsArePaddedWithTheMeanUnderBorder() throws {
        let file = NumpyArrayTests.file(type: "<f4", shape: "1, 2", data: [0, 0, 128, 63, 0, 0, 0, 64])
        var spec = squashSpec(1, height: 4, width: 4, .nearest)
        spec.cropMode = .border
        spec.mean = [0.5]
        let found = try prepared(try PictureDecoder.decode(file), Preprocessor(spec: spec))
        #expect(found == [0, 0, 0, 0, 0.5, 0.5, 1.5, 1.5, 0.5, 0.5, 1.5, 1.5, 0, 0, 0, 0])
    }

    @Test func arraysGoThroughUnchanged() throws {
        let numbers = (0..<5 * 4 * 3).map { Float($0) * 1.7 - 40 }
        let data = numbers.flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
        }
        let file = NumpyArrayTests.file(type: "<f4", shape: "5, 4, 3", data: data)
        let arrays = ArrayInterpretation(channels: 5)
        var spec = squashSpec(5, height: 4, width: 3)
        spec.mean = [1, 2, 3, 4, 5]
        let picture = try PictureDecoder.decode(file, arrays: arrays)
        #expect(try prepared(picture, Preprocessor(spec: spec, rule: .none)) == numbers)
        spec.height = 5
        let error = #expect(throws: ImageError.self) {
            try prepared(picture, Preprocessor(spec: spec, rule: .none))
        }
        #expect(error?.code == .sizeMismatch)
        #expect(error?.message.contains("[5, 5, 3]") == true && error?.message.contains("[5, 4, 3]") == true)
    }

    @Test(arguments: [
        ("png_rgb.png", 4), ("png_grey.png", 2), ("png_rgba.png", 5), ("jpeg_cmyk.jpg", 13),
        ("png_rgb16.png", 4),
        ("png_palette.png", 4), ("png_grey16.png", 2),
    ])
    func refusesAnotherChannelCount(_ name: String, _ channels: Int) throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/\(name)"))
        let error = #expect(throws: ImageError.self) {
            try prepared(picture, Preprocessor(spec: squashSpec(channels, height: 8, width: 8)))
        }
        #expect(error?.code == .channelMismatch)
        #expect(
            error?.message.hasPrefix("expected \(channels) channels, found \(picture.mode.channels)") == true
        )
    }

    @Test func arraysMustHaveTheModelsChannels() throws {
        let file = NumpyArrayTests.file(type: "|u1", shape: "2, 3", data: [1, 2, 3, 4, 5, 6])
        let picture = try PictureDecoder.decode(file)
        let error = #expect(throws: ImageError.self) {
            try prepared(picture, Preprocessor(spec: squashSpec(3, height: 2, width: 3)))
        }
        #expect(error?.code == .channelMismatch)
    }

    @Test func nonFiniteSamplesFollowTheRule() throws {
        let data: [UInt8] = [0, 0, 128, 63, 0, 0, 0xC0, 0x7F, 0, 0, 0x80, 0xFF, 0, 0, 0, 64]
        let picture = try PictureDecoder.decode(
            NumpyArrayTests.file(type: "<f4", shape: "2, 2", data: data)
        )
        let spec = squashSpec(1, height: 2, width: 2)
        for rule in PreprocessRule.allCases {
            let error = #expect(throws: ImageError.self) {
                try prepared(picture, Preprocessor(spec: spec, rule: rule))
            }
            #expect(error?.code == .nonFinite)
            #expect(error?.message.hasPrefix("sample nan in band 0, row 0, column 1") == true)
            let replaced = try prepared(picture, Preprocessor(spec: spec, rule: rule, nonFinite: .replace(7)))
            #expect(replaced == [1, 7, 7, 2])
            let kept = try prepared(picture, Preprocessor(spec: spec, rule: rule, nonFinite: .keep))
            #expect(kept[0] == 1 && kept[1].isNaN && kept[2] == -.infinity && kept[3] == 2)
        }
    }

    @Test func refusesAnEdgeWithoutPixels() throws {
        let file = NumpyArrayTests.file(
            type: "|u1",
            shape: "1, 4000",
            data: [UInt8](repeating: 9, count: 4000)
        )
        var spec = squashSpec(1, height: 8, width: 8)
        spec.cropMode = .border
        let error = #expect(throws: ImageError.self) {
            try prepared(try PictureDecoder.decode(file), Preprocessor(spec: spec))
        }
        #expect(error?.code == .degenerateSize)
    }
}
