/// Takes the prefixes of PyTorch's wrappers off tensors' names.
///
/// Source: timm/models/_helpers.py, `clean_state_dict` (1.0.31): torch.compile and DistributedDataParallel, wrapped in either order.
struct PrefixCleaner {
    private let prefixes = ["_orig_mod.", "module.", "_orig_mod."]

    /// `name` without prefixes.
    func clean(_ name: String) -> String {
        var rest = Substring(name)
        for prefix in prefixes where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        return String(rest)
    }

    /// `values` under clean names.
    ///
    /// - Throws: ``CheckpointError`` where two names become one.
    func clean<Value>(_ values: [String: Value]) throws(CheckpointError) -> [String: Value] {
        var cleaned: [String: Value] = [:]
        cleaned.reserveCapacity(values.count)
        for (name, value) in values {
            let rest = clean(name)
            guard cleaned.updateValue(value, forKey: rest) == nil else {
                throw CheckpointError(
                    code: .malformed,
                    message:
                        "the tensor \(CheckpointError.quoted(rest)) is there with and without the prefix of a wrapper"
                )
            }
        }
        return cleaned
    }
}
