import Tensors

/// Reads the zip archives that `torch.save` has written since PyTorch 1.6.
///
/// `ROOT/data.pkl` is the object, `ROOT/data/KEY` are the storages, `ROOT/byteorder` tells their byte order; all entries are stored as
/// they are, so that the tensors are views of the file.
/// Source: torch/serialization.py, `_save` and `_load` (2.15.0).
enum PyTorchZipReader {
    /// Reads the file that `storage` holds.
    static func read(_ storage: TensorStorage) throws(CheckpointError) -> Checkpoint {
        let archive = try ZipArchive(storage)
        let root = try root(of: archive)
        try checkByteOrder(of: archive, root: root, file: storage)
        let range = try archive.bytes(of: root + "data.pkl")
        var machine = Unpickler(ByteCursor(storage, range: range, subject: "data.pkl"))
        let checkpoint = try TrainingCheckpoint(try machine.run(), of: machine)

        var storages: [String: Range<Int>] = [:]
        for description in checkpoint.tensors.values {
            let reference = description.storage
            let known = storages[reference.key]
            let bytes = if let known { known } else { try archive.bytes(of: "\(root)data/\(reference.key)") }
            let declared = reference.count.multipliedReportingOverflow(by: reference.elementByteCount)
            guard !declared.overflow, declared.partialValue == bytes.count else {
                throw CheckpointError(
                    code: .malformed,
                    message:
                        "the storage \(CheckpointError.quoted(reference.key)) has \(bytes.count) bytes, the pickle "
                        + "declares \(reference.count) elements of \(reference.className)"
                )
            }
            storages[reference.key] = bytes
        }
        var materializer = TensorMaterializer(file: storage, storages: storages)
        var tensors: [String: Tensor] = [:]
        for (name, description) in checkpoint.tensors {
            tensors[name] = try materializer.tensor(description, name: name)
        }
        return Checkpoint(tensors: tensors, metadata: checkpoint.metadata, format: .pytorchZip)
    }

    /// The folder of the archive that holds `data.pkl`, with its slash.
    private static func root(of archive: ZipArchive) throws(CheckpointError) -> String {
        let pickles = archive.entries.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
        guard pickles.count == 1, let pickle = pickles.first else {
            let isNumPy = archive.entries.keys.contains { $0.hasSuffix(".npy") }
            let found =
                isNumPy ? "a NumPy .npz archive" : "a zip archive with \(pickles.count) entries data.pkl"
            throw CheckpointError(
                code: .unknownFormat,
                message: "expected a PyTorch checkpoint, found \(found)"
            )
        }
        let root = String(pickle.dropLast("data.pkl".count))
        guard archive.entries[root + "constants.pkl"] == nil else {
            throw CheckpointError(
                code: .unsupported,
                message: "the file is a TorchScript program (torch.jit.save); "
                    + "save the tensors: torch.save(model.state_dict(), ...)"
            )
        }
        return root
    }

    /// Refuses storages that are not little-endian.
    private static func checkByteOrder(
        of archive: ZipArchive,
        root: String,
        file: TensorStorage
    ) throws(CheckpointError) {
        guard archive.entries[root + "byteorder"] != nil else { return }
        let range = try archive.bytes(of: root + "byteorder")
        var cursor = ByteCursor(file, range: range, subject: "the entry byteorder")
        let order = try cursor.text(min(cursor.remaining, 16))
        guard order == "little" else {
            throw CheckpointError(
                code: .unsupported,
                message:
                    "the checkpoint has the byte order \(CheckpointError.quoted(order)); only \"little\" is read. "
                    + "Save it again on a little-endian machine"
            )
        }
    }
}
