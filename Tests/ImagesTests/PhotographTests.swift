import Foundation
import Images
import Tensors
import Testing

/// timm's transform of real photographs: values, sums and norms recorded once (`preprocess.jsonl`).
///
/// The photographs are in the wheel scikit-image 0.26.0. Some stand in the fixtures; the others are looked for in the
/// folder that `APUS_TEST_SAMPLES` names, and then all of them must be there.
@Suite struct PhotographTests {
    struct Record: Decodable, Sendable, CustomTestStringConvertible {
        var file: String
        var mode: String
        var inputSize: [Int]
        var interpolation: String
        var cropPct: Double
        var cropMode: String
        var mean: [Double]
        var std: [Double]
        var l2: Double
        var sum: Double
        var values: [Double]

        var testDescription: String {
            "\(file) \(mode) \(inputSize[1]) x \(inputSize[2]) \(interpolation) \(cropMode) \(cropPct)"
        }
    }

    static let pictures: String? = ProcessInfo.processInfo.environment["APUS_TEST_SAMPLES"]
    static let carried: Set<String> = [
        "skimage/data/horse.png", "skimage/data/microaneurysms.png", "skimage/data/phantom.png",
        "skimage/data/rocket.jpg",
    ]
    static let records: [Record] = {
        do {
            return try String(decoding: Fixture.bytes("preprocess.jsonl"), as: UTF8.self).split(
                separator: "\n"
            )
            .map { try Fixture.decoder.decode(Record.self, from: Data($0.utf8)) }
        } catch {
            return []
        }
    }()

    @Test func findsItsRecords() {
        #expect(Self.records.count == 112)
        #expect(Self.records.filter { Self.carried.contains($0.file) }.count == 35)
    }

    @Test(arguments: records.filter { carried.contains($0.file) })
    func carriedPictureEqualsTimm(_ record: Record) throws {
        try compare(record, with: try Fixture.bytes(record.file))
    }

    @Test(
        .enabled(if: pictures != nil, "APUS_TEST_SAMPLES names no folder with the wheel's photographs"),
        arguments: records.filter { !carried.contains($0.file) }
    )
    func pictureEqualsTimm(_ record: Record) throws {
        let folder = try #require(Self.pictures)
        let path = URL(filePath: folder).appending(path: record.file)
        try compare(record, with: [UInt8](Data(contentsOf: path)))
    }

    /// At most one 8-bit step away, and that on fewer than 0.1 % of the values.
    private func compare(_ record: Record, with bytes: [UInt8]) throws {
        let spec = InputSpec(
            channels: record.mean.count,
            height: record.inputSize[1],
            width: record.inputSize[2],
            interpolation: try #require(InputSpec.Interpolation(rawValue: record.interpolation)),
            cropFraction: record.cropPct,
            cropMode: try #require(InputSpec.CropMode(rawValue: record.cropMode)),
            mean: record.mean.map { Float($0) },
            standardDeviation: record.std.map { Float($0) }
        )
        let preprocessor = Preprocessor(spec: spec)
        let found = try prepared(try PictureDecoder.decode(bytes, for: preprocessor), preprocessor)
        let whole = try prepared(try PictureDecoder.decode(bytes), preprocessor)
        #expect(differences(found, whole) == nil)
        let plane = spec.height * spec.width
        var worst = 0.0
        var different = 0
        for (index, expected) in record.values.enumerated() {
            let position = Int(Double(index) * Double(found.count - 1) / Double(record.values.count - 1))
            let step = 1 / 255 / Double(spec.standardDeviation[position / plane])
            let error = abs(Double(found[position]) - expected) / step
            worst = max(worst, error)
            if error > 1e-3 { different += 1 }
        }
        #expect(worst <= 1.001)
        // 96 values: 0.1 % of them is none.
        #expect(different == 0)
        // Were 0.1 % of all values one step off, in one direction, the sum would differ by this much.
        let deviation = Double(spec.standardDeviation.min() ?? 1)
        let bound = Double(found.count) * 0.001 / 255 / deviation
        let sum = found.reduce(0.0) { $0 + Double($1) }
        let norm = found.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(sum - record.sum) <= bound)
        #expect(abs(norm - record.l2) <= 1e-4 * record.l2)
    }
}
