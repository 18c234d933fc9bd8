import Images
import Tensors
import Testing

@Suite struct NumpyArrayTests {
    /// A `.npy` file around `data`.
    static func file(
        type: String,
        shape: String,
        fortran: String = "False",
        version: UInt8 = 1,
        data: [UInt8]
    ) -> [UInt8] {
        var header = "{'descr': '\(type)', 'fortran_order': \(fortran), 'shape': (\(shape)), }"
        let prefix = version == 1 ? 10 : 12
        while (prefix + header.utf8.count + 1) % 64 != 0 { header += " " }
        header += "\n"
        let count = header.utf8.count
        let length =
            version == 1
            ? [UInt8(count & 255), UInt8(count >> 8)] : [UInt8(count & 255), UInt8(count >> 8), 0, 0]
        return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + Array(header.utf8) + data
    }

    /// The elements as the model gets them without preprocessing.
    private func values(
        _ bytes: [UInt8],
        channels: Int = 1,
        height: Int = 2,
        width: Int = 3,
        layout: ArrayInterpretation.Layout = .automatic
    ) throws -> [Float] {
        let picture = try PictureDecoder.decode(bytes, arrays: ArrayInterpretation(layout: layout))
        let spec = squashSpec(channels, height: height, width: width)
        return try prepared(picture, Preprocessor(spec: spec, rule: .none))
    }

    private func bytes<Value: FixedWidthInteger>(_ values: [Value], bigEndian: Bool) -> [UInt8] {
        values.flatMap { value in
            let count = Value.bitWidth / 8
            return (0..<count).map { index in
                UInt8(truncatingIfNeeded: value >> Value(8 * (bigEndian ? count - 1 - index : index)))
            }
        }
    }

    @Test(arguments: [("<", false), (">", true)])
    func readsEveryTypeInBothByteOrders(_ mark: String, _ big: Bool) throws {
        let signed = [-3, 0, 1, 2, 100, -128]
        let floats = signed.map { Float($0) }
        let natural = [0, 1, 2, 3, 200, 255]
        func check(_ type: String, _ data: [UInt8], _ expected: [Float]) throws {
            let file = Self.file(type: mark + type, shape: "2, 3", data: data)
            #expect(try values(file) == expected, "\(mark)\(type)")
        }
        try check("i2", bytes(signed.map { Int16($0) }, bigEndian: big), floats)
        try check("i4", bytes(signed.map { Int32($0) }, bigEndian: big), floats)
        try check("i8", bytes(signed.map { Int64($0) }, bigEndian: big), floats)
        try check(
            "u2",
            bytes(natural.map { UInt16($0 * 257) }, bigEndian: big),
            natural.map { Float($0 * 257) }
        )
        try check("u4", bytes(natural.map { UInt32($0) }, bigEndian: big), natural.map { Float($0) })
        try check("f4", bytes(floats.map(\.bitPattern), bigEndian: big), floats)
        try check("f8", bytes(signed.map { Double($0).bitPattern }, bigEndian: big), floats)
        try check(
            "f2",
            bytes(floats.map { HalfPrecision.float16Bits($0) }, bigEndian: big),
            floats
        )
        try check("u1", natural.map { UInt8($0) }, natural.map { Float($0) })
        try check("i1", signed.map { UInt8(bitPattern: Int8($0)) }, floats)
        try check("b1", [0, 1, 1, 0, 0, 1], [0, 1, 1, 0, 0, 1])
    }

    @Test(arguments: [1, 2, 3] as [UInt8])
    func readsEveryVersion(_ version: UInt8) throws {
        let file = Self.file(type: "|u1", shape: "2, 3", version: version, data: [1, 2, 3, 4, 5, 6])
        #expect(try values(file) == [1, 2, 3, 4, 5, 6])
    }

    @Test func readsFortranOrder() throws {
        let flat = Self.file(type: "|u1", shape: "2, 3", fortran: "True", data: [1, 4, 2, 5, 3, 6])
        #expect(try values(flat) == [1, 2, 3, 4, 5, 6])
        // [C, H, W] = [2, 2, 3]: the first axis runs fastest.
        let cube = Self.file(
            type: "|u1",
            shape: "2, 2, 3",
            fortran: "True",
            data: [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11]
        )
        #expect(try values(cube, channels: 2) == (0..<12).map { Float($0) })
    }

    @Test func readsChannelsLast() throws {
        let file = Self.file(type: "|u1", shape: "2, 3, 2", data: [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11])
        #expect(try values(file, channels: 2, layout: .channelsLast) == (0..<12).map { Float($0) })
    }

    @Test func layoutIsSettledByTheChannelCount() throws {
        let file = Self.file(type: "|u1", shape: "5, 4, 3", data: [UInt8](0..<60))
        func bands(_ channels: Int?) throws -> PictureMode {
            try PictureDecoder.decode(file, arrays: ArrayInterpretation(channels: channels)).mode
        }
        #expect(try bands(5) == .array(bands: 5))
        #expect(try bands(3) == .array(bands: 3))
        #expect(try bands(nil) == .array(bands: 3))
        #expect(try bands(7) == .array(bands: 3))
    }

    @Test func integersOfTwoBytesAreScaledByPreprocessing() throws {
        let file = Self.file(type: "<u2", shape: "1, 1", data: [0xFF, 0x7F])
        let picture = try PictureDecoder.decode(file)
        #expect(
            try prepared(picture, Preprocessor(spec: squashSpec(1, height: 1, width: 1))) == [32767 / 65535]
        )
    }

    @Test func readsWhatItWrote() throws {
        let written = (0..<12).map { Float($0) / 7 - 1 }
        let storage = NumpyArray.encoded(shape: [2, 2, 3], values: written)
        let file = unsafe storage.withUnsafeBytes { bytes in unsafe [UInt8](bytes) }
        #expect(try values(file, channels: 2) == written)
    }

    @Test(arguments: [[5], [1, 2], [3, 1, 1], Array(repeating: 1, count: 9)])
    func writesTheHeaderThatNumPyDescribes(_ shape: [Int]) {
        let count = shape.reduce(1, *)
        let storage = NumpyArray.encoded(shape: shape, values: [Float](repeating: 1, count: count))
        let file = unsafe storage.withUnsafeBytes { bytes in unsafe [UInt8](bytes) }
        let header = Int(file[8]) + Int(file[9]) << 8
        #expect(Array(file.prefix(8)) == [0x93] + Array("NUMPY".utf8) + [1, 0])
        #expect((10 + header) % 64 == 0)
        let tuple = shape.map { "\($0)," }.joined(separator: " ")
        let text = String(decoding: file[10..<10 + header], as: UTF8.self)
        #expect(text.hasPrefix("{'descr': '<f4', 'fortran_order': False, 'shape': (\(tuple)), } "))
        #expect(text.hasSuffix(" \n"))
        let one: [UInt8] = [0, 0, 0x80, 0x3F]
        #expect(Array(file.dropFirst(10 + header)) == (0..<count).flatMap { _ in one })
    }

    @Test(arguments: [
        "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': None, 'shape': (2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000), }",
        "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'other': 'x', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '<f4",
        "(1, 2)",
        "",
    ])
    func refuses(_ header: String) {
        let count = header.utf8.count
        let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count), 0] + Array(header.utf8)
        #expect(throws: ImageError.self) {
            try PictureDecoder.decode(bytes + [UInt8](repeating: 0, count: 24))
        }
    }
}
