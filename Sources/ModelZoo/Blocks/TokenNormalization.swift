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
        try scope(name) { () throws(GraphError) in
            try normalization(x, kind, axis: axis ?? x.type.rank - 1, isAffine: true)
        }
    }

    /// The same over the last axis without learned scale and offset.
    func plainNormalization(_ x: Value, _ kind: TokenNormalization) throws(GraphError) -> Value {
        try normalization(x, kind, axis: x.type.rank - 1, isAffine: false)
    }

    private func normalization(
        _ x: Value,
        _ kind: TokenNormalization,
        axis: Int,
        isAffine: Bool
    ) throws(GraphError) -> Value {
        let count = x.type.extents[axis]
        switch kind {
        case .layer(let epsilon):
            return try layerNormalization(x, axis: axis, epsilon: epsilon, isAffine: isAffine)
        case .rootMeanSquare(let epsilon):
            let weight = isAffine ? [try parameter("weight", [count])] : []
            return try append(.rootMeanSquareNormalization(axis: axis, epsilon: epsilon), [x] + weight)
        case .deviation(let epsilon):
            let variance = try append(.reduction(.variance, axes: [axis], keepsAxes: true), [x])
            let shifted = try affine(variance, Float(count) / Float(count - 1), epsilon)
            let normal = try multiply(x, activation(shifted, .reciprocalSquareRoot))
            guard isAffine else { return normal }
            let trailing = [Int](repeating: 1, count: x.type.rank - 1 - axis)
            let weight = try reshapeStatic(parameter("weight", [count]), [count] + trailing)
            return try multiply(normal, weight)
        }
    }
}
