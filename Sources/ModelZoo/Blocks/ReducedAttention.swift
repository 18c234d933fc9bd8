internal import Graph

extension GraphBuilder {
    /// Attention of all tokens `[N, H W, width]` over a map reduced by a convolution whose stride is its extent, at the
    /// current path.
    ///
    /// Source: timm/models/twins.py, `GlobalSubSampleAttn`, and timm/models/pvt_v2.py, `Attention`.
    func reducedAttention(
        _ x: Value,
        map size: Extent,
        heads: Int,
        reduction: Int
    ) throws(GraphError) -> Value {
        var reduced = x
        if reduction > 1 {
            let grid = try map(x, height: size.height, width: size.width)
            let smaller = try convolve(
                grid,
                "sr",
                x.features,
                kernel: reduction,
                stride: reduction,
                padding: 0
            )
            reduced = try layerNormalization(tokens(smaller), "norm", epsilon: 1e-5)
        }
        return try attention(of: x, over: reduced, heads: heads)
    }

    /// Attention of the tokens `x` over the tokens `context`, with layers `q`, `kv` and `proj`.
    func attention(of x: Value, over context: Value, heads: Int) throws(GraphError) -> Value {
        let width = x.features
        let query = try splitHeads(linear(x, "q", width), parts: 1, heads: heads)[0]
        let pair = try splitHeads(linear(context, "kv", 2 * width), parts: 2, heads: heads)
        return try linear(joinHeads(attention(query, pair[0], pair[1])), "proj", width)
    }
}
