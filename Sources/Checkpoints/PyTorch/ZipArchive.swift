import Tensors

/// The directory of a zip archive in memory, of which stored (uncompressed) entries can be read in place.
///
/// An entry's name is a key, never a path: nothing is written anywhere.
/// Source: PKWARE APPNOTE 6.3.10; zip64 included.
struct ZipArchive {
    /// A file of the archive.
    struct Entry: Sendable {
        /// The compression method: 0 is stored.
        var method: UInt16
        /// The general purpose flags.
        var flags: UInt16
        /// Bytes in the archive.
        var compressedByteCount: UInt64
        /// Bytes when unpacked.
        var byteCount: UInt64
        /// Where the local header begins.
        var headerOffset: UInt64
    }

    private let file: TensorStorage
    /// The entries by name.
    let entries: [String: Entry]

    private static let endSignature: UInt32 = 0x0605_4B50
    private static let end64Signature: UInt32 = 0x0606_4B50
    private static let locator64Signature: UInt32 = 0x0706_4B50
    private static let directorySignature: UInt32 = 0x0201_4B50
    private static let localSignature: UInt32 = 0x0403_4B50
    private static let endByteCount = 22
    private static let locator64ByteCount = 20

    /// Reads the central directory of the archive that `file` holds.
    init(_ file: TensorStorage) throws(CheckpointError) {
        self.file = file
        let directory = try Self.directory(of: file)
        var cursor = ByteCursor(file, range: directory.range, subject: "the zip directory")
        var entries: [String: Entry] = [:]
        while cursor.remaining > 0 {
            let (name, entry) = try Self.entry(&cursor)
            guard entries.updateValue(entry, forKey: name) == nil else {
                throw Self.malformed("names \(CheckpointError.quoted(name)) twice")
            }
        }
        guard UInt64(entries.count) == directory.count else {
            throw Self.malformed("declares \(directory.count) entries and holds \(entries.count)")
        }
        self.entries = entries
    }

    /// Where the bytes of the stored entry `name` stand in the file.
    func bytes(of name: String) throws(CheckpointError) -> Range<Int> {
        let shown = CheckpointError.quoted(name)
        guard let entry = entries[name] else { throw Self.malformed("has no entry \(shown)") }
        guard entry.method == 0, entry.flags & 1 == 0 else {
            throw CheckpointError(
                code: .unsupported,
                message:
                    "the entry \(shown) of the zip archive is \(entry.flags & 1 == 0 ? "compressed" : "encrypted"); "
                    + "torch.save stores entries as they are. Unpack it and save the checkpoint again"
            )
        }
        guard entry.compressedByteCount == entry.byteCount else {
            throw Self.malformed("gives the stored entry \(shown) two different sizes")
        }
        guard entry.headerOffset <= UInt64(file.byteCount) else {
            throw Self.malformed("puts the entry \(shown) behind the end of the file")
        }
        var cursor = ByteCursor(
            file,
            range: Int(entry.headerOffset)..<file.byteCount,
            subject: "the zip entry \(shown)"
        )
        guard try cursor.integer(UInt32.self) == Self.localSignature else {
            throw Self.malformed("points at something that is no entry for \(shown)")
        }
        _ = try cursor.skip(22)
        let nameByteCount = Int(try cursor.integer(UInt16.self))
        let extraByteCount = Int(try cursor.integer(UInt16.self))
        guard try cursor.text(nameByteCount) == name else {
            throw Self.malformed("and the entry disagree on the name \(shown)")
        }
        _ = try cursor.skip(extraByteCount)
        guard entry.byteCount <= UInt64(cursor.remaining) else {
            throw CheckpointError(
                code: .truncated,
                message: "the zip entry \(shown) is cut short: \(entry.byteCount) bytes are declared, "
                    + "\(cursor.remaining) are left"
            )
        }
        return try cursor.skip(Int(entry.byteCount))
    }

    /// Finds the central directory by the record at the very end of the file.
    private static func directory(
        of file: TensorStorage
    ) throws(CheckpointError) -> (range: Range<Int>, count: UInt64) {
        guard let end = endRecord(of: file) else {
            throw CheckpointError(
                code: .truncated,
                message: "the zip archive is cut short: the record at its end is missing"
            )
        }
        var cursor = ByteCursor(file, range: end + 4..<file.byteCount, subject: "the end of the zip archive")
        guard try cursor.integer(UInt32.self) == 0 else { throw malformed("is split over several files") }
        _ = try cursor.integer(UInt16.self)
        var count = UInt64(try cursor.integer(UInt16.self))
        var byteCount = UInt64(try cursor.integer(UInt32.self))
        var offset = UInt64(try cursor.integer(UInt32.self))
        var limit = end
        let locator = end - locator64ByteCount
        if locator >= 0 {
            var cursor = ByteCursor(file, range: locator..<end, subject: "the zip64 locator")
            if try cursor.integer(UInt32.self) == locator64Signature {
                _ = try cursor.integer(UInt32.self)
                let place = try cursor.integer(UInt64.self)
                guard place <= UInt64(locator) else { throw malformed("has its zip64 record behind its end") }
                var record = ByteCursor(file, range: Int(place)..<locator, subject: "the zip64 record")
                guard try record.integer(UInt32.self) == end64Signature else {
                    throw malformed("has no zip64 record where one is declared")
                }
                _ = try record.skip(28)
                count = try record.integer(UInt64.self)
                byteCount = try record.integer(UInt64.self)
                offset = try record.integer(UInt64.self)
                limit = Int(place)
            }
        }
        guard byteCount <= UInt64(limit), offset <= UInt64(limit) - byteCount else {
            throw malformed("lies outside the file")
        }
        return (Int(offset)..<Int(offset + byteCount), count)
    }

    /// The offset of the record that ends the archive, with its comment, exactly at the end of the file.
    private static func endRecord(of file: TensorStorage) -> Int? {
        let last = file.byteCount - endByteCount
        guard last >= 0 else { return nil }
        return unsafe file.withUnsafeBytes { bytes in
            stride(from: last, through: max(0, last - Int(UInt16.max)), by: -1).first { offset in
                let signature = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                let comment = unsafe bytes.loadUnaligned(fromByteOffset: offset + 20, as: UInt16.self)
                return UInt32(littleEndian: signature) == endSignature
                    && Int(UInt16(littleEndian: comment)) == last - offset
            }
        }
    }

    /// Reads the next entry of the central directory.
    private static func entry(_ cursor: inout ByteCursor) throws(CheckpointError) -> (String, Entry) {
        guard try cursor.integer(UInt32.self) == directorySignature else {
            throw malformed("holds something that is no entry")
        }
        _ = try cursor.skip(4)
        let flags = try cursor.integer(UInt16.self)
        let method = try cursor.integer(UInt16.self)
        _ = try cursor.skip(8)
        let compressed = try cursor.integer(UInt32.self)
        let unpacked = try cursor.integer(UInt32.self)
        let nameByteCount = Int(try cursor.integer(UInt16.self))
        let extraByteCount = Int(try cursor.integer(UInt16.self))
        let commentByteCount = Int(try cursor.integer(UInt16.self))
        _ = try cursor.skip(8)
        let offset = try cursor.integer(UInt32.self)
        let name = try cursor.text(nameByteCount)
        var entry = Entry(
            method: method,
            flags: flags,
            compressedByteCount: UInt64(compressed),
            byteCount: UInt64(unpacked),
            headerOffset: UInt64(offset)
        )
        try widen(&entry, by: try cursor.bytes(extraByteCount))
        _ = try cursor.skip(commentByteCount)
        return (name, entry)
    }

    /// Puts in the 64-bit numbers of the zip64 extra field for those that are all ones in 32 bits.
    private static func widen(_ entry: inout Entry, by extra: [UInt8]) throws(CheckpointError) {
        let mask = UInt64(UInt32.max)
        let fields: [WritableKeyPath<Entry, UInt64>] = [\.byteCount, \.compressedByteCount, \.headerOffset]
        let wanted = fields.filter { entry[keyPath: $0] == mask }
        guard !wanted.isEmpty else { return }
        var place = 0
        while place + 4 <= extra.count {
            let tag = Int(extra[place]) | Int(extra[place + 1]) << 8
            let length = Int(extra[place + 2]) | Int(extra[place + 3]) << 8
            place += 4
            guard length <= extra.count - place else { break }
            guard tag == 1 else {
                place += length
                continue
            }
            guard length >= wanted.count * 8 else { break }
            for (number, field) in wanted.enumerated() {
                let bytes = extra[place + number * 8..<place + number * 8 + 8]
                entry[keyPath: field] = bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            return
        }
        throw malformed("has an entry without the zip64 sizes that it announces")
    }

    /// The error of an archive that is not as the format wants it.
    static func malformed(_ what: String) -> CheckpointError {
        CheckpointError(code: .malformed, message: "the zip directory \(what)")
    }
}
