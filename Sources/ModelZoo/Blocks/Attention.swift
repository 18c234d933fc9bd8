internal import Graph

/// Softmax self-attention with one layer for query, key and value.
///
/// Source: timm/layers/attention.py, `Attention`.
struct SelfAttention: Sendable, Equatable {
    /// Heads.
    var heads: Int
    var hasBias = true
    /// Whether query and key are normalised over a head's features.
    var normalizesQueryAndKey = false
    /// Whether what the heads give is normalised before the last layer.
    var normalizesResult = false
    var hasProjectionBias = true
    var normalization: TokenNormalization = .layer()
}

extension GraphBuilder {
    /// Self-attention at the current path over the tokens `[factor N, tokens, width]`; `bias` `[heads, tokens, tokens]`
    /// is added to the scores.
    func selfAttention(
        _ x: Value,
        _ layer: SelfAttention,
        bias: Value? = nil
    ) throws(GraphError) -> Value {
        let width = x.features
        let qkv = try linear(x, "qkv", 3 * width, hasBias: layer.hasBias)
        let parts = try splitHeads(qkv, parts: 3, heads: layer.heads)
        var (query, key) = (parts[0], parts[1])
        if layer.normalizesQueryAndKey {
            query = try normalization(query, "q_norm", layer.normalization)
            key = try normalization(key, "k_norm", layer.normalization)
        }
        var y = try joinHeads(attention(query, key, parts[2], bias: bias))
        if layer.normalizesResult { y = try normalization(y, "norm", layer.normalization) }
        return try linear(y, "proj", width, hasBias: layer.hasProjectionBias)
    }

    /// Features of `parts` kinds, each of `heads` heads, apart: `[factor N, tokens, parts heads size]` to as many
    /// `[factor N, heads, tokens, size]`.
    func splitHeads(_ x: Value, parts: Int, heads: Int) throws(GraphError) -> [Value] {
        let tokens = x.type.dimensions[0]
        guard heads > 0, x.features % (parts * heads) == 0 else {
            throw failure("\(x.features) features do not make \(parts) times \(heads) heads")
        }
        let size = x.features / (parts * heads)
        if parts == 1 {
            return [try transpose(reshape(x, [tokens, heads, size]), [0, 2, 1, 3])]
        }
        let split = try transpose(reshape(x, [tokens, parts, heads, size]), [0, 2, 3, 1, 4])
        var values: [Value] = []
        for part in 0..<parts {
            values.append(try reshape(slice(split, axis: 1, part, 1), [heads, tokens, size]))
        }
        return values
    }

    /// `softmax(scale query key^T + bias) value` for each head: `[factor N, heads, tokens, size]`.
    ///
    /// The scale is one over the root of a head's features where nil.
    func attention(
        _ query: Value,
        _ key: Value,
        _ value: Value,
        scale: Float? = nil,
        bias: Value? = nil
    ) throws(GraphError) -> Value {
        let factor = scale ?? 1 / Float(query.features).squareRoot()
        let scaled = factor == 1 ? query : try affine(query, factor)
        var scores = try append(.matrixProduct(transposesRight: true), [scaled, key])
        if let bias { scores = try add(scores, bias) }
        let weights = try append(.softmax(axis: scores.type.rank - 1), [scores])
        return try append(.matrixProduct(transposesRight: false), [weights, value])
    }

    /// `[factor N, heads, tokens, size]` as `[factor N, tokens, heads size]`.
    func joinHeads(_ x: Value) throws(GraphError) -> Value {
        let (heads, tokens, size) = (x.type.dimensions[0], x.type.dimensions[1], x.type.dimensions[2])
        return try reshape(transpose(x, [0, 2, 1, 3]), [tokens, heads * size])
    }

    /// Query, key and value of each head from the layers `qk` and `v`, without biases.
    ///
    /// Source: timm/models/convit.py, `GPSA`, and timm/models/tnt.py, `Attention`.
    func projectionWithValueApart(
        _ x: Value,
        heads: Int
    ) throws(GraphError) -> (query: Value, key: Value, value: Value) {
        let width = x.features
        let pair = try splitHeads(linear(x, "qk", 2 * width, hasBias: false), parts: 2, heads: heads)
        let value = try splitHeads(linear(x, "v", width, hasBias: false), parts: 1, heads: heads)
        return (pair[0], pair[1], value[0])
    }

    /// `x` divided by its length over `axis` (the last where nil), as PyTorch's `normalize`.
    func unitLength(_ x: Value, axis: Int? = nil) throws(GraphError) -> Value {
        let axis = axis ?? x.type.rank - 1
        let length = try append(.reduction(.norm, axes: [axis], keepsAxes: true), [x])
        let bounded = try append(.binary(.maximum), [length, constant([1e-12], [1])])
        return try append(.binary(.divide), [x, bounded])
    }

    /// Query, key and value by the matrix `qkv.weight`, with the biases `q_bias` and `v_bias` and none for the key:
    /// `[..., 3 width]`.
    func partlyBiasedProjection(_ x: Value, hasBias: Bool = true) throws(GraphError) -> Value {
        let width = x.features
        let weight = try parameter("qkv.weight", [3 * width, width])
        guard hasBias else { return try append(.linear, [x, weight]) }
        let zeros = try constant([Float](repeating: 0, count: width), [width])
        let bias = try concatenate(
            [parameter("q_bias", [width]), zeros, parameter("v_bias", [width])],
            axis: 0
        )
        return try append(.linear, [x, weight, bias])
    }
}
