/// Reads the tokens of a JSON text whose structure the caller knows: no recursion, so no nesting to overflow a stack.
///
/// Source: RFC 8259.
struct JSONCursor {
    private var cursor: ByteCursor

    /// Reads the text that `cursor` spans.
    init(_ cursor: ByteCursor) {
        self.cursor = cursor
    }

    /// The next byte that is not white space, or nil at the end.
    mutating func peek() throws(CheckpointError) -> UInt8? {
        while let byte = cursor.peek() {
            guard byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D else { return byte }
            _ = try cursor.byte()
        }
        return nil
    }

    /// Advances past `character`.
    mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
        guard try peek() == UInt8(ascii: character) else { throw unexpected(expected: "\"\(character)\"") }
        _ = try cursor.byte()
    }

    /// Advances past `character` if it comes next, and tells whether it did.
    mutating func accept(_ character: Unicode.Scalar) throws(CheckpointError) -> Bool {
        guard try peek() == UInt8(ascii: character) else { return false }
        _ = try cursor.byte()
        return true
    }

    /// Reads the members of an object; `member` reads the value of each.
    mutating func object(
        _ member: (_ name: String, _ json: inout JSONCursor) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try expect("{")
        guard try !accept("}") else { return }
        repeat {
            let name = try string()
            try expect(":")
            try member(name, &self)
        } while try accept(",")
        try expect("}")
    }

    /// Reads an array of integers that are not negative.
    mutating func integers() throws(CheckpointError) -> [Int] {
        try expect("[")
        var values: [Int] = []
        guard try !accept("]") else { return values }
        repeat { values.append(try integer()) } while try accept(",")
        try expect("]")
        return values
    }

    /// Reads an integer that is not negative and fits an `Int`.
    mutating func integer() throws(CheckpointError) -> Int {
        var digits: [UInt8] = []
        _ = try peek()
        while let byte = cursor.peek(), byte >= 0x30, byte <= 0x39, digits.count < 20 {
            digits.append(try cursor.byte())
        }
        let isPadded = digits.count > 1 && digits[0] == 0x30
        guard !isPadded, let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw unexpected(expected: "an integer that is not negative")
        }
        return value
    }

    /// Reads a string.
    mutating func string() throws(CheckpointError) -> String {
        try expect("\"")
        let start = cursor.position
        var bytes: [UInt8] = []
        while true {
            let byte = try cursor.byte()
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw CheckpointError(
                        code: .malformed,
                        message: "\(cursor.subject) holds text at byte \(start) that is not UTF-8"
                    )
                }
                return text
            case UInt8(ascii: "\\"): bytes.append(contentsOf: try escape())
            case 0..<0x20: throw unexpected(expected: "a string without control characters")
            default: bytes.append(byte)
            }
        }
    }

    /// The UTF-8 of an escape, after its backslash.
    private mutating func escape() throws(CheckpointError) -> [UInt8] {
        let byte = try cursor.byte()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code & 0xFC00 == 0xD800, cursor.starts(with: [UInt8]("\\u".utf8)) {
                _ = try cursor.skip(2)
                let low = try hexadecimal()
                guard low & 0xFC00 == 0xDC00 else {
                    throw unexpected(expected: "the second half of a surrogate")
                }
                code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
            }
            guard let scalar = Unicode.Scalar(code) else { throw unexpected(expected: "a Unicode scalar") }
            return [UInt8](String(scalar).utf8)
        default: throw unexpected(expected: "an escape of JSON")
        }
    }

    /// Four hexadecimal digits.
    private mutating func hexadecimal() throws(CheckpointError) -> UInt32 {
        let text = try cursor.text(4)
        guard text.utf8.allSatisfy({ UInt8(ascii: "+") != $0 && UInt8(ascii: "-") != $0 }),
            let value = UInt32(text, radix: 16)
        else { throw unexpected(expected: "four hexadecimal digits") }
        return value
    }

    /// The error of a text that is not as expected here.
    func unexpected(expected: String) -> CheckpointError {
        guard let byte = cursor.peek() else {
            return CheckpointError(
                code: .truncated,
                message: "\(cursor.subject) is cut short: \(expected) is expected at byte \(cursor.position)"
            )
        }
        let found = CheckpointError.quoted(String(Unicode.Scalar(byte)))
        return CheckpointError(
            code: .malformed,
            message: "\(cursor.subject) is not as the format wants it at byte \(cursor.position): "
                + "expected \(expected), found \(found)"
        )
    }
}
