import Tensors

/// Tells the format of a file from its first bytes.
enum FormatDetector {
    /// Contents that people take for a checkpoint, how they begin, and what to say of them.
    private static let others: [(start: [UInt8], name: String)] = [
        (
            [UInt8]("version https://git-lfs".utf8),
            "a Git LFS pointer; fetch the file itself (`git lfs pull`)"
        ),
        ([UInt8]("<!DOCTYPE".utf8), "a web page; the download gave an HTML page instead of the file"),
        ([UInt8]("<!doctype".utf8), "a web page; the download gave an HTML page instead of the file"),
        ([UInt8]("<html".utf8), "a web page; the download gave an HTML page instead of the file"),
        ([0x93] + [UInt8]("NUMPY".utf8), "a NumPy array"),
        ([0x89] + [UInt8]("HDF".utf8), "an HDF5 file (Keras)"),
        ([0x1F, 0x8B], "a gzip file; unpack it first"),
        ([UInt8]("GGUF".utf8), "a GGUF file"),
    ]

    /// The format of the file that `storage` holds.
    static func format(of storage: TensorStorage) throws(CheckpointError) -> Checkpoint.Format {
        let start = ByteCursor(storage, range: 0..<storage.byteCount, subject: "the file")
        if start.starts(with: [0x50, 0x4B, 3, 4]) { return .pytorchZip }
        // Before the pickle: one header length in 32 begins with its first byte.
        if isSafetensors(storage) { return .safetensors }
        if start.peek() == PickleOpcode.proto.rawValue { return .pytorchLegacy }
        for other in others where start.starts(with: other.start) {
            throw CheckpointError(code: .unknownFormat, message: "expected a checkpoint, found \(other.name)")
        }
        if isTar(storage) {
            throw CheckpointError(
                code: .unsupported,
                message:
                    "the file is a tar archive, as torch.save wrote it before PyTorch 0.2 or as it is packed for "
                    + "download; unpack it, or load it with a PyTorch of that time and save its state_dict again"
            )
        }
        guard start.remaining > 8 else {
            throw CheckpointError(
                code: .truncated,
                message: "expected a checkpoint, found a file of \(storage.byteCount) bytes"
            )
        }
        throw CheckpointError(
            code: .unknownFormat,
            message: "the file is neither safetensors nor a PyTorch checkpoint (zip or legacy stream)"
        )
    }

    /// Whether the file begins with a header's length below 2^48 and the header's brace.
    private static func isSafetensors(_ storage: TensorStorage) -> Bool {
        guard storage.byteCount > 8 else { return false }
        return ByteCursor(storage, range: 6..<9, subject: "the file").starts(with: [0, 0, UInt8(ascii: "{")])
    }

    /// Whether the magic of a tar header stands where it belongs.
    private static func isTar(_ storage: TensorStorage) -> Bool {
        guard storage.byteCount >= 512 else { return false }
        return ByteCursor(storage, range: 257..<512, subject: "the file").starts(with: [UInt8]("ustar".utf8))
    }
}
