internal import Graph

// Visformer: a transformer over maps whose first stage convolves where the later ones attend, with batch norms
// throughout.
//
// Paper: Visformer: The Vision-friendly Transformer (https://arxiv.org/abs/2104.12533).
// Source: timm/models/visformer.py (timm 1.0.31). No deviations. Another size is refused: timm does not resample this
// family's positions.

/// The numbers of a Visformer.
struct Visformer: ModelConfiguration, Equatable {
    /// Channels of the stem.
    var stem: Int
    /// Channels of the second stage; the first has half, the third twice as many.
    var width: Int
    var heads: Int

    private static let size = 224
    private static let depths = [7, 4, 4]
    /// Extents of the patches of each stage.
    private static let patches = [4, 2, 2]
    /// Groups of the first stage's 3x3 convolutions.
    private static let groups = 8

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try b.requireSize(Self.size)
        var x = try b.convolution(b.input, "stem.0", stem, kernel: 7, stride: 2)
        x = try b.batchNormalization(x, "stem.1", .relu)
        for stage in Self.depths.indices {
            let channels = (width << stage) / 2
            x = try b.scope("patch_embed\(stage + 1)") { () throws(GraphError) in
                let map = try b.patchEmbedding(x, patch: Self.patches[stage], width: channels)
                return try b.batchNormalization(map, "norm")
            }
            x = try b.add(x, b.parameter("pos_embed\(stage + 1)", [1, channels, x.height, x.width]))
            for index in 0..<Self.depths[stage] {
                x = try b.scope("stage\(stage + 1).\(index)") { () throws(GraphError) in
                    try block(b, x, isConvolutional: stage == 0)
                }
            }
        }
        x = try b.batchNormalization(x, "norm")
        try b.averagedClassifier(x, classCount: options.classCount, name: "head")
    }

    private func block(_ b: GraphBuilder, _ input: Value, isConvolutional: Bool) throws(GraphError) -> Value {
        var x = input
        if !isConvolutional {
            let normal = try b.batchNormalization(x, "norm1")
            x = try b.add(x, b.scope("attn") { () throws(GraphError) in try attention(b, normal) })
        }
        let channels = x.channels
        var y = try b.batchNormalization(x, "norm2")
        let hidden = (isConvolutional ? 2 : 4) * channels
        y = try b.activation(b.convolution(y, "mlp.conv1", hidden), .gelu)
        if isConvolutional {
            y = try b.convolution(y, "mlp.conv2", hidden, kernel: 3, groups: Self.groups)
            y = try b.activation(y, .gelu)
        }
        return try b.add(x, b.convolution(y, "mlp.conv3", channels))
    }

    private func attention(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let qkv = try b.tokens(b.convolution(x, "qkv", 3 * x.channels))
        let parts = try b.splitHeads(qkv, parts: 3, heads: heads)
        let mixed = try b.joinHeads(b.attention(parts[0], parts[1], parts[2]))
        return try b.convolution(b.map(mixed, height: x.height, width: x.width), "proj", x.channels)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/visformer.py, in its order.
    static let visformer = ModelFamily(
        name: "visformer",
        variants: [
            ModelVariant("visformer_tiny", Visformer(stem: 16, width: 192, heads: 3)),
            ModelVariant("visformer_small", Visformer(stem: 32, width: 384, heads: 6)),
        ]
    )
}
