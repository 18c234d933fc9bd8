import Tensors

/// The state dict inside what a pickle holds: the dict itself, or one of the entries that training scripts wrap it in.
///
/// Source: timm/models/_helpers.py, `load_state_dict` (1.0.31).
struct TrainingCheckpoint {
    /// The tensors' descriptions by their cleaned names.
    let tensors: [String: TensorDescription]
    /// The plain scalars and strings beside the tensors.
    let metadata: [String: String]

    /// The most bytes of a tensor's name.
    private static let maximumNameByteCount = 1 << 10

    /// Finds the state dict in `root`, the value of the pickle that `pickle` ran.
    init(_ root: PickleValue, of pickle: Unpickler) throws(CheckpointError) {
        guard case .dictionary(let entries) = pickle.node(of: root) else {
            throw CheckpointError(
                code: .malformed,
                message: "expected a dict of tensors, found \(pickle.kind(of: root)); "
                    + "save the tensors: torch.save(model.state_dict(), ...)"
            )
        }
        let wrapper = Self.wrapper(in: entries)
        var state = entries
        if let wrapper {
            guard case .dictionary(let inner) = pickle.node(of: wrapper.value) else {
                throw CheckpointError(
                    code: .malformed,
                    message: "expected a dict of tensors under \"\(wrapper.key)\", "
                        + "found \(pickle.kind(of: wrapper.value))"
                )
            }
            state = inner
        }

        var found: [String: TensorDescription] = [:]
        for entry in state {
            guard case .tensor(let description) = pickle.node(of: entry.value) else { continue }
            guard let name = entry.key.text, name.utf8.count <= Self.maximumNameByteCount else {
                throw CheckpointError(
                    code: .malformed,
                    message:
                        "expected a text of at most \(Self.maximumNameByteCount) bytes for a tensor's name, "
                        + "found \(pickle.kind(of: entry.key))"
                )
            }
            guard found.updateValue(description, forKey: name) == nil else {
                throw CheckpointError(
                    code: .malformed,
                    message: "the tensor \(CheckpointError.quoted(name)) is there twice"
                )
            }
        }
        guard !found.isEmpty else { throw Self.nothingFound(in: entries, under: wrapper?.key) }
        tensors = try PrefixCleaner().clean(found)
        metadata = Self.remarks(in: entries)
    }

    /// The entry that holds the state dict, in timm's order of preference; nil: the dict is the state dict.
    private static func wrapper(
        in entries: [(key: PickleValue, value: PickleValue)]
    ) -> (key: String, value: PickleValue)? {
        func entry(_ key: String) -> PickleValue? { entries.last { $0.key.text == key }?.value }
        for key in ["state_dict_ema", "model_ema"] {
            if let value = entry(key), value != .none { return (key, value) }
        }
        for key in ["state_dict", "model"] {
            if let value = entry(key) { return (key, value) }
        }
        return nil
    }

    /// The scalars and short texts of `entries`, as texts.
    private static func remarks(in entries: [(key: PickleValue, value: PickleValue)]) -> [String: String] {
        var remarks: [String: String] = [:]
        for entry in entries {
            guard let key = entry.key.text, key.utf8.count <= maximumNameByteCount else { continue }
            switch entry.value {
            case .bool(let value): remarks[key] = String(value)
            case .integer(let value): remarks[key] = String(value)
            case .float(let value): remarks[key] = String(value)
            case .string, .bytes:
                if let text = entry.value.text, text.utf8.count <= 1 << 16 { remarks[key] = text }
            case .none, .bigInteger, .global, .storage, .node: break
            }
        }
        return remarks
    }

    /// The error of a checkpoint without tensors where they belong.
    private static func nothingFound(
        in entries: [(key: PickleValue, value: PickleValue)],
        under wrapper: String?
    ) -> CheckpointError {
        let keys = entries.prefix(8).map { $0.key.text.map(CheckpointError.quoted) ?? $0.key.kind }
        let list = keys.joined(separator: ", ") + (entries.count > keys.count ? ", ..." : "")
        return CheckpointError(
            code: .malformed,
            message:
                "no tensors \(wrapper.map { "under \"\($0)\"" } ?? "at the top of the checkpoint"); it holds "
                + "\(entries.isEmpty ? "nothing" : list), and tensors are looked for at the top and under "
                + "\"state_dict_ema\", \"model_ema\", \"state_dict\" and \"model\""
        )
    }
}
