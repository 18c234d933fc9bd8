public import Tensors

/// Reads checkpoints of any of the formats, told apart by their content.
///
/// The files are hostile input: a reader throws ``CheckpointError`` for whatever is not right and neither traps nor
/// calls anything, and what it allocates is bounded by the size of the file, not by what the file declares.
public enum CheckpointReader {
    /// Maps and reads the file at `path`.
    ///
    /// Training checkpoints are unwrapped as timm's `load_state_dict` does it: the first of `state_dict_ema`,
    /// `model_ema`, `state_dict` and `model`, then the prefixes `_orig_mod.` and `module.` are taken off the names.
    /// Source: timm/models/_helpers.py.
    ///
    /// - Throws: ``CheckpointError``, with the path.
    public static func read(path: String) throws(CheckpointError) -> Checkpoint {
        let storage = try CheckpointFile.map(path: path)
        do {
            return try read(storage)
        } catch {
            throw error.located(at: path)
        }
    }

    /// Reads a whole file's bytes; the tensors share them.
    ///
    /// - Throws: ``CheckpointError``, without a path.
    public static func read(_ storage: TensorStorage) throws(CheckpointError) -> Checkpoint {
        switch try FormatDetector.format(of: storage) {
        case .safetensors: try SafetensorsReader.read(storage)
        case .pytorchZip: try PyTorchZipReader.read(storage)
        case .pytorchLegacy: try PyTorchLegacyReader.read(storage)
        }
    }

    /// Reads a whole file's bytes from a copy of them.
    ///
    /// - Throws: ``CheckpointError``, without a path.
    public static func read(bytes: [UInt8]) throws(CheckpointError) -> Checkpoint {
        let storage = unsafe TensorStorage(byteCount: bytes.count) { unsafe $0.copyBytes(from: bytes) }
        return try read(storage)
    }
}
