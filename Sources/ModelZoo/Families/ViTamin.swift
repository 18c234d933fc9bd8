internal import Graph
internal import Tensors

// ViTamin: two stages of inverted residual blocks, then a vision transformer with gated perceptrons.
//
// Paper: ViTamin: Designing Scalable Vision Models in the Vision-Language Era (https://arxiv.org/abs/2404.02132).
// Source: timm/models/vitamin.py (timm 1.0.31). Deviations: position embeddings of another grid than the checkpoint's are
// resampled as part of the graph, so that the checkpoint is read as it is.

/// The numbers of a ViTamin.
struct ViTamin: ModelConfiguration, Equatable {
    /// Height and width of the checkpoint's pictures.
    var size: Int
    /// Channels of the two convolutional stages and features of the tokens.
    var widths: [Int]
    var depth: Int
    var heads: Int
    var hasPositions = true

    private static let depths = [2, 4]

    /// Emits convolutional stages, transformer blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("patch_embed.backbone") { () throws(GraphError) in try backbone(b) }
        var x = try b.tokens(map)
        if hasPositions {
            let positions = try b.positionEmbedding(
                "pos_embed",
                width: widths[2],
                from: Extent(size / 16),
                to: Extent(height: map.height, width: map.width)
            )
            x = try b.add(x, positions)
        }
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, x) }
        }
        try b.linearClassifier(
            features: x,
            embedding: b.layerNormalization(b.averagedTokens(x), "fc_norm"),
            classCount: options.classCount,
            name: "head"
        )
    }

    private func backbone(_ b: GraphBuilder) throws(GraphError) -> Value {
        var x = try b.convolve(b.input, "stem.conv1", widths[0], kernel: 3, stride: 2)
        x = try b.activation(b.layerNormalization(x, "stem.norm1", axis: 1), .gelu)
        x = try b.convolve(x, "stem.conv2", widths[0], kernel: 3)
        for stage in Self.depths.indices {
            for index in 0..<Self.depths[stage] {
                x = try b.scope("stages.\(stage).\(index)") { () throws(GraphError) in
                    try inverted(b, x, widths[stage], stride: index == 0 ? 2 : 1)
                }
            }
        }
        x = try b.layerNormalization(x, "pool.norm", axis: 1)
        return try b.convolve(x, "pool.proj", widths[2], kernel: 3, stride: 2)
    }

    /// Source: `MbConvLNBlock`.
    private func inverted(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        var shortcut = x
        if stride > 1 {
            shortcut = try b.averagePool(x, kernel: 3, stride: 2, padding: 1, countsPadding: false)
            if x.channels != width { shortcut = try b.convolve(shortcut, "shortcut.expand", width) }
        }
        var y = try b.layerNormalization(x, "pre_norm", axis: 1)
        y = try b.activation(b.convolve(y, "conv1_1x1", 4 * width), .gelu)
        y = try b.convolve(y, "conv2_kxk", 4 * width, kernel: 3, stride: stride, groups: 4 * width)
        y = try b.convolve(b.activation(y, .gelu), "conv3_1x1", width)
        return try b.add(y, shortcut)
    }

    private func block(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            try b.selfAttention(normal, SelfAttention(heads: heads))
        }
        let y = try b.add(x, mixed)
        // The perceptron has a normalisation of its own behind the block's.
        let second = try b.layerNormalization(b.layerNormalization(y, "norm2"), "mlp.norm")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            let gate = try b.activation(b.linear(second, "w0", 2 * y.features), .gelu)
            let hidden = try b.multiply(gate, b.linear(second, "w1", 2 * y.features))
            return try b.linear(hidden, "w2", y.features)
        }
        return try b.add(y, refined)
    }

    /// Takes the picture encoder out of OpenCLIP's checkpoints.
    ///
    /// Source: timm/models/vision_transformer.py, `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try VisionTransformerCheckpoint(width: widths[2], patch: 1).remap(&tensors)
    }
}

extension ModelFamily {
    private static func large(_ size: Int) -> ViTamin {
        ViTamin(size: size, widths: [160, 320, 1024], depth: 31, heads: 16)
    }

    private static func extraLarge(_ size: Int) -> ViTamin {
        ViTamin(size: size, widths: [192, 384, 1152], depth: 32, heads: 16, hasPositions: false)
    }

    /// The architectures of timm/models/vitamin.py, in its order.
    static let viTamin = ModelFamily(
        name: "vitamin",
        variants: [
            ModelVariant(
                "vitamin_small_224",
                ViTamin(size: 224, widths: [64, 128, 384], depth: 14, heads: 6)
            ),
            ModelVariant(
                "vitamin_base_224",
                ViTamin(size: 224, widths: [128, 256, 768], depth: 14, heads: 12)
            ),
            ModelVariant("vitamin_large_224", large(224)),
            ModelVariant("vitamin_large_256", large(256)),
            ModelVariant("vitamin_large_336", large(336)),
            ModelVariant("vitamin_large_384", large(384)),
            ModelVariant("vitamin_large2_224", large(224)),
            ModelVariant("vitamin_large2_256", large(256)),
            ModelVariant("vitamin_large2_336", large(336)),
            ModelVariant("vitamin_large2_384", large(384)),
            ModelVariant("vitamin_xlarge_256", extraLarge(256)),
            ModelVariant("vitamin_xlarge_336", extraLarge(336)),
            ModelVariant("vitamin_xlarge_384", extraLarge(384)),
        ]
    )
}
