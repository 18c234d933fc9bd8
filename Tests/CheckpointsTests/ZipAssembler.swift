/// Writes zip archives by hand, right and wrong, for those that no library writes.
struct ZipAssembler {
    struct Entry {
        var name: String
        var bytes: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// The name in the local header, where it differs.
        var localName: String?
        /// The sizes and the offset in the directory, where they differ from the truth.
        var byteCount: UInt64?
        var compressedByteCount: UInt64?
        var headerOffset: UInt64?
    }

    var entries: [Entry]
    /// Whether the 64-bit records carry the sizes and offsets.
    var isZip64 = false
    /// The number of entries that is declared, where it differs.
    var declaredCount: UInt64?
    /// The size and offset of the directory that are declared, where they differ.
    var directoryByteCount: UInt64?
    var directoryOffset: UInt64?
    /// Where the zip64 record is declared, where it differs.
    var recordOffset: UInt64?
    var disk: UInt16 = 0
    var comment: [UInt8] = []

    /// A checkpoint of torch.save with one tensor "a" of the floats 1 and 2.
    static func checkpoint(root: String = "archive/", byteOrder: String? = "little") -> ZipAssembler {
        var pickle = PickleAssembler()
        pickle.op("}")
        pickle.string("a")
        pickle.tensor("0", count: 2, shape: [2], strides: [1])
        pickle.ops("s.")
        var entries = [Entry(name: root + "data.pkl", bytes: pickle.bytes)]
        if let byteOrder { entries.append(Entry(name: root + "byteorder", bytes: [UInt8](byteOrder.utf8))) }
        let floats: [Float] = [1, 2]
        entries.append(
            Entry(name: root + "data/0", bytes: floats.flatMap { PickleAssembler.little($0.bitPattern) })
        )
        return ZipAssembler(entries: entries)
    }

    /// The archive's bytes.
    var bytes: [UInt8] {
        func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] { PickleAssembler.little(value) }
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = entry.headerOffset ?? UInt64(file.count)
            let unpacked = entry.byteCount ?? UInt64(entry.bytes.count)
            let packed = entry.compressedByteCount ?? entry.byteCount ?? UInt64(entry.bytes.count)
            let localName = [UInt8]((entry.localName ?? entry.name).utf8)
            file += little(UInt32(0x0403_4B50)) + [UInt8](repeating: 0, count: 22)
            file += little(UInt16(localName.count)) + little(UInt16(4)) + localName + [0x46, 0x42, 0, 0]
            file += entry.bytes

            let narrow = { (value: UInt64) in isZip64 ? UInt32.max : UInt32(truncatingIfNeeded: value) }
            let wide = little(unpacked) + little(packed) + little(offset)
            // A field of another kind stands before the sizes.
            let extra =
                isZip64 ? [0x46, 0x42, 1, 0, 0] + little(UInt16(1)) + little(UInt16(wide.count)) + wide : []
            directory +=
                little(UInt32(0x0201_4B50)) + [0, 0, 0, 0] + little(entry.flags) + little(entry.method)
            directory += [UInt8](repeating: 0, count: 8) + little(narrow(packed)) + little(narrow(unpacked))
            directory +=
                little(UInt16(entry.name.utf8.count)) + little(UInt16(extra.count)) + little(UInt16(0))
            directory += [UInt8](repeating: 0, count: 8) + little(narrow(offset)) + entry.name.utf8 + extra
        }
        let offset = directoryOffset ?? UInt64(file.count)
        let byteCount = directoryByteCount ?? UInt64(directory.count)
        let count = declaredCount ?? UInt64(entries.count)
        file += directory
        if isZip64 {
            let place = recordOffset ?? UInt64(file.count)
            file += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + [UInt8](repeating: 0, count: 12)
            file += little(count) + little(count) + little(byteCount) + little(offset)
            file += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(place) + little(UInt32(1))
        }
        file += little(UInt32(0x0605_4B50)) + little(disk) + little(disk)
        file += little(UInt16(truncatingIfNeeded: isZip64 ? 0xFFFF : count))
        file += little(UInt16(truncatingIfNeeded: isZip64 ? 0xFFFF : count))
        file += little(isZip64 ? UInt32.max : UInt32(truncatingIfNeeded: byteCount))
        file += little(isZip64 ? UInt32.max : UInt32(truncatingIfNeeded: offset))
        file += little(UInt16(comment.count)) + comment
        return file
    }
}
