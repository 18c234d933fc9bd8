import Tensors

/// Reads the stream that `torch.save` wrote before PyTorch 1.6, and still writes when asked to.
///
/// Five pickles: a magic number, the protocol, the writer's machine, the object, the keys of the storages; then for each
/// key an 8-byte count of elements and the elements, little-endian. What follows the last storage is not looked at.
/// Source: torch/serialization.py, `_legacy_save` and `_legacy_load` (2.15.0).
enum PyTorchLegacyReader {
    /// 0x1950a86a20f9469cfc6c, little-endian.
    private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    private static let protocolVersion = 1001

    /// Reads the file that `storage` holds.
    static func read(_ storage: TensorStorage) throws(CheckpointError) -> Checkpoint {
        var cursor = ByteCursor(storage, range: 0..<storage.byteCount, subject: "the pickle")
        guard case .bigInteger(magic) = try run(&cursor).value else {
            throw CheckpointError(
                code: .unknownFormat,
                message: "the file is a pickle, but not of torch.save (its magic number is missing)"
            )
        }
        let version = try run(&cursor).value
        guard version == .integer(protocolVersion) else {
            throw CheckpointError(
                code: .unsupported,
                message:
                    "the legacy stream has another protocol than \(protocolVersion), the one that is known"
            )
        }
        _ = try run(&cursor)
        let object = try run(&cursor)
        let checkpoint = try TrainingCheckpoint(object.value, of: object.machine)
        let keyList = try run(&cursor)
        guard let keys = keyList.machine.items(of: keyList.value) else {
            throw CheckpointError(
                code: .malformed,
                message: "expected a list of storages behind the object, "
                    + "found \(keyList.machine.kind(of: keyList.value))"
            )
        }
        let storages = try locate(keys, of: object.machine, &cursor)

        var materializer = TensorMaterializer(file: storage, storages: storages)
        var tensors: [String: Tensor] = [:]
        for (name, description) in checkpoint.tensors {
            tensors[name] = try materializer.tensor(description, name: name)
        }
        return Checkpoint(tensors: tensors, metadata: checkpoint.metadata, format: .pytorchLegacy)
    }

    /// Runs the next pickle of the stream.
    private static func run(
        _ cursor: inout ByteCursor
    ) throws(CheckpointError) -> (value: PickleValue, machine: Unpickler) {
        var machine = Unpickler(cursor)
        let value = try machine.run()
        cursor = machine.cursor
        return (value, machine)
    }

    /// Finds the bytes of each storage in `keys`, in order, from the cursor on.
    private static func locate(
        _ keys: [PickleValue],
        of machine: Unpickler,
        _ cursor: inout ByteCursor
    ) throws(CheckpointError) -> [String: Range<Int>] {
        var storages: [String: Range<Int>] = [:]
        for value in keys {
            guard let key = machine.storageKey(value), let reference = machine.storages[key] else {
                throw CheckpointError(
                    code: .malformed,
                    message: "the list of storages names one that no tensor refers to"
                )
            }
            let count = try cursor.integer(Int64.self)
            guard count == Int64(reference.count) else {
                throw CheckpointError(
                    code: .malformed,
                    message: "the storage \(CheckpointError.quoted(key)) has \(count) elements, "
                        + "the pickle declares \(reference.count)"
                )
            }
            let (byteCount, overflow) = reference.count.multipliedReportingOverflow(
                by: reference.elementByteCount
            )
            guard !overflow else {
                throw CheckpointError(
                    code: .truncated,
                    message:
                        "the storage \(CheckpointError.quoted(key)) declares \(count) elements, more than any file holds"
                )
            }
            guard storages.updateValue(try cursor.skip(byteCount), forKey: key) == nil else {
                throw CheckpointError(
                    code: .malformed,
                    message: "the list of storages names \(CheckpointError.quoted(key)) twice"
                )
            }
        }
        return storages
    }
}
