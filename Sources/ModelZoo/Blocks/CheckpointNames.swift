internal import Tensors

/// Renaming a checkpoint's tensors.
enum CheckpointNames {
    /// Gives each tensor the name that `rule` makes of its own; nil leaves it out.
    ///
    /// - Throws: `duplicateTensor` where two tensors would share one name.
    static func rename(
        _ tensors: inout [String: Tensor],
        _ rule: (String) -> String?
    ) throws(ModelZooError) {
        var renamed: [String: Tensor] = [:]
        for (name, tensor) in tensors {
            guard let newName = rule(name) else { continue }
            guard renamed.updateValue(tensor, forKey: newName) == nil else {
                throw ModelZooError(
                    code: .duplicateTensor,
                    message: "two tensors of the checkpoint are \(newName) in timm's names"
                )
            }
        }
        tensors = renamed
    }
}

extension String {
    /// The string with each first part of `pairs` replaced by the second, one pair after the other.
    func replacing(_ pairs: [(String, String)]) -> String {
        pairs.reduce(self) { $0.replacing($1.0, with: $1.1) }
    }
}
