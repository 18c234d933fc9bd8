internal import Graph

// GC ViT: attention in windows, in every second block with queries that the whole map makes and all windows share.
//
// Paper: Global Context Vision Transformers (https://arxiv.org/abs/2206.09959).
// Source: timm/models/gcvit.py (timm 1.0.31). No deviations. Another size is refused: windows grow with the picture, and
// timm does not resample their tables.

/// The numbers of a GC ViT.
struct GlobalContextViT: ModelConfiguration, Equatable {
    var width = 64
    var depths: [Int]
    /// Heads of the first stage; each stage has twice as many as the one before.
    var heads = 2
    var ratio = 3
    var hasLayerScale = false

    private static let size = 224
    private static let windows = [7, 7, 14, 7]
    private static let epsilon: Float = 1e-5

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in
            let map = try b.convolution(b.input, "conv1", width, kernel: 3, stride: 2, hasBias: true)
            return try b.scope("down") { () throws(GraphError) in try reduced(b, map, width) }
        }
        try requireWindows(b, x)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                if stage > 0 {
                    x = try b.scope("downsample") { () throws(GraphError) in
                        try reduced(b, x, 2 * x.channels)
                    }
                }
                return try self.stage(b, x, stage)
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    /// Refuses a map that the checkpoint's windows do not divide down to a single one.
    private func requireWindows(_ b: GraphBuilder, _ x: Value) throws(GraphError) {
        let extent = Self.size / 4
        guard x.height == extent, x.width == extent else {
            throw b.failure(
                "the checkpoint's windows divide maps of \(extent)x\(extent) after the stem, and this picture's is "
                    + "\(x.height)x\(x.width): use \(Self.size)x\(Self.size) pixels",
                code: .unsupportedConfiguration
            )
        }
    }

    /// Half the extents.
    ///
    /// Source: `Downsample2d`.
    private func reduced(_ b: GraphBuilder, _ x: Value, _ outputs: Int) throws(GraphError) -> Value {
        var y = try b.layerNormalization(x, "norm1", axis: 1, epsilon: Self.epsilon)
        y = try convolutional(b, y, "conv_block")
        y = try b.convolution(y, "reduction", outputs, kernel: 3, stride: 2)
        return try b.layerNormalization(y, "norm2", axis: 1, epsilon: Self.epsilon)
    }

    /// Source: `MbConvBlock`.
    private func convolutional(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let channels = x.channels
            var y = try b.convolution(x, "conv_dw", channels, kernel: 3, groups: channels)
            y = try b.activation(y, .gelu)
            let gate = try b.scope("se") { () throws(GraphError) in
                let reduced = ChannelRounding.divisible(Double(channels) / 4, by: 8, limit: 0)
                let squeezed = try b.globalAveragePool(y, keepsAxes: true)
                let inner = try b.activation(b.convolution(squeezed, "fc1", reduced), .gelu)
                return try b.activation(b.convolution(inner, "fc2", channels), .sigmoid)
            }
            y = try b.convolution(b.multiply(y, gate), "conv_pw", channels)
            return try b.add(x, y)
        }
    }

    private func stage(_ b: GraphBuilder, _ map: Value, _ stage: Int) throws(GraphError) -> Value {
        let size = Extent(height: map.height, width: map.width)
        let plan = WindowPlan(map: size, window: Extent(Self.windows[stage]), shift: 0)
        let queries = try globalQueries(b, map, plan, heads: heads << stage)
        var x = try b.channelsLast(map)
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let normal = try b.layerNormalization(x, "norm1", epsilon: Self.epsilon)
                let mixed = try b.scope("attn") { () throws(GraphError) in
                    let windows = try b.windows(normal, plan)
                    let queries = index % 2 == 1 ? queries : nil
                    let y = try attention(b, windows, plan.window, heads: heads << stage, queries: queries)
                    return try b.unwindowed(y, plan)
                }
                let y = try b.add(x, scaled(b, mixed, "ls1.gamma"))
                let second = try b.layerNormalization(y, "norm2", epsilon: Self.epsilon)
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(second, FeedForward(hidden: ratio * y.features))
                }
                return try b.add(y, scaled(b, refined, "ls2.gamma"))
            }
        }
        if stage == depths.count - 1 { x = try b.layerNormalization(x, "norm", epsilon: Self.epsilon) }
        return try b.channelsFirst(x)
    }

    /// The map brought to the extent of a window: a query for each of its positions, divided by the root of a head's
    /// features and repeated for every window: `[windows N, heads, area, size]`.
    ///
    /// Source: `FeatureBlock`.
    private func globalQueries(
        _ b: GraphBuilder,
        _ map: Value,
        _ plan: WindowPlan,
        heads: Int
    ) throws(GraphError) -> Value {
        var x = map
        var number = 0
        repeat {
            number += 1
            x = try convolutional(b, x, "global_block.blocks.conv\(number)")
            if x.height > plan.window.height { x = try b.maximumPool(x, padding: 1) }
        } while x.height > plan.window.height
        let size = x.channels / heads
        var queries = try b.splitHeads(b.tokens(x), parts: 1, heads: heads)[0]
        queries = try b.affine(queries, 1 / Float(size).squareRoot())
        let count = plan.count.height * plan.count.width
        guard count > 1 else { return queries }
        let once = try b.reshape(queries, [1, heads, plan.area, size])
        let repeated = try b.append(
            .gather(axis: 1, indices: [Int](repeating: 0, count: count)),
            [once]
        )
        return try b.reshape(repeated, [heads, plan.area, size], batchFactor: count)
    }

    /// Attention in windows, of the windows' own queries where `queries` is nil.
    ///
    /// Source: `WindowAttentionGlobal`.
    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ window: Extent,
        heads: Int,
        queries: Value?
    ) throws(GraphError) -> Value {
        let width = x.features
        let count = (2 * window.height - 1) * (2 * window.width - 1)
        let table = try b.parameter("rel_pos.relative_position_bias_table", [count, heads])
        let bias = try b.gatheredBias(table, window: window)
        guard let queries else { return try b.selfAttention(x, SelfAttention(heads: heads), bias: bias) }
        let pair = try b.splitHeads(b.linear(x, "qkv", 2 * width), parts: 2, heads: heads)
        let mixed = try b.attention(queries, pair[0], pair[1], scale: 1, bias: bias)
        return try b.linear(b.joinHeads(mixed), "proj", width)
    }

    private func scaled(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        hasLayerScale ? try b.featureScale(x, name) : x
    }
}

extension ModelFamily {
    /// The architectures of timm/models/gcvit.py, in its order.
    static let globalContextViT = ModelFamily(
        name: "gcvit",
        variants: [
            ModelVariant("gcvit_xxtiny", GlobalContextViT(depths: [2, 2, 6, 2])),
            ModelVariant("gcvit_xtiny", GlobalContextViT(depths: [3, 4, 6, 5])),
            ModelVariant("gcvit_tiny", GlobalContextViT(depths: [3, 4, 19, 5])),
            ModelVariant(
                "gcvit_small",
                GlobalContextViT(width: 96, depths: [3, 4, 19, 5], heads: 3, ratio: 2, hasLayerScale: true)
            ),
            ModelVariant(
                "gcvit_base",
                GlobalContextViT(width: 128, depths: [3, 4, 19, 5], heads: 4, ratio: 2, hasLayerScale: true)
            ),
        ]
    )
}
