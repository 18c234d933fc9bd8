public import Tensors

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Writes safetensors, byte for byte as the reference implementation lays them out: tensors sorted by type (the
/// widest first), then by name, after a header that is padded to a multiple of 8 bytes.
public enum SafetensorsWriter {
    /// The file's bytes before the tensors: the header's length and the header.
    ///
    /// - Returns: the bytes, and the names in the order in which the tensors' bytes follow.
    static func header(
        of tensors: [String: Tensor],
        metadata: [String: String]
    ) -> (bytes: [UInt8], order: [(name: String, tensor: Tensor)]) {
        let order = tensors.sorted {
            (type($0.value.dtype).rank, $0.key) < (type($1.value.dtype).rank, $1.key)
        }
        var members: [String] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
        }
        var offset = 0
        for (name, tensor) in order {
            let shape = tensor.shape.dimensions.map(String.init).joined(separator: ",")
            let end = offset + tensor.byteCount
            members.append(
                "\(quoted(name)):{\"dtype\":\"\(type(tensor.dtype).name)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var json = [UInt8]("{\(members.joined(separator: ","))}".utf8)
        json += [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: json.count >> ($0 * 8)) }
        return (length + json, order.map { ($0.key, $0.value) })
    }

    /// The bytes of a file that holds `tensors` and `metadata`.
    public static func encode(_ tensors: [String: Tensor], metadata: [String: String] = [:]) -> [UInt8] {
        var (bytes, order) = header(of: tensors, metadata: metadata)
        bytes.reserveCapacity(bytes.count + order.reduce(0) { $0 + $1.tensor.byteCount })
        for (_, tensor) in order { unsafe tensor.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// Writes a file that holds `tensors` and `metadata`, whole or not at all.
    ///
    /// The bytes go to a new file beside `path` that takes its place by rename.
    ///
    /// - Throws: ``CheckpointError`` of code `fileSystem`.
    public static func write(
        _ tensors: [String: Tensor],
        metadata: [String: String] = [:],
        to path: String
    ) throws(CheckpointError) {
        var template = [CChar]((path + ".XXXXXX").utf8CString)
        let descriptor = unsafe mkstemp(&template)
        guard descriptor >= 0 else {
            throw CheckpointFile.failure("cannot write a file beside it", path: path)
        }
        do throws(CheckpointError) {
            defer { close(descriptor) }
            let (bytes, order) = header(of: tensors, metadata: metadata)
            let head = unsafe TensorStorage(byteCount: bytes.count) { unsafe $0.copyBytes(from: bytes) }
            try unsafe head.withUnsafeBytes { (bytes) throws(CheckpointError) in
                try unsafe CheckpointFile.append(bytes, to: descriptor, path: path)
            }
            for (_, tensor) in order {
                try unsafe tensor.withUnsafeBytes { (bytes) throws(CheckpointError) in
                    try unsafe CheckpointFile.append(bytes, to: descriptor, path: path)
                }
            }
            guard fchmod(descriptor, 0o644) == 0, fsync(descriptor) == 0, unsafe rename(template, path) == 0
            else {
                throw CheckpointFile.failure("cannot put the file in its place", path: path)
            }
        } catch {
            unsafe unlink(template)
            throw error
        }
    }

    /// The place of `dtype` in the order of the format's types, and its name there.
    private static func type(_ dtype: DType) -> (rank: Int, name: String) {
        guard let rank = SafetensorsHeader.types.firstIndex(where: { $0.dtype == dtype }) else {
            preconditionFailure("\(dtype) is missing from the table of types")
        }
        return (rank, SafetensorsHeader.types[rank].name)
    }

    /// `text` as a JSON string.
    private static func quoted(_ text: String) -> String {
        var json = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": json += "\\\(scalar)"
            case "\u{0}"..<"\u{20}":
                let digits = String(scalar.value, radix: 16)
                json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: json.unicodeScalars.append(scalar)
            }
        }
        return json + "\""
    }
}
