internal import Tensors

/// Tensors of a checkpoint that become one.
enum TensorJoining {
    /// Query's, key's and value's layers of every module as one, row after row.
    static func joinQueryKeyValue(
        _ tensors: inout [String: Tensor],
        names: (query: String, key: String, value: String),
        joined: String
    ) {
        let queries = tensors.keys.filter { $0.contains(".\(names.query).") }
        for query in queries {
            let parts = [names.query, names.key, names.value].map { part in
                tensors[TensorNames.replacing(query, [(".\(names.query).", ".\(part).")])]
            }
            guard let first = parts[0], parts.allSatisfy({ $0?.shape == first.shape }) else { continue }
            var dimensions = first.shape.dimensions
            dimensions[0] *= parts.count
            let values = parts.flatMap { $0?.floats ?? [] }
            for part in [names.query, names.key, names.value] {
                tensors[TensorNames.replacing(query, [(".\(names.query).", ".\(part).")])] = nil
            }
            let name = TensorNames.replacing(query, [(".\(names.query).", ".\(joined).")])
            tensors[name] = Tensor.cast(values, to: first.dtype, shape: Shape(dimensions))
        }
    }
}
