internal import Graph

extension GraphBuilder {
    /// The token at `index` of `[N, tokens, width]`: `[N, width]`.
    func token(of x: Value, at index: Int) throws(GraphError) -> Value {
        try reshape(slice(x, axis: 1, index, 1), [x.features])
    }

    /// The mean of the tokens after the first `prefix`: `[N, width]`.
    func averagedTokens(_ x: Value, prefix: Int = 0) throws(GraphError) -> Value {
        let rest = prefix > 0 ? try slice(x, axis: 1, prefix, x.type.dimensions[0] - prefix) : x
        return try mean(rest, axes: [1])
    }

    /// Attention of one learned query over the tokens, then a perceptron, at the current path: `[N, width]`.
    ///
    /// Source: timm/layers/attention_pool.py, `AttentionPoolLatent`.
    func latentAttentionPool(
        _ x: Value,
        heads: Int,
        feedForward layer: FeedForward,
        normalization: TokenNormalization
    ) throws(GraphError) -> Value {
        let width = x.features
        let latent = try linear(parameter("latent", [1, 1, width]), "q", width)
        let query = try append(.broadcastToBatch, [reshapeStatic(latent, [1, heads, 1, width / heads])])
        let pair = try splitHeads(linear(x, "kv", 2 * width), parts: 2, heads: heads)
        let mixed = try linear(joinHeads(attention(query, pair[0], pair[1])), "proj", width)
        let normal = try self.normalization(mixed, "norm", normalization)
        let refined = try scope("mlp") { () throws(GraphError) in try feedForward(normal, layer) }
        return try reshape(add(mixed, refined), [width])
    }
}
