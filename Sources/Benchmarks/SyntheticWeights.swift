public import Graph
import Tensors

/// Weights for measuring: speed does not depend on them, but activations must stay ordinary numbers.
public enum SyntheticWeights {
    /// A tensor for each parameter of `graph`.
    ///
    /// Matrices and filters are uniform within `sqrt(3 / fan_in)`, so that signals keep their size; scales and
    /// variances are 1, shifts and means 0.
    public static func parameters(of graph: Graph) -> ParameterStore {
        var tensors: [String: Tensor] = [:]
        for (index, parameter) in graph.parameters.enumerated() {
            let shape = Shape(parameter.dimensions)
            let leaf = parameter.name.split(separator: ".").last ?? ""
            tensors[parameter.name] = unsafe Tensor(shape: shape) { values in
                guard shape.rank < 2 else {
                    let bound = (3 / Float(max(1, shape.count / max(1, shape[0])))).squareRoot()
                    var state = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 | 1
                    for position in values.indices {
                        // Knuth's MMIX generator: the upper bits are random enough for a benchmark.
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        unsafe values[position] = (Float(state >> 40) * 0x1p-23 - 1) * bound
                    }
                    return
                }
                let isScale = leaf == "weight" || leaf == "running_var" || leaf == "gain" || leaf == "scale"
                if isScale { unsafe values.update(repeating: 1) }
            }
        }
        return ParameterStore(tensors)
    }
}
