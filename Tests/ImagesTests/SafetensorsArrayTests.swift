import Images
import Testing

@Suite struct SafetensorsArrayTests {
    /// A file of tensors of one shape, name to type, whose bytes count up from 0.
    static func file(_ types: [String: String], shape: [Int], byteCount: Int) -> [UInt8] {
        let entries = types.sorted { $0.key < $1.key }.enumerated().map { index, entry in
            "\"\(entry.key)\":{\"dtype\":\"\(entry.value)\",\"shape\":\(shape),"
                + "\"data_offsets\":[\(index * byteCount),\((index + 1) * byteCount)]}"
        }
        var header = "{\(entries.joined(separator: ","))}"
        while header.utf8.count % 8 != 0 { header += " " }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        let data = (0..<types.count * byteCount).map { UInt8(truncatingIfNeeded: $0) }
        return length + Array(header.utf8) + data
    }

    @Test func oneTensorIsThePicture() throws {
        let picture = try PictureDecoder.decode(Self.file(["x": "U8"], shape: [5, 2, 3], byteCount: 30))
        #expect(picture.mode == .array(bands: 5))
        let spec = squashSpec(5, height: 2, width: 3)
        #expect(
            try prepared(picture, Preprocessor(spec: spec, rule: .none)) == (0..<30).map { Float($0) }
        )
    }

    @Test func namedTensorIsTaken() throws {
        let file = Self.file(["a": "U8", "b": "U8"], shape: [2, 3], byteCount: 6)
        let picture = try PictureDecoder.decode(file, arrays: ArrayInterpretation(tensorName: "b"))
        let spec = squashSpec(1, height: 2, width: 3)
        #expect(
            try prepared(picture, Preprocessor(spec: spec, rule: .none)) == (6..<12).map { Float($0) }
        )
        let several = #expect(throws: ImageError.self) { try PictureDecoder.decode(file) }
        #expect(several?.message.contains("2 tensors (a, b)") == true)
        let missing = #expect(throws: ImageError.self) {
            try PictureDecoder.decode(file, arrays: ArrayInterpretation(tensorName: "c"))
        }
        #expect(missing?.message.contains("no tensor 'c'; the file holds a, b") == true)
    }

    @Test func cutFilesAreErrors() {
        let file = Self.file(["x": "F32"], shape: [1, 2, 3], byteCount: 24)
        for count in 0..<file.count {
            #expect(throws: ImageError.self) { try PictureDecoder.decode(Array(file[..<count])) }
        }
    }
}
