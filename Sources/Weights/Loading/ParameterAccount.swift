import Graph
import Tensors

/// Compares a checkpoint's tensors with a model's parameters, so that none is missing, left over or of another shape.
struct ParameterAccount {
    /// Parameters that the checkpoint lacks, in the order of the model.
    private(set) var missing: [ParameterSpec] = []
    /// Tensors that the model does not know, by name.
    private(set) var unused: [(name: String, tensor: Tensor)] = []
    /// Tensors of another shape or of no float type, in the order of the model.
    private(set) var misshapen: [(expected: ParameterSpec, found: Tensor)] = []

    /// How many names of each kind an error lists.
    private static let namesShown = 5

    /// Takes the account.
    init(of tensors: [String: Tensor], against parameters: [ParameterSpec]) {
        var expected: Set<String> = []
        for parameter in parameters where expected.insert(parameter.name).inserted {
            if let tensor = tensors[parameter.name] {
                if tensor.shape.dimensions != parameter.dimensions || !tensor.dtype.isFloatingPoint {
                    misshapen.append((parameter, tensor))
                }
            } else {
                missing.append(parameter)
            }
        }
        for name in tensors.keys.sorted() where !expected.contains(name) {
            if let tensor = tensors[name], !Self.isCounter(name, tensor) { unused.append((name, tensor)) }
        }
    }

    /// Whether a tensor is a batch norm's count of training steps, which no forward pass reads.
    static func isCounter(_ name: String, _ tensor: Tensor) -> Bool {
        let last = name.split(separator: ".").last
        return last == "num_batches_tracked" && !tensor.dtype.isFloatingPoint
    }

    /// Whether the checkpoint is the model's.
    var isBalanced: Bool { missing.isEmpty && unused.isEmpty && misshapen.isEmpty }

    /// What is wrong, with counts and the first few names; `modelName` is the model as messages call it.
    func summary(modelName: String) -> String {
        func part(_ count: Int, _ one: String, _ many: String, _ names: [String]) -> String? {
            guard count > 0 else { return nil }
            let rest = count > names.count ? ", ..." : ""
            return "\(count) \(count == 1 ? one : many) (\(names.joined(separator: ", "))\(rest))"
        }
        let parts = [
            part(
                missing.count,
                "tensor is missing",
                "tensors are missing",
                missing.prefix(Self.namesShown).map { "\($0.name) \(Shape($0.dimensions))" }
            ),
            part(
                unused.count,
                "tensor is unused",
                "tensors are unused",
                unused.prefix(Self.namesShown).map { "\($0.name) \($0.tensor.shape)" }
            ),
            part(
                misshapen.count,
                "tensor has another shape",
                "tensors have another shape",
                misshapen.prefix(Self.namesShown).map { entry in
                    let type = entry.found.dtype.isFloatingPoint ? "" : "\(entry.found.dtype) "
                    return "\(entry.expected.name): expected \(Shape(entry.expected.dimensions)), "
                        + "found \(type)\(entry.found.shape)"
                }
            ),
        ]
        return "the checkpoint does not fit \(modelName): \(parts.compactMap { $0 }.joined(separator: "; "))"
    }
}
