/// Writes pickles by hand, for those that no library writes.
struct PickleAssembler {
    var bytes: [UInt8] = [0x80, 2]

    static let magic: [UInt8] = [
        0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]
    /// The magic number, the protocol and an empty dict for the writer's machine.
    static let preamble = magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E, 0x80, 2, 0x7D, 0x2E]

    mutating func op(_ character: Unicode.Scalar) { bytes.append(UInt8(ascii: character)) }
    mutating func ops(_ text: String) { bytes += text.utf8 }
    mutating func raw(_ code: UInt8) { bytes.append(code) }
    mutating func global(_ module: String, _ name: String) { ops("c\(module)\n\(name)\n") }
    mutating func string(_ text: String) {
        op("X")
        bytes += Self.little(UInt32(text.utf8.count)) + text.utf8
    }
    mutating func integer(_ value: Int) {
        if let small = Int32(exactly: value) {
            op("J")
            bytes += Self.little(UInt32(bitPattern: small))
        } else {
            bytes += [0x8A, 8] + Self.little(UInt64(bitPattern: Int64(value)))
        }
    }
    mutating func integers(_ values: [Int]) {
        op("(")
        for value in values { integer(value) }
        op("t")
    }
    /// A storage of floats as the persistent identity of legacy streams.
    mutating func storage(_ key: String, count: Int, type: String = "FloatStorage", window: (Int, Int)? = nil)
    {
        op("(")
        string("storage")
        global("torch", type)
        string(key)
        string("cpu")
        integer(count)
        if let window {
            op("(")
            string(key + "v")
            integer(window.0)
            integer(window.1)
            op("t")
        } else {
            op("N")
        }
        ops("tQ")
    }
    mutating func tensor(
        _ key: String,
        count: Int,
        offset: Int = 0,
        shape: [Int],
        strides: [Int],
        window: (Int, Int)? = nil
    ) {
        global("torch._utils", "_rebuild_tensor")
        op("(")
        storage(key, count: count, window: window)
        integer(offset)
        integers(shape)
        integers(strides)
        ops("tR")
    }

    /// A legacy stream of the pickle so far, as the object, with storages of floats 0, 1, 2, ...
    func legacy(_ storages: [(key: String, count: Int)]) -> [UInt8] {
        var keys = PickleAssembler()
        keys.ops("](")
        for storage in storages { keys.string(storage.key) }
        keys.ops("e.")
        var file = Self.preamble + bytes + [UInt8(ascii: ".")] + keys.bytes
        for storage in storages {
            file += Self.little(UInt64(storage.count))
            for value in 0..<storage.count { file += Self.little(Float(value).bitPattern) }
        }
        return file
    }

    static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
