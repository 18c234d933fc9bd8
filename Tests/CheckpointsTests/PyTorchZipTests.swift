import Checkpoints
import Tensors
import Testing

/// A zip archive made wrong in one place, and how it is refused.
struct ZipCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var code: CheckpointError.Code
    var words: String
    var spoil: @Sendable (inout ZipAssembler) -> Void

    init(
        _ name: String,
        _ code: CheckpointError.Code,
        _ words: String,
        _ spoil: @escaping @Sendable (inout ZipAssembler) -> Void
    ) {
        testDescription = name
        self.code = code
        self.words = words
        self.spoil = spoil
    }
}

/// Zip archives written by hand: the 64-bit records, and directories that lie.
@Suite struct PyTorchZipTests {
    @Test(arguments: [false, true]) func readsBothWidths(_ isZip64: Bool) throws {
        for root in ["archive/", "", "../../etc/", "a/b/"] {
            for comment in [[], [UInt8]("remark".utf8)] {
                var zip = ZipAssembler.checkpoint(root: root, byteOrder: root.isEmpty ? nil : "little")
                zip.isZip64 = isZip64
                zip.comment = comment
                let checkpoint = try CheckpointReader.read(bytes: zip.bytes)
                #expect(checkpoint.tensors.mapValues(\.floats) == ["a": [1, 2]])
            }
        }
    }

    @Test func aCutOfTheWideArchiveIsRefused() {
        var zip = ZipAssembler.checkpoint()
        zip.isZip64 = true
        let bytes = zip.bytes
        for length in 0..<bytes.count {
            #expect(failure(reading: [UInt8](bytes[..<length])) != nil, "cut at byte \(length)")
        }
    }

    static let spoilt: [ZipCase] = [
        ZipCase("a name twice", .malformed, "names \"archive/data/0\" twice") {
            $0.entries.append($0.entries[2])
        },
        ZipCase("too few entries", .malformed, "declares 9 entries and holds 3") { $0.declaredCount = 9 },
        ZipCase("too few wide entries", .malformed, "declares \(UInt64.max) entries and holds 3") {
            $0.isZip64 = true
            $0.declaredCount = .max
        },
        ZipCase("a directory behind the end", .malformed, "lies outside the file") {
            $0.directoryOffset = 1 << 30
        },
        ZipCase("a directory past all numbers", .malformed, "lies outside the file") {
            $0.isZip64 = true
            $0.directoryOffset = .max
            $0.directoryByteCount = .max
        },
        ZipCase("a directory that begins elsewhere", .malformed, "holds something that is no entry") {
            $0.directoryOffset = 1
        },
        ZipCase("a directory cut short", .truncated, "the zip directory is cut short") {
            $0.directoryByteCount = 100
        },
        ZipCase("a record behind the end", .malformed, "behind its end") {
            $0.isZip64 = true
            $0.recordOffset = .max
        },
        ZipCase("a record that is none", .malformed, "no zip64 record") {
            $0.isZip64 = true
            $0.recordOffset = 0
        },
        ZipCase("several disks", .malformed, "split over several files") { $0.disk = 1 },
        ZipCase("a compressed entry", .unsupported, "is compressed") { $0.entries[2].method = 8 },
        ZipCase("an encrypted entry", .unsupported, "is encrypted") { $0.entries[2].flags = 1 },
        ZipCase("two sizes", .malformed, "two different sizes") { $0.entries[2].compressedByteCount = 7 },
        ZipCase("an entry longer than the file", .truncated, "is cut short: 4294967294 bytes are declared") {
            $0.entries[2].byteCount = 0xFFFF_FFFE
        },
        ZipCase("an entry past all numbers", .truncated, "is cut short: \(UInt64.max) bytes are declared") {
            $0.isZip64 = true
            $0.entries[2].byteCount = .max
        },
        ZipCase("an entry behind the end", .malformed, "behind the end of the file") {
            $0.entries[2].headerOffset = 1 << 30
        },
        ZipCase("an entry past all offsets", .malformed, "behind the end of the file") {
            $0.isZip64 = true
            $0.entries[2].headerOffset = .max
        },
        ZipCase("an entry that is none", .malformed, "points at something that is no entry") {
            $0.entries[2].headerOffset = 3
        },
        ZipCase("two names", .malformed, "disagree on the name") {
            $0.entries[2].localName = "archive/data/1"
        },
        ZipCase("sizes that are announced only", .malformed, "without the zip64 sizes") {
            $0.entries[2].byteCount = 0xFFFF_FFFF
        },
        ZipCase("a storage of another size", .malformed, "has 7 bytes, the pickle declares 2 elements") {
            $0.entries[2].bytes.removeLast()
        },
        ZipCase("no storage", .malformed, "has no entry \"archive/data/0\"") { $0.entries.removeLast() },
        ZipCase("no pickle", .unknownFormat, "0 entries data.pkl") { $0.entries.removeFirst() },
        ZipCase("two pickles", .unknownFormat, "2 entries data.pkl") {
            $0.entries.append(.init(name: "other/data.pkl", bytes: []))
        },
        ZipCase("an empty pickle", .truncated, "data.pkl is cut short") { $0.entries[0].bytes = [] },
        ZipCase("the other byte order", .unsupported, "the byte order \"big\"") {
            $0.entries[1].bytes = [UInt8]("big".utf8)
        },
    ]

    @Test(arguments: spoilt) func refuses(_ item: ZipCase) {
        var zip = ZipAssembler.checkpoint()
        item.spoil(&zip)
        let error = failure(reading: zip.bytes)
        #expect(error?.code == item.code, "\(String(describing: error))")
        #expect(error?.message.contains(item.words) == true, "\(error?.message ?? "read")")
    }
}
