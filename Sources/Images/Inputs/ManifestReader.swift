#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Reads the entries of a manifest one by one: a class, since an open file has one position.
final class ManifestReader {
    /// How a manifest is written.
    enum Kind: Equatable {
        /// One entry a line; empty lines are passed over, blanks around an entry do not belong to it.
        case lines
        /// Comma-separated values (RFC 4180).
        case table

        /// The kind of a file by its ending in lower case, or nil where it is no manifest.
        init?(fileExtension: String) {
            switch fileExtension {
            case "txt": self = .lines
            case "csv": self = .table
            default: return nil
            }
        }
    }

    /// The names of the column that is taken, the first that there is.
    static let columnNames = ["filename", "uri", "path"]
    /// The most bytes of one record.
    private static let recordLimit = 1 << 20

    private let descriptor: Int32
    private let isOwned: Bool
    private let name: String
    private let kind: Kind
    private var buffer: [UInt8] = []
    private var position = 0
    private var hasBegun = false
    private var column: Int?
    /// The record's number, from 1.
    private var recordNumber = 0

    init(descriptor: Int32, isOwned: Bool, name: String, kind: Kind) {
        self.descriptor = descriptor
        self.isOwned = isOwned
        self.name = name
        self.kind = kind
    }

    /// Opens the manifest at `path`.
    convenience init(opening path: FilePath, kind: Kind) throws(ImageError) {
        let descriptor = unsafe path.withCString { unsafe open($0, O_RDONLY | O_CLOEXEC) }
        guard let descriptor, descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw ImageError(code: .manifest, message: "the manifest \(path) cannot be opened: \(reason)")
        }
        self.init(descriptor: descriptor, isOwned: true, name: "\(path)", kind: kind)
    }

    deinit {
        if isOwned { close(descriptor) }
    }

    /// The next entry that is not empty, or nil at the end.
    func next() throws(ImageError) -> String? {
        while true {
            let entry: [UInt8]
            switch kind {
            case .lines:
                guard let line = try line() else { return nil }
                entry = line
            case .table:
                guard let record = try record() else { return nil }
                if column == nil {
                    let titles = record.map { String(decoding: $0, as: UTF8.self).lowercased() }
                    let found = Self.columnNames.lazy.compactMap { titles.firstIndex(of: $0) }.first
                    column = found ?? 0
                    if found != nil { continue }
                }
                guard let column, column < record.count else {
                    if record.count == 1, record[0].isEmpty { continue }
                    throw malformed("has \(record.count) fields, column \((column ?? 0) + 1) is wanted")
                }
                entry = record[column]
            }
            guard !entry.isEmpty else { continue }
            guard let text = String(validating: entry, as: UTF8.self) else { throw malformed("is not UTF-8") }
            return text
        }
    }

    private func malformed(_ what: String) -> ImageError {
        ImageError(code: .manifest, message: "\(name): record \(recordNumber) \(what)")
    }

    /// The next line without its end and the blanks around it.
    private func line() throws(ImageError) -> [UInt8]? {
        var line: [UInt8] = []
        var isAtEnd = true
        while let byte = try byte() {
            isAtEnd = false
            if byte == UInt8(ascii: "\n") { break }
            line.append(byte)
            try check(line.count)
        }
        guard !isAtEnd else { return nil }
        recordNumber += 1
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = line.firstIndex(where: { !isBlank($0) }),
            let last = line.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(line[first...last])
    }

    /// The fields of the next record.
    private func record() throws(ImageError) -> [[UInt8]]? {
        var fields: [[UInt8]] = [[]]
        var byteCount = 0
        var isQuoted = false
        var hasQuotes = false
        var isAtEnd = true
        reading: while let byte = try byte() {
            isAtEnd = false
            byteCount += 1
            try check(byteCount)
            let last = fields.count - 1
            switch byte {
            case UInt8(ascii: "\"") where isQuoted:
                if try peek() == UInt8(ascii: "\"") {
                    fields[last].append(byte)
                    position += 1
                } else {
                    isQuoted = false
                }
            case _ where isQuoted: fields[last].append(byte)
            case UInt8(ascii: "\"") where fields[last].isEmpty && !hasQuotes:
                isQuoted = true
                hasQuotes = true
            case UInt8(ascii: ","):
                fields.append([])
                hasQuotes = false
            case UInt8(ascii: "\n"): break reading
            case UInt8(ascii: "\r"):
                if try peek() == UInt8(ascii: "\n") { position += 1 }
                break reading
            default:
                guard !hasQuotes else {
                    recordNumber += 1
                    throw malformed("goes on behind a closing quote")
                }
                fields[last].append(byte)
            }
        }
        guard !isAtEnd else { return nil }
        recordNumber += 1
        guard !isQuoted else { throw malformed("ends inside quotes") }
        return fields
    }

    private func check(_ byteCount: Int) throws(ImageError) {
        guard byteCount <= Self.recordLimit else {
            recordNumber += 1
            throw malformed("is longer than \(Self.recordLimit) bytes")
        }
    }

    private func byte() throws(ImageError) -> UInt8? {
        guard let byte = try peek() else { return nil }
        position += 1
        return byte
    }

    private func peek() throws(ImageError) -> UInt8? {
        if position == buffer.count { try fill() }
        return position < buffer.count ? buffer[position] : nil
    }

    private func fill() throws(ImageError) {
        position = 0
        var count = 0
        var failure: Int32 = 0
        buffer = unsafe [UInt8](unsafeUninitializedCapacity: 1 << 16) { target, initialized in
            repeat {
                count = unsafe read(descriptor, target.baseAddress, target.count)
                failure = errno
            } while count < 0 && failure == EINTR
            initialized = max(count, 0)
        }
        guard count >= 0 else {
            let reason = unsafe String(cString: strerror(failure))
            throw ImageError(code: .manifest, message: "\(name) cannot be read: \(reason)")
        }
        if !hasBegun {
            hasBegun = true
            // A byte order mark is not part of the first entry.
            if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        }
    }
}
