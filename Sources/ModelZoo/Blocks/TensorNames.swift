internal import Foundation
internal import Tensors

/// Changes of a checkpoint's names.
enum TensorNames {
    /// Gives every tensor the name that `rename` makes of its own; nil drops it.
    ///
    /// - Throws: `duplicateTensor` where two tensors would share one name.
    static func rename(
        _ tensors: inout [String: Tensor],
        _ rename: (String) -> String?
    ) throws(ModelZooError) {
        var renamed: [String: Tensor] = [:]
        for (name, tensor) in tensors {
            guard let new = rename(name) else { continue }
            guard renamed.updateValue(tensor, forKey: new) == nil else {
                throw ModelZooError(
                    code: .duplicateTensor,
                    message: "two tensors of the checkpoint are \(new) in timm's names; the second is \(name)"
                )
            }
        }
        tensors = renamed
    }

    /// Keeps the tensors whose names start with `prefix`, and takes it off.
    static func keep(prefix: String, of tensors: inout [String: Tensor]) {
        tensors = Dictionary(
            tensors.filter { $0.key.hasPrefix(prefix) }
                .map { (String($0.key.dropFirst(prefix.count)), $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// `name` with each pattern replaced, one after the other.
    static func replacing(_ name: String, _ replacements: [(String, String)]) -> String {
        var result = name
        for (old, new) in replacements { result = result.replacingOccurrences(of: old, with: new) }
        return result
    }

    /// `name` with each regular expression replaced, one after the other; `$1` is the first group.
    static func replacingPatterns(_ name: String, _ patterns: [(String, String)]) -> String {
        var result = name
        for (old, new) in patterns {
            result = result.replacingOccurrences(of: old, with: new, options: .regularExpression)
        }
        return result
    }

    /// A view of `tensor` under other extents of the same count; the tensor itself where the counts differ.
    static func reshaped(_ tensor: Tensor, _ dimensions: [Int]) -> Tensor {
        let shape = Shape(dimensions)
        return shape.count == tensor.count ? tensor.reshaped(to: shape) : tensor
    }
}
