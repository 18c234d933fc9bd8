public import Tensors

/// Named tensors as a file holds them, before any model's names or shapes are applied.
///
/// The tensors are views of the file's bytes, except those that the file stores with a stride: they are copied
/// into row-major order. Wrappers of training checkpoints are taken off (``CheckpointReader``).
public struct Checkpoint: Sendable {
    /// The file formats that are told apart, by content.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// The safetensors format.
        case safetensors
        /// What `torch.save` has written since PyTorch 1.6: a zip archive around a pickle.
        case pytorchZip
        /// What `torch.save` wrote before: five pickles and raw storages, one after the other.
        case pytorchLegacy
    }

    /// The tensors by the names in the file.
    public var tensors: [String: Tensor]
    /// The file's own remarks: the `__metadata__` of safetensors; the plain scalars and strings beside the tensors of a
    /// training checkpoint (`epoch`, `arch`).
    public var metadata: [String: String]
    /// The format of the file.
    public let format: Format

    /// Makes a checkpoint.
    public init(tensors: [String: Tensor], metadata: [String: String], format: Format) {
        self.tensors = tensors
        self.metadata = metadata
        self.format = format
    }
}
