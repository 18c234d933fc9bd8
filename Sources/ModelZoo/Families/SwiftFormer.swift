internal import Graph
internal import Tensors

// SwiftFormer: convolutions, and in each stage's last block additive attention, whose cost grows with the positions and
// not with their square.
//
// Paper: SwiftFormer: Efficient Additive Attention for Transformer-based Real-time Mobile Vision Applications
// (https://arxiv.org/abs/2303.15446).
// Source: timm/models/swiftformer.py (timm 1.0.31). No deviations.

/// The numbers of a SwiftFormer.
struct SwiftFormer: ModelConfiguration, Equatable {
    var depths: [Int]
    var widths: [Int]

    private static let expansion = 4

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolve(b.input, "stem.0", widths[0] / 2, kernel: 3, stride: 2)
        x = try b.batchNormalization(x, "stem.1", .relu)
        x = try b.convolve(x, "stem.3", widths[0], kernel: 3, stride: 2)
        x = try b.batchNormalization(x, "stem.4", .relu)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    y = try b.convolve(y, "downsample.proj", widths[stage], kernel: 3, stride: 2)
                    y = try b.batchNormalization(y, "downsample.norm")
                }
                for index in 0..<depths[stage] {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                        guard index == depths[stage] - 1 else {
                            return try local(b, y, hidden: Self.expansion * y.channels)
                        }
                        return try attentionBlock(b, y)
                    }
                }
                return y
            }
        }
        x = try b.batchNormalization(x, "norm")
        let pooled = try b.globalAveragePool(x)
        b.output(.features, x)
        b.output(.embedding, pooled)
        guard options.classCount > 0 else { return b.output(.logits, pooled) }
        let first = try b.linear(pooled, "head", options.classCount)
        let second = try b.linear(pooled, "head_dist", options.classCount)
        b.output(.logits, try b.affine(b.add(first, second), 0.5))
    }

    /// A depthwise and two 1x1 convolutions, scaled and added to their input.
    ///
    /// Source: `ConvEncoder` and `LocalRepresentation`.
    private func local(_ b: GraphBuilder, _ x: Value, hidden: Int) throws(GraphError) -> Value {
        var y = try b.convolve(x, "dwconv", x.channels, kernel: 3, groups: x.channels)
        y = try b.batchNormalization(y, "norm")
        y = try b.activation(b.convolve(y, "pwconv1", hidden), .gelu)
        y = try b.convolve(y, "pwconv2", x.channels)
        return try b.add(x, scaled(b, y, "layer_scale"))
    }

    private func attentionBlock(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        var y = try b.scope("local_representation") { () throws(GraphError) in
            try local(b, x, hidden: x.channels)
        }
        let mixed = try b.scope("attn") { () throws(GraphError) in try additiveAttention(b, y) }
        y = try b.add(y, scaled(b, mixed, "layer_scale_1"))
        let refined = try b.scope("linear") { () throws(GraphError) in
            try b.convolutionalFeedForward(
                b.batchNormalization(y, "norm1"),
                hidden: Self.expansion * y.channels
            )
        }
        return try b.add(y, scaled(b, refined, "layer_scale_2"))
    }

    /// One vector asks for the whole picture: the queries' mean, weighted by a learned direction.
    ///
    /// Source: `EfficientAdditiveAttention`.
    private func additiveAttention(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let tokens = try b.tokens(x)
        let query = try b.unitLength(b.linear(tokens, "to_query", width))
        let key = try b.unitLength(b.linear(tokens, "to_key", width))
        let direction = try b.reshapeStatic(b.parameter("w_g", [width, 1]), [1, width])
        let scores = try b.affine(
            b.append(.linear, [query, direction]),
            1 / Float(width).squareRoot()
        )
        let weights = try b.unitLength(b.reshape(scores, [1, x.height * x.width]))
        let global = try b.append(.matrixProduct(transposesRight: false), [weights, query])
        let mixed = try b.add(b.linear(b.multiply(global, key), "proj", width), query)
        return try b.map(b.linear(mixed, "final", width), height: x.height, width: x.width)
    }

    private func scaled(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.multiply(x, b.parameter("\(name).gamma", [x.channels, 1, 1]))
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.0.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            let renamed = TensorNames.replacing(
                name,
                [
                    ("patch_embed.", "stem."), ("dist_head.", "head_dist."), ("attn.Proj.", "attn.proj."),
                    (".layer_scale_1", ".layer_scale_1.gamma"), (".layer_scale_2", ".layer_scale_2.gamma"),
                ]
            )
            let scaled = TensorNames.replacingPatterns(
                renamed,
                [(#"\.layer_scale(?=$|\.)"#, ".layer_scale.gamma")]
            )
            // The list holds stages and what stands between them in turn.
            var parts = scaled.split(separator: ".").map(String.init)
            guard parts.first == "network", parts.count > 2, let place = Int(parts[1]) else { return scaled }
            let isStage = place % 2 == 0
            parts.replaceSubrange(
                0..<2,
                with: isStage
                    ? ["stages", String(place / 2), "blocks"]
                    : ["stages", String(place / 2 + 1), "downsample"]
            )
            return parts.joined(separator: ".")
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/swiftformer.py, in its order.
    static let swiftFormer = ModelFamily(
        name: "swiftformer",
        variants: [
            ("xs", SwiftFormer(depths: [3, 3, 6, 4], widths: [48, 56, 112, 220])),
            ("s", SwiftFormer(depths: [3, 3, 9, 6], widths: [48, 64, 168, 224])),
            ("l1", SwiftFormer(depths: [4, 3, 10, 5], widths: [48, 96, 192, 384])),
            ("l3", SwiftFormer(depths: [4, 4, 12, 6], widths: [64, 128, 320, 512])),
        ].map { ModelVariant("swiftformer_\($0)", $1) }
    )
}
