/// A path as the bytes that the file system has, which need not be UTF-8.
struct FilePath: Hashable, CustomStringConvertible {
    /// The path without a zero at its end.
    var bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The path for a message.
    var description: String { String(decoding: bytes, as: UTF8.self) }

    /// What is behind the last slash.
    var name: ArraySlice<UInt8> {
        bytes[(bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    }

    /// Whether the name begins with a dot.
    var isHidden: Bool { name.first == UInt8(ascii: ".") }

    /// What is behind the name's last dot, in lower case.
    var fileExtension: String {
        let name = name
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return "" }
        return String(decoding: name[(dot + 1)...], as: UTF8.self).lowercased()
    }

    /// The path of `name` in this folder.
    func appending(_ name: [UInt8]) -> FilePath {
        let separator: [UInt8] = bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
        return FilePath(bytes: bytes + separator + name)
    }

    /// The absolute path, without `.` and doubled slashes; `..` stays, since links give it a meaning.
    func absolute(in folder: FilePath) -> FilePath {
        let whole = bytes.first == UInt8(ascii: "/") ? bytes : folder.bytes + [UInt8(ascii: "/")] + bytes
        let components = whole.split(separator: UInt8(ascii: "/")).filter {
            !$0.elementsEqual([UInt8(ascii: ".")])
        }
        return FilePath(bytes: [UInt8(ascii: "/")] + components.joined(separator: [UInt8(ascii: "/")]))
    }

    /// The `file` URI (RFC 8089) of an absolute path.
    var uri: String { "file://" + Self.percentEncoded(bytes) }

    /// `bytes` with all that has a meaning in a URI, and all that is not ASCII, as `%XX`.
    static func percentEncoded(_ bytes: some Sequence<UInt8>) -> String {
        let kept = Array("-._~/!$&'()*+,;=:@".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var encoded: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: encoded.append(byte)
            case let byte where kept.contains(byte): encoded.append(byte)
            default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Whether `text` begins with a scheme and `://`.
    static func hasScheme(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(64))
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0,
            bytes[colon...].starts(with: "://".utf8)
        else { return false }
        return bytes[..<colon].enumerated().allSatisfy { index, byte in
            switch byte {
            case 0x41...0x5A, 0x61...0x7A: true
            case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): index > 0
            default: false
            }
        }
    }

    /// The parts before and behind the last `#`.
    func splitFragment() -> (file: FilePath, fragment: [UInt8])? {
        guard let mark = bytes.lastIndex(of: UInt8(ascii: "#")) else { return nil }
        return (FilePath(bytes: Array(bytes[..<mark])), Array(bytes[(mark + 1)...]))
    }

    /// Whether the path has characters that patterns are made of.
    var hasPattern: Bool { bytes.contains { GlobComponent.marks.contains($0) } }

    /// Gives `body` the path with a zero at its end, or is nil where the path itself holds one.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result?) -> Result? {
        guard !bytes.contains(0) else { return nil }
        let text = bytes.map { CChar(bitPattern: $0) } + [0]
        return unsafe text.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return unsafe body(start)
        }
    }
}
