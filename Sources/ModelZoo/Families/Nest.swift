internal import Graph

// NesT: attention within the blocks of a map; four blocks become one from level to level by a convolution and a maximum.
//
// Paper: Nested Hierarchical Transformer (https://arxiv.org/abs/2105.12723).
// Source: timm/models/nest.py (timm 1.0.31). No deviations: the order in which timm joins heads is brought about in the
// weights of the layer behind them. Another size is refused: timm does not resample this family's positions.

/// The numbers of a NesT.
struct Nest: ModelConfiguration, Equatable {
    /// Features of the first level; each level has twice as many as the one before.
    var width: Int
    var heads: Int
    /// Layers of the last level; the others have two each.
    var depth: Int
    /// What stands around the maps between the levels.
    var padding = PaddingRule.symmetric

    private static let size = 224
    private static let patch = 4
    /// Blocks of each level along an axis.
    private static let blocks = [4, 2, 1]

    /// Emits patches, levels and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try b.requireSize(Self.size)
        var x = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: Self.patch, width: width)
        }
        for level in Self.blocks.indices {
            x = try b.scope("levels.\(level)") { () throws(GraphError) in
                try layers(b, level > 0 ? pooled(b, x) : x, level)
            }
        }
        x = try b.layerNormalization(x, "norm", axis: 1)
        try b.averagedClassifier(x, classCount: options.classCount, name: "head")
    }

    /// Source: `ConvPool`.
    private func pooled(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        var y = try b.convolve(x, "pool.conv", 2 * x.channels, kernel: 3)
        y = try b.layerNormalization(y, "pool.norm", axis: 1)
        let edges = padding.edges(height: y.height, width: y.width, kernel: 3, stride: 2)
        return try b.pool(y, Pooling(kind: .maximum, kernel: 3, stride: 2, padding: edges))
    }

    private func layers(_ b: GraphBuilder, _ map: Value, _ level: Int) throws(GraphError) -> Value {
        let size = Extent(height: map.height, width: map.width)
        let side = Self.blocks[level]
        let window = Extent(height: size.height / side, width: size.width / side)
        let plan = WindowPlan(map: size, window: window, shift: 0)
        let (count, width) = (side * side, map.channels)
        var x = try b.windows(b.channelsLast(map), plan)
        let places = try b.parameter("pos_embed", [1, count, plan.area, width])
        x = try b.add(b.reshape(x, [count, plan.area, width], batchFactor: 1), places)
        x = try b.reshape(x, [plan.area, width], batchFactor: count)
        for index in 0..<(level < Self.blocks.count - 1 ? 2 : depth) {
            x = try b.scope("transformer_encoder.\(index)") { () throws(GraphError) in
                let normal = try b.layerNormalization(x, "norm1")
                let mixed = try b.scope("attn") { () throws(GraphError) in
                    try attention(b, normal, heads: heads << level)
                }
                let y = try b.add(x, mixed)
                let second = try b.layerNormalization(y, "norm2")
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(second, FeedForward(hidden: 4 * width))
                }
                return try b.add(y, refined)
            }
        }
        return try b.channelsFirst(b.unwindowed(x, plan))
    }

    /// Self-attention whose last layer counts the heads within each feature.
    private func attention(_ b: GraphBuilder, _ x: Value, heads: Int) throws(GraphError) -> Value {
        let width = x.features
        let parts = try b.splitHeads(b.linear(x, "qkv", 3 * width), parts: 3, heads: heads)
        let mixed = try b.joinHeads(b.attention(parts[0], parts[1], parts[2]))
        return try b.scope("proj") { () throws(GraphError) in
            let size = width / heads
            let columns = (0..<width).map { $0 % size * heads + $0 / size }
            let weight = try b.append(
                .gather(axis: 1, indices: columns),
                [b.parameter("weight", [width, width])]
            )
            return try b.append(.linear, [mixed, weight, b.parameter("bias", [width])])
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/nest.py, in its order.
    static let nest = ModelFamily(
        name: "nest",
        variants: [
            ModelVariant("nest_base", Nest(width: 128, heads: 4, depth: 20)),
            ModelVariant("nest_small", Nest(width: 96, heads: 3, depth: 20)),
            ModelVariant("nest_tiny", Nest(width: 96, heads: 3, depth: 8)),
            ModelVariant("nest_base_jx", Nest(width: 128, heads: 4, depth: 20, padding: .same)),
            ModelVariant("nest_small_jx", Nest(width: 96, heads: 3, depth: 20, padding: .same)),
            ModelVariant("nest_tiny_jx", Nest(width: 96, heads: 3, depth: 8, padding: .same)),
        ]
    )
}
