import Images
import KernelInterface
import Tensors
import Testing

/// Pillow's resize, whole arrays, bit by bit: every filter, larger and smaller, one pass and two, 8-bit and float.
@Suite struct ResamplerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: String
        var interpolation: InputSpec.Interpolation
        var width: Int
        var height: Int
        var testDescription: String { "\(kind) \(interpolation.rawValue) to \(width) x \(height)" }
    }

    static let cases: [Case] = {
        do {
            return try Fixture.names(in: "resized").compactMap { name in
                let parts = name.split(separator: ".")
                guard parts.count == 4,
                    let interpolation = InputSpec.Interpolation(rawValue: String(parts[1]))
                else { return nil }
                let extents = parts[2].split(separator: "x").compactMap { Int($0) }
                return Case(
                    kind: String(parts[0]),
                    interpolation: interpolation,
                    width: extents[0],
                    height: extents[1]
                )
            }
        } catch {
            return []
        }
    }()

    @Test func findsItsCases() {
        #expect(Self.cases.count == 6 * (7 + 6 + 7 + 3 + 3))
    }

    @Test(arguments: cases)
    func equalsPillow(_ test: Case) throws {
        let source = try Fixture.bytes("resized/\(test.kind).npy")
        let channels = test.kind == "rgb" || test.kind == "tall" ? 3 : 1
        let picture = try PictureDecoder.decode(source, arrays: ArrayInterpretation(layout: .channelsLast))
        let spec = squashSpec(channels, height: test.height, width: test.width, test.interpolation)
        let path =
            "resized/\(test.kind).\(test.interpolation.rawValue).\(test.width)x\(test.height).npy"
        let expected =
            test.kind.hasSuffix("float")
            ? try Fixture.floats(path)
            : planes(try Fixture.samples(path), channels: channels).map { Float($0) / 255 }
        var preprocessor = Preprocessor(spec: spec)
        for instructionSet in InstructionSet.allCases where instructionSet.isSupported {
            preprocessor.instructionSet = instructionSet
            let found = try prepared(picture, preprocessor)
            #expect(differences(found, expected) == nil, "\(instructionSet)")
        }
    }

    /// Four-byte pixels take another path than planes: the same picture through both.
    @Test(arguments: InputSpec.Interpolation.allCases)
    func pixelsEqualPlanes(_ interpolation: InputSpec.Interpolation) throws {
        let picture = try PictureDecoder.decode(try Fixture.bytes("pictures/png_rgb.png"))
        let samples = try Fixture.samples("converted/png_rgb.RGB.npy")
        let array = try PictureDecoder.decode(
            NumpyArrayTests.file(type: "|u1", shape: "31, 45, 3", data: samples),
            arrays: ArrayInterpretation(layout: .channelsLast)
        )
        for (height, width) in [(17, 23), (31, 9), (9, 45), (64, 80), (1, 1)] {
            var preprocessor = Preprocessor(
                spec: squashSpec(3, height: height, width: width, interpolation)
            )
            let expected = try prepared(array, preprocessor)
            for instructionSet in InstructionSet.allCases where instructionSet.isSupported {
                preprocessor.instructionSet = instructionSet
                let found = try prepared(picture, preprocessor)
                #expect(differences(found, expected) == nil, "\(instructionSet)")
            }
        }
    }
}
