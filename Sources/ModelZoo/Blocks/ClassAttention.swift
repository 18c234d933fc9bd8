internal import Graph

extension GraphBuilder {
    /// Attention of the first of the tokens `[N, tokens, width]` over all of them, at the current path: `[N, 1, width]`.
    ///
    /// Source: timm/models/cait.py, `ClassAttn`.
    func classAttention(_ x: Value, heads: Int) throws(GraphError) -> Value {
        let width = x.features
        let query = try splitHeads(linear(slice(x, axis: 1, 0, 1), "q", width), parts: 1, heads: heads)[0]
        let key = try splitHeads(linear(x, "k", width), parts: 1, heads: heads)[0]
        let value = try splitHeads(linear(x, "v", width), parts: 1, heads: heads)[0]
        return try linear(joinHeads(attention(query, key, value)), "proj", width)
    }
}
