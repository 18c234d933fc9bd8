internal import Graph
internal import Tensors

// BEiT and BEiT v2: vision transformers with biases by relative position in every block.
//
// Papers: BEiT (https://arxiv.org/abs/2106.08254), BEiT v2 (https://arxiv.org/abs/2208.06366).
// Source: timm/models/beit.py (timm 1.0.31). No deviations: tables of another grid are resampled as part of the graph.

/// The numbers of a BEiT.
struct BEiT: ModelConfiguration, Equatable {
    /// Height and width of the checkpoint's pictures.
    var size: Int
    var width: Int
    var depth: Int
    var heads: Int

    private static let patch = 16

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: Self.patch, width: width)
        }
        let grid = Extent(height: map.height, width: map.width)
        let token = try b.token("cls_token", width: width)
        var x = try b.concatenate([token, b.tokens(map)], axis: 1)
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, x, grid) }
        }
        let pooled = try b.averagedTokens(x, prefix: 1)
        try b.linearClassifier(
            features: x,
            embedding: b.layerNormalization(pooled, "fc_norm"),
            classCount: options.classCount,
            name: "head"
        )
    }

    private func block(_ b: GraphBuilder, _ x: Value, _ grid: Extent) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let parts = try b.splitHeads(b.partlyBiasedProjection(normal), parts: 3, heads: heads)
            let bias = try relativeBias(b, grid)
            return try b.linear(
                b.joinHeads(b.attention(parts[0], parts[1], parts[2], bias: bias)),
                "proj",
                width
            )
        }
        let y = try b.add(x, b.featureScale(mixed, "gamma_1"))
        let second = try b.layerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * width))
        }
        return try b.add(y, b.featureScale(refined, "gamma_2"))
    }

    /// `[heads, tokens, tokens]`: by distance between patches, and three rows of the table for the class token.
    private func relativeBias(_ b: GraphBuilder, _ grid: Extent) throws(GraphError) -> Value {
        let native = Extent(size / Self.patch)
        let old = (2 * native.height - 1) * (2 * native.width - 1)
        let new = (2 * grid.height - 1) * (2 * grid.width - 1)
        var table = try b.parameter("relative_position_bias_table", [old + 3, heads])
        if native != grid {
            let distances = try b.resampledDistances(b.slice(table, axis: 0, 0, old), from: native, to: grid)
            table = try b.concatenate([distances, b.slice(table, axis: 0, old, 3)], axis: 0)
        }
        let tokens = grid.height * grid.width + 1
        let distances = RelativePosition.indices(grid)
        var indices = [Int](repeating: new, count: tokens * tokens)
        indices[0] = new + 2
        for row in 1..<tokens {
            indices[row * tokens] = new + 1
            for column in 1..<tokens {
                indices[row * tokens + column] = distances[(row - 1) * (tokens - 1) + column - 1]
            }
        }
        let gathered = try b.append(.gather(axis: 0, indices: indices), [table])
        return try b.transpose(b.reshapeStatic(gathered, [tokens, tokens, heads]), [2, 0, 1])
    }

    /// Leaves the papers' buffers out.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        tensors = tensors.filter { !$0.key.contains("relative_position_index") }
    }
}
