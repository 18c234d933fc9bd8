internal import Graph
internal import Tensors

// Next-ViT: convolutional blocks, and at the end of each stage one whose channels are mixed by attention over averaged
// tokens and by convolutions.
//
// Paper: Next-ViT: Next Generation Vision Transformer for Efficient Deployment in Realistic Industrial Scenarios
// (https://arxiv.org/abs/2207.05501).
// Source: timm/models/nextvit.py (timm 1.0.31). No deviations. timm's filter goes by the order of the paper's tensors,
// ours by their names.

/// The numbers of a Next-ViT.
struct NextViT: ModelConfiguration, Equatable {
    var depths: [Int]

    private static let headWidth = 32
    private static let widths = [96, 192, 384, 768]
    /// Channels of the blocks with attention; the first stage has none.
    private static let mixedWidths = [0, 256, 512, 1024]
    /// Along each axis, how many tokens one key stands for.
    private static let reductions = [8, 4, 2, 1]
    /// In the third stage every fifth block attends, elsewhere the last.
    private static let period = 5

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = b.input
        for (index, width) in [64, 32, 64, 64].enumerated() {
            let stride = index == 0 || index == 3 ? 2 : 1
            x = try b.convolution(x, "stem.\(index).conv", width, kernel: 3, stride: stride)
            x = try b.normalization(x, "stem.\(index).norm")
        }
        for stage in depths.indices {
            for index in 0..<depths[stage] {
                let stride = stage > 0 && index == 0 ? 2 : 1
                x = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    isMixed(stage, index)
                        ? try mixed(b, x, stage, stride: stride)
                        : try convolutional(b, x, Self.widths[stage], stride: stride)
                }
            }
        }
        x = try b.normalization(x, "norm", nil)
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    private func isMixed(_ stage: Int, _ index: Int) -> Bool {
        switch stage {
        case 0: false
        case 2: index % Self.period == Self.period - 1
        default: index == depths[stage] - 1
        }
    }

    private func convolutional(
        _ b: GraphBuilder,
        _ input: Value,
        _ width: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        let x = try embedded(b, input, "patch_embed", width, stride: stride)
        let y = try b.add(x, convolved(b, x))
        return try refined(b, y, "norm", ratio: 3)
    }

    private func mixed(
        _ b: GraphBuilder,
        _ input: Value,
        _ stage: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        let width = Self.mixedWidths[stage]
        let attended = ChannelRounding.divisible(Double(width) * 0.75, by: 32)
        var x = try embedded(b, input, "patch_embed", attended, stride: stride)
        let normal = try b.normalization(x, "norm1", nil)
        let tokens = try b.scope("e_mhsa") { () throws(GraphError) in
            try attention(b, normal, reduction: Self.reductions[stage])
        }
        x = try b.add(x, b.map(tokens, height: x.height, width: x.width))
        let rest = try embedded(b, x, "projection", width - attended, stride: 1)
        x = try b.joined([x, b.add(rest, convolved(b, rest))])
        return try refined(b, x, "norm2", ratio: 2)
    }

    /// A halved map by averages and other channels, or the map itself.
    ///
    /// Source: `PatchEmbed`.
    private func embedded(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ width: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        guard stride > 1 || x.channels != width else { return x }
        let pooled =
            stride > 1
            ? try b.averagePool(x, kernel: 2, stride: 2, countsPadding: false, roundsUp: true) : x
        return try b.normalization(b.convolution(pooled, "\(name).conv", width), "\(name).norm", nil)
    }

    private func convolved(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        try b.scope("mhca") { () throws(GraphError) in
            let groups = x.channels / Self.headWidth
            var y = try b.convolution(x, "group_conv3x3", x.channels, kernel: 3, groups: groups)
            y = try b.normalization(y, "norm")
            return try b.convolution(y, "projection", x.channels)
        }
    }

    private func refined(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        ratio: Int
    ) throws(GraphError) -> Value {
        let normal = try b.normalization(x, name, nil)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.convolutionalFeedForward(normal, hidden: ratio * x.channels, activation: .relu)
        }
        return try b.add(x, refined)
    }

    /// Attention over means of as many tokens in a row as a square of `reduction` has: `[N, H W, C]`.
    ///
    /// Source: `EfficientAttention`.
    private func attention(_ b: GraphBuilder, _ map: Value, reduction: Int) throws(GraphError) -> Value {
        let (width, heads) = (map.channels, map.channels / Self.headWidth)
        let x = try b.tokens(map)
        let query = try b.splitHeads(b.linear(x, "q", width), parts: 1, heads: heads)[0]
        var context = x
        if reduction > 1 {
            let row = try b.reshape(map, [width, 1, map.height * map.width])
            let extent = Extent(height: 1, width: reduction * reduction)
            let means = try b.pool(
                row,
                Pooling(kind: .average(countsPadding: true), kernel: extent, stride: extent)
            )
            context = try b.tokens(b.normalization(means, "norm", nil))
        }
        let key = try b.splitHeads(b.linear(context, "k", width), parts: 1, heads: heads)[0]
        let value = try b.splitHeads(b.linear(context, "v", width), parts: 1, heads: heads)[0]
        return try b.linear(b.joinHeads(b.attention(query, key, value)), "proj", width)
    }

    /// Brings the names of the paper's checkpoints to timm's: there the blocks of all stages stand in one list.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stages.0.blocks.0.mlp.fc1.weight"] == nil else { return }
        var places: [String] = []
        for (stage, depth) in depths.enumerated() {
            places += (0..<depth).map { "stages.\(stage).blocks.\($0)" }
        }
        try TensorNames.rename(&tensors) { name in
            var parts = name.split(separator: ".").map(String.init)
            if parts.count > 2, parts[0] == "features", let index = Int(parts[1]), index < places.count {
                parts.replaceSubrange(0..<2, with: [places[index]])
            }
            return TensorNames.replacing(
                parts.joined(separator: "."),
                [("mlp.conv1.", "mlp.fc1."), ("mlp.conv2.", "mlp.fc2."), ("proj_head.0.", "head.fc.")]
            )
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/nextvit.py, in its order.
    static let nextViT = ModelFamily(
        name: "nextvit",
        variants: [
            ModelVariant("nextvit_small", NextViT(depths: [3, 4, 10, 3])),
            ModelVariant("nextvit_base", NextViT(depths: [3, 4, 20, 3])),
            ModelVariant("nextvit_large", NextViT(depths: [3, 4, 30, 3])),
        ]
    )
}
