internal import Graph

/// The normalisation of a token's features.
enum TokenNormalization: Sendable, Equatable {
    /// LayerNorm.
    case layer(epsilon: Float = 1e-6)
    /// Division by the root of the mean square, then a scale (https://arxiv.org/abs/1910.07467).
    case rootMeanSquare(epsilon: Float = 1e-6)
    /// Division by the root of the unbiased variance plus epsilon, then a scale: timm's `SimpleNorm`.
    case deviation(epsilon: Float = 1e-6)
}

extension GraphBuilder {
    /// A normalisation called `name` over `axis`, the last where nil.
    func normalization(
        _ x: Value,
        _ name: String,
        _ kind: TokenNormalization,
        axis: Int? = nil
    ) throws(GraphError) -> Value {
        let axis = axis ?? x.type.rank - 1
        return try scope(name) { () throws(GraphError) in
            switch kind {
            case .layer(let epsilon): return try layerNormalization(x, axis: axis, epsilon: epsilon)
            case .rootMeanSquare(let epsilon):
                let weight = try parameter("weight", [x.type.extents[axis]])
                return try append(.rootMeanSquareNormalization(axis: axis, epsilon: epsilon), [x, weight])
            case .deviation(let epsilon):
                let count = x.type.extents[axis]
                let variance = try append(.reduction(.variance, axes: [axis], keepsAxes: true), [x])
                let shifted = try affine(variance, Float(count) / Float(count - 1), epsilon)
                let normal = try multiply(x, activation(shifted, .reciprocalSquareRoot))
                let trailing = [Int](repeating: 1, count: x.type.rank - 1 - axis)
                let weight = try reshapeStatic(parameter("weight", [count]), [count] + trailing)
                return try multiply(normal, weight)
            }
        }
    }
}
