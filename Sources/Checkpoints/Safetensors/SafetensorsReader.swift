import Tensors

/// Reads safetensors: 8 bytes of header length (little-endian), a JSON header, the tensors back to back.
enum SafetensorsReader {
    /// Reads the file that `storage` holds; the tensors are views of it.
    static func read(_ storage: TensorStorage) throws(CheckpointError) -> Checkpoint {
        var file = ByteCursor(storage, range: 0..<storage.byteCount, subject: "the safetensors file")
        let declared = try file.integer(UInt64.self)
        guard declared <= UInt64(SafetensorsHeader.maximumByteCount) else {
            throw CheckpointError(
                code: .limitExceeded,
                message: "the safetensors header declares \(declared) bytes; "
                    + "the format allows \(SafetensorsHeader.maximumByteCount)"
            )
        }
        let headerRange = try file.skip(Int(declared))
        let header = try SafetensorsHeader(
            ByteCursor(storage, range: headerRange, subject: "the safetensors header")
        )
        try checkLayout(of: header, dataByteCount: file.remaining)

        var tensors: [String: Tensor] = [:]
        for entry in header.entries {
            tensors[entry.name] = Tensor(
                dtype: entry.dtype,
                shape: entry.shape,
                storage: storage,
                byteOffset: headerRange.upperBound + entry.offsets.lowerBound
            )
        }
        let names = PrefixCleaner()
        return Checkpoint(
            tensors: try names.clean(tensors),
            metadata: header.metadata,
            format: .safetensors
        )
    }

    /// Checks that the tensors cover the data without overlap, hole or rest, as the format demands.
    private static func checkLayout(
        of header: SafetensorsHeader,
        dataByteCount: Int
    ) throws(CheckpointError) {
        var covered = 0
        let inOrder = header.entries.sorted {
            ($0.offsets.lowerBound, $0.offsets.upperBound) < ($1.offsets.lowerBound, $1.offsets.upperBound)
        }
        for entry in inOrder {
            let name = CheckpointError.quoted(entry.name)
            guard entry.offsets.upperBound <= dataByteCount else {
                throw CheckpointError(
                    code: .truncated,
                    message:
                        "the safetensors file is cut short: \(name) ends at byte \(entry.offsets.upperBound) of the "
                        + "data, the file holds \(dataByteCount)"
                )
            }
            guard entry.offsets.lowerBound == covered else {
                let fault =
                    entry.offsets.lowerBound < covered ? "overlaps the one before" : "leaves a hole before it"
                throw SafetensorsHeader.malformed(
                    "puts \(name) at byte \(entry.offsets.lowerBound) of the data, which \(fault) "
                        + "(expected \(covered))"
                )
            }
            covered = entry.offsets.upperBound
        }
        guard covered == dataByteCount else {
            throw SafetensorsHeader.malformed(
                "covers \(covered) bytes of data, the file holds \(dataByteCount)"
            )
        }
    }
}
