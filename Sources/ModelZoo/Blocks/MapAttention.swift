internal import Graph

extension GraphBuilder {
    /// `softmax(scale query^T key)` over values, where features stand before positions, as flattened maps have them:
    /// query and key `[..., features, positions]`, value and result `[..., width, positions]`.
    ///
    /// Only the query is turned. The scale is one over the root of the features where nil.
    func mapAttention(
        _ query: Value,
        _ key: Value,
        _ value: Value,
        scale: Float? = nil
    ) throws(GraphError) -> Value {
        let rank = query.type.rank
        let factor = scale ?? 1 / Float(query.type.extents[rank - 2]).squareRoot()
        let scaled = factor == 1 ? query : try affine(query, factor)
        let turned = try transpose(scaled, Array(0..<rank - 2) + [rank - 1, rank - 2])
        let scores = try append(.matrixProduct(transposesRight: false), [turned, key])
        let weights = try append(.softmax(axis: rank - 1), [scores])
        return try append(.matrixProduct(transposesRight: true), [value, weights])
    }
}
