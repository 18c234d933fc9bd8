import Checkpoints
import Foundation
import Tensors
import Testing

/// The safetensors header, read and written.
@Suite struct SafetensorsTests {
    /// A file of `header` and `byteCount` bytes of data.
    static func file(_ header: String, byteCount: Int) -> [UInt8] {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) }
        return length + header.utf8 + (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
    }

    static func entry(_ name: String, _ shape: String = "[1]", _ begin: Int = 0, _ end: Int = 4) -> String {
        "\"\(name)\":{\"dtype\":\"F32\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
    }

    @Test func writesTheBytesOfTheReference() throws {
        let bytes = try Fixture.bytes("types.safetensors")
        let checkpoint = try CheckpointReader.read(bytes: bytes)
        let isSame = SafetensorsWriter.encode(checkpoint.tensors, metadata: checkpoint.metadata) == bytes
        #expect(isSame)
    }

    /// A header whose length begins with the byte that begins a pickle, 0x80, is no pickle.
    @Test(arguments: [0x80, 0x0280, 0x0580, 0x1980])
    func headerLengthThatLooksLikeAPickle(length: Int) throws {
        let header = "{\(Self.entry("a"))}"
        let padded = header + String(repeating: " ", count: length - header.utf8.count)
        let checkpoint = try CheckpointReader.read(bytes: Self.file(padded, byteCount: 4))
        #expect(checkpoint.format == .safetensors)
        #expect(checkpoint.tensors.keys.sorted() == ["a"])
    }

    @Test func writesAFileWholeAndLeavesNothingBeside() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        let path = folder.appendingPathComponent("map.safetensors").path
        let tensors = [
            "a\n\"b\"\\": Tensor(shape: [2, 1], values: [1, -2]), "empty": Tensor(shape: [0, 3], values: []),
            "scalar": Tensor(shape: [], values: [7]),
        ]
        try SafetensorsWriter.write(tensors, metadata: ["\u{1}": "é"], to: path)
        try SafetensorsWriter.write(tensors, metadata: ["\u{1}": "é"], to: path)
        let read = try CheckpointReader.read(path: path)
        #expect(read.metadata == ["\u{1}": "é"])
        #expect(read.tensors.mapValues(\.floats) == tensors.mapValues(\.floats))
        #expect(read.tensors.mapValues(\.shape) == tensors.mapValues(\.shape))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["map.safetensors"])

        let absent = folder.appendingPathComponent("none/map.safetensors").path
        let error = #expect(throws: CheckpointError.self) { try SafetensorsWriter.write(tensors, to: absent) }
        #expect(error?.code == .fileSystem)
    }

    @Test func readsEscapesAndAnyOrderOfMembers() throws {
        let header =
            "{ \"__metadata__\" : {\"k\\u00e9\\ud83d\\ude00\":\"\\n\\/\\\\\"} , \"a\\tb\" : "
            + "{\"data_offsets\":[ 0 , 8 ],\"shape\":[2,1],\"dtype\":\"F32\"} }   "
        let checkpoint = try CheckpointReader.read(bytes: Self.file(header, byteCount: 8))
        #expect(checkpoint.metadata == ["ké😀": "\n/\\"])
        #expect(checkpoint.tensors["a\tb"]?.shape == [2, 1])
    }

    @Test(
        arguments: [
            ("{\(entry("a"))", 4, CheckpointError.Code.truncated, "cut short"),
            ("{\(entry("a"))}x", 4, .malformed, "expected the end of the header, found \"x\""),
            ("{\(entry("a")),\(entry("a"))}", 4, .malformed, "names \"a\" twice"),
            ("{\(entry("a"))}", 3, .truncated, "\"a\" ends at byte 4 of the data, the file holds 3"),
            ("{\(entry("a"))}", 5, .malformed, "covers 4 bytes of data, the file holds 5"),
            ("{}", 1, .malformed, "covers 0 bytes"),
            ("{\(entry("a")),\(entry("b", "[1]", 2, 6))}", 6, .malformed, "overlaps"),
            ("{\(entry("a")),\(entry("b", "[1]", 8, 12))}", 12, .malformed, "leaves a hole"),
            ("{\(entry("a", "[1]", 4, 8))}", 8, .malformed, "leaves a hole"),
            ("{\(entry("a", "[1]", 4, 0))}", 4, .malformed, "expected a begin and an end"),
            (
                "{\(entry("a", "[2]"))}", 4, .malformed,
                "4 bytes, which a F32 tensor of shape [2] does not have"
            ),
            ("{\(entry("a", "[4611686018427387904,4611686018427387904]"))}", 4, .malformed, "does not have"),
            ("{\(entry("a", "[4611686018427387904]"))}", 4, .malformed, "does not have"),
            ("{\(entry("a", "[99999999999999999999]"))}", 4, .malformed, "expected an integer"),
            ("{\(entry("a", "[-1]"))}", 4, .malformed, "expected an integer"),
            ("{\(entry("a", "[1.0]"))}", 4, .malformed, "expected \"]\", found \".\""),
            ("{\(entry("a", "[01]"))}", 4, .malformed, "expected an integer"),
            ("{\(entry("a", "[[[[[[[["))", 4, .malformed, "expected an integer"),
            ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, .malformed, "without one of"),
            ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 4, .malformed, "by \"dtype\""),
            ("{\"a\":{\"stride\":[1]}}", 4, .malformed, "by \"stride\""),
            ("{\"a\":{\"dtype\":\"Q4\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, .unsupported, "\"Q4\""),
            ("{\"__metadata__\":{\"a\":1}}", 0, .malformed, "expected \"\"\""),
            ("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 0, .malformed, "the metadata \"a\" twice"),
            ("{\"\\ud800\":{}}", 0, .malformed, "a Unicode scalar"),
            ("{\"\\ud800\\u0041\":{}}", 0, .malformed, "second half"),
            ("{\"\\x\":{}}", 0, .malformed, "an escape"),
            ("{\"\n\":{}}", 0, .malformed, "control characters"),
        ] as [(String, Int, CheckpointError.Code, String)]
    )
    func refuses(_ header: String, _ byteCount: Int, _ code: CheckpointError.Code, _ words: String) {
        let error = failure(reading: Self.file(header, byteCount: byteCount))
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "read")")
    }

    @Test func refusesAHeaderLongerThanTheFileOrTheFormatAllows() {
        let short: [UInt8] = [200, 0, 0, 0, 0, 0, 0, 0] + "{}".utf8
        #expect(failure(reading: short)?.code == .truncated)
        let long: [UInt8] = [1, 0xE1, 0xF5, 5, 0, 0, 0, 0] + "{}".utf8
        #expect(failure(reading: long)?.code == .limitExceeded)
    }
}
