internal import Tensors

/// Reads NumPy's `.npy` files, versions 1 to 3, and writes version 1.
///
/// Source: NumPy's own description, numpy/lib/format.py (NEP 1).
package enum NumpyArray {
    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    static func decode(
        _ bytes: [UInt8],
        limits: DecodeLimits,
        interpretation: ArrayInterpretation
    ) throws(ImageError) -> DecodedPicture {
        let (array, offset) = try header(of: bytes)
        return try unsafe bytes.withUnsafeBufferPointer { bytes throws(ImageError) in
            try unsafe array.picture(
                of: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[offset...])),
                limits: limits,
                interpretation: interpretation
            )
        }
    }

    /// What the header says, and where the elements begin.
    static func header(of bytes: [UInt8]) throws(ImageError) -> (RawArray, offset: Int) {
        guard bytes.count >= 10 else {
            throw ImageError(code: .truncated, message: ".npy: the file is cut off inside its header")
        }
        let version = bytes[6]
        guard (1...3).contains(version), version == 1 || bytes.count >= 12 else {
            throw ImageError(code: .unsupported, message: ".npy: version \(version); 1, 2 and 3 are read")
        }
        let start = version == 1 ? 10 : 12
        let length =
            version == 1
            ? Int(bytes[8]) | Int(bytes[9]) << 8
            : Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16 | Int(bytes[11]) << 24
        guard length <= bytes.count - start else {
            throw ImageError(
                code: .truncated,
                message: ".npy: a header of \(length) bytes declared, \(bytes.count - start) are there"
            )
        }
        guard length <= 65535 else {
            throw ImageError(
                code: .limitExceeded,
                message: ".npy: a header of \(length) bytes; 65535 at most"
            )
        }
        var scanner = DictionaryScanner(bytes[start..<start + length])
        let fields = try scanner.fields()
        guard let description = fields.description, let isFortran = fields.isFortranOrder,
            let shape = fields.shape
        else {
            throw ImageError(
                code: .malformed,
                message: ".npy: the header lacks descr, fortran_order or shape"
            )
        }
        let (dtype, isBigEndian) = try type(description)
        let array = RawArray(
            format: ".npy",
            dtype: dtype,
            isBigEndian: isBigEndian,
            isFortranOrder: isFortran,
            shape: shape
        )
        return (array, start + length)
    }

    /// The element type that `description` (`<f4`) names.
    private static func type(_ description: String) throws(ImageError) -> (DType, isBigEndian: Bool) {
        let dtype: DType? =
            switch description.dropFirst() {
            case "u1": .uint8
            case "i1": .int8
            case "b1": .bool
            case "u2": .uint16
            case "i2": .int16
            case "u4": .uint32
            case "i4": .int32
            case "u8": .uint64
            case "i8": .int64
            case "f2": .float16
            case "f4": .float32
            case "f8": .float64
            default: nil
            }
        guard let dtype, let order = description.first, "<>|=".contains(order) else {
            throw ImageError(
                code: .unsupported,
                message: ".npy: elements of type '\(description)'; real numbers and booleans are read"
            )
        }
        return (dtype, order == ">")
    }
}

/// Reads the Python dictionary of a `.npy` header: strings, booleans, tuples of integers and nothing else.
private struct DictionaryScanner {
    struct Fields {
        var description: String?
        var isFortranOrder: Bool?
        var shape: [Int]?
    }

    private let text: ArraySlice<UInt8>
    private var position: Int

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        position = text.startIndex
    }

    mutating func fields() throws(ImageError) -> Fields {
        var fields = Fields()
        try expect("{")
        while !take("}") {
            let key = try string()
            try expect(":")
            switch key {
            case "descr": fields.description = try string()
            case "fortran_order": fields.isFortranOrder = try boolean()
            case "shape": fields.shape = try tuple()
            default: throw malformed("an unknown key '\(key)'")
            }
            guard take(",") else {
                try expect("}")
                break
            }
        }
        return fields
    }

    private func malformed(_ what: String) -> ImageError {
        ImageError(
            code: .malformed,
            message: ".npy: the header has \(what) at byte \(position - text.startIndex)"
        )
    }

    private mutating func skipBlanks() {
        while position < text.endIndex, text[position] == 0x20 || text[position] == 0x0A { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard position < text.endIndex, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ImageError) {
        guard take(character) else { throw malformed("no '\(character)'") }
    }

    private mutating func string() throws(ImageError) -> String {
        skipBlanks()
        let quote: Unicode.Scalar =
            position < text.endIndex && text[position] == UInt8(ascii: "\"") ? "\"" : "'"
        try expect(quote)
        let start = position
        while position < text.endIndex, text[position] != UInt8(ascii: quote) { position += 1 }
        guard position < text.endIndex else { throw malformed("an unfinished string") }
        defer { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func boolean() throws(ImageError) -> Bool {
        skipBlanks()
        for (word, value) in [("True", true), ("False", false)]
        where text[position...].starts(with: word.utf8) {
            position += word.utf8.count
            return value
        }
        throw malformed("no True or False")
    }

    private mutating func tuple() throws(ImageError) -> [Int] {
        var values: [Int] = []
        try expect("(")
        while !take(")") {
            values.append(try integer())
            guard values.count <= 32 else { throw malformed("more than 32 dimensions") }
            guard take(",") else {
                try expect(")")
                break
            }
        }
        return values
    }

    private mutating func integer() throws(ImageError) -> Int {
        skipBlanks()
        let start = position
        while position < text.endIndex, (0x30...0x39).contains(text[position]) { position += 1 }
        guard let value = Int(String(decoding: text[start..<position], as: UTF8.self)) else {
            throw malformed("no extent")
        }
        // Python 2 wrote 3L.
        if position < text.endIndex, text[position] == UInt8(ascii: "L") { position += 1 }
        return value
    }
}
