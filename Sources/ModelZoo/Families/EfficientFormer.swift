internal import Graph
internal import Tensors

// EfficientFormer: blocks that mix places by pooling, and a few attention blocks at the end.
//
// Paper: EfficientFormer: Vision Transformers at MobileNet Speed (https://arxiv.org/abs/2206.01191).
// Source: timm/models/efficientformer.py (timm 1.0.31). No deviations. A size that leaves another number of tokens is
// refused: the biases of the attention belong to 7x7 places.

/// The numbers of an EfficientFormer.
struct EfficientFormer: ModelConfiguration, Equatable {
    var depths: [Int]
    var widths: [Int]
    /// Attention blocks at the end of the last stage.
    var attentionDepth: Int

    private static let grid = Extent(7)
    private static let heads = 8
    private static let keyWidth = 32
    private static let valueWidth = 128

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in
            let y = try b.convolve(b.input, "conv1", widths[0] / 2, kernel: 3, stride: 2)
            let z = try b.batchNormalization(y, "norm1", .relu)
            return try b.batchNormalization(
                b.convolve(z, "conv2", widths[0], kernel: 3, stride: 2),
                "norm2",
                .relu
            )
        }
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    let reduced = try b.convolve(y, "downsample.conv", widths[stage], kernel: 3, stride: 2)
                    y = try b.batchNormalization(reduced, "downsample.norm")
                }
                let isLast = stage == depths.count - 1
                for index in 0..<depths[stage] - (isLast ? attentionDepth : 0) {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in try pooling(b, y) }
                }
                return isLast ? try attentions(b, y, stage, options) : y
            }
        }
        x = try b.layerNormalization(x, "norm", epsilon: 1e-5)
        let embedding = try b.averagedTokens(x)
        try b.averagedClassifiers(
            embedding,
            features: x,
            classCount: options.classCount,
            names: ["head", "head_dist"]
        ) { (name) throws(GraphError) in
            try b.linear(embedding, name, options.classCount)
        }
    }

    /// A block whose places differ from the mean around them.
    private func pooling(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let means = try b.averagePool(x, kernel: 3, stride: 1, padding: 1, countsPadding: false)
        let mixed = try b.append(.binary(.subtract), [means, x])
        let y = try b.add(x, b.channelScale(mixed, "ls1.gamma"))
        let refined = try b.scope("mlp") { () throws(GraphError) in
            let hidden = try b.batchNormalization(b.convolve(y, "fc1", 4 * y.channels), "norm1", .gelu)
            return try b.batchNormalization(b.convolve(hidden, "fc2", y.channels), "norm2")
        }
        return try b.add(y, b.channelScale(refined, "ls2.gamma"))
    }

    private func attentions(
        _ b: GraphBuilder,
        _ map: Value,
        _ stage: Int,
        _ options: BuildOptions
    ) throws(GraphError) -> Value {
        let grid = Self.grid
        guard map.height * map.width == grid.height * grid.width else {
            throw b.failure(
                "the attention has biases of \(grid.height)x\(grid.width) places, which timm does not resample, and a "
                    + "picture of \(options.height)x\(options.width) has \(map.height)x\(map.width): use 224x224 pixels",
                code: .unsupportedConfiguration
            )
        }
        var x = try b.tokens(map)
        // The step from map to tokens takes a place of its own in timm's sequence.
        let first = depths[stage] - attentionDepth + 1
        for index in first..<first + attentionDepth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let normal = try b.layerNormalization(x, "norm1", epsilon: 1e-5)
                let mixed = try b.scope("token_mixer") { () throws(GraphError) in try attention(b, normal) }
                let y = try b.add(x, b.featureScale(mixed, "ls1.gamma"))
                let second = try b.layerNormalization(y, "norm2", epsilon: 1e-5)
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(second, FeedForward(hidden: 4 * y.features))
                }
                return try b.add(y, b.featureScale(refined, "ls2.gamma"))
            }
        }
        return x
    }

    private func attention(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let widths = [Self.keyWidth, Self.keyWidth, Self.valueWidth]
        let qkv = try b.linear(x, "qkv", Self.heads * widths.reduce(0, +))
        let parts = try b.splitHeads(qkv, heads: Self.heads, widths: widths)
        let bias = try b.distanceBias(grid: Self.grid, heads: Self.heads)
        let mixed = try b.attention(parts[0], parts[1], parts[2], bias: bias)
        return try b.linear(b.joinHeads(mixed), "proj", x.features)
    }

    /// Gives timm's names to the paper's checkpoints.
    ///
    /// Source: `checkpoint_filter_fn`. It counts the stages by the reductions between them; they stand at the odd places of
    /// the paper's list.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.0.weight"] == nil else { return }
        let stem = [("0", "conv1"), ("1", "norm1"), ("3", "conv2"), ("4", "norm2")]
            .map { ("patch_embed.\($0.0)", "stem.\($0.1)") }
        try TensorNames.rename(&tensors) { name in
            var renamed = name.hasPrefix("patch_embed") ? TensorNames.replacing(name, stem) : name
            renamed = renamed.replacing(/network\.(\d+)\.(\d+|proj|norm)/) { match in
                let stage = ((Int(match.1) ?? 0) + 1) / 2
                switch match.2 {
                case "proj": return "stages.\(stage).downsample.conv"
                case "norm": return "stages.\(stage).downsample.norm"
                default: return "stages.\(stage).blocks.\(match.2)"
                }
            }
            renamed = renamed.replacing(/layer_scale_([0-9])/) { "ls\($0.1).gamma" }
            return TensorNames.replacing(renamed, [("dist_head", "head_dist")])
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/efficientformer.py, in its order.
    static let efficientFormer = ModelFamily(
        name: "efficientformer",
        variants: [
            ModelVariant(
                "efficientformer_l1",
                EfficientFormer(depths: [3, 2, 6, 4], widths: [48, 96, 224, 448], attentionDepth: 1)
            ),
            ModelVariant(
                "efficientformer_l3",
                EfficientFormer(depths: [4, 4, 12, 6], widths: [64, 128, 320, 512], attentionDepth: 4)
            ),
            ModelVariant(
                "efficientformer_l7",
                EfficientFormer(depths: [6, 6, 18, 8], widths: [96, 192, 384, 768], attentionDepth: 8)
            ),
        ]
    )
}
