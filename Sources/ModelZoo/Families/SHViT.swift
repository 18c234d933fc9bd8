internal import Graph

// SHViT: one head attends over a part of the channels, between depthwise convolutions and perceptrons.
//
// Paper: SHViT: Single-Head Vision Transformer with Memory Efficient Macro Design (https://arxiv.org/abs/2401.16456).
// Source: timm/models/shvit.py (timm 1.0.31). No deviations.

/// The numbers of a SHViT.
struct SHViT: ModelConfiguration, Equatable {
    var widths: [Int]
    /// Channels that attend; the first stage's do not.
    var attendedWidths: [Int]
    var depths: [Int]

    /// Channels of a query and of a key.
    private static let keyWidth = 16

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = SandwichLayers(builder: b, convolutionName: "c")
        var x = try b.scope("patch_embed") { () throws(GraphError) in
            try layers.stem(b.input, names: ["0", "2", "4", "6"], width: widths[0])
        }
        for stage in depths.indices {
            if stage > 0 {
                x = try b.scope("stages.\(stage).downsample") { () throws(GraphError) in
                    try layers.downsample(x, width: widths[stage], names: ["0", "1", "2", "3", "4"])
                }
            }
            for index in 0..<depths[stage] {
                x = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    var y = try layers.depthwise(x, "conv")
                    if stage > 0 {
                        let mixed = try b.scope("mixer.m") { () throws(GraphError) in
                            try attention(layers, y, attendedWidths[stage])
                        }
                        y = try b.add(y, mixed)
                    }
                    return try layers.feedForward(y, "ffn")
                }
            }
        }
        try layers.classifier(x, classCount: options.classCount, layer: "l")
    }

    /// Source: `SHSA`.
    private func attention(_ layers: SandwichLayers, _ x: Value, _ width: Int) throws(GraphError) -> Value {
        let (b, key) = (layers.builder, Self.keyWidth)
        let normal = try b.normalization(b.channels(x, 0, width), "pre_norm", nil, kind: .groups(1))
        let all = try layers.unit(normal, "qkv", 2 * key + width)
        let mixed = try layers.attention(
            query: b.channels(all, 0, key),
            key: b.channels(all, key, key),
            value: b.channels(all, 2 * key, width)
        )
        let joined = try b.joined([mixed, b.channels(x, width, x.channels - width)])
        return try layers.unit(b.activation(joined, .relu), "proj.1", x.channels)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/shvit.py, in its order.
    static let shViT = ModelFamily(
        name: "shvit",
        variants: [
            ("s1", SHViT(widths: [128, 224, 320], attendedWidths: [32, 48, 68], depths: [2, 4, 5])),
            ("s2", SHViT(widths: [128, 308, 448], attendedWidths: [32, 66, 96], depths: [2, 4, 5])),
            ("s3", SHViT(widths: [192, 352, 448], attendedWidths: [48, 75, 96], depths: [3, 5, 5])),
            ("s4", SHViT(widths: [224, 336, 448], attendedWidths: [48, 72, 96], depths: [4, 7, 6])),
        ].map { ModelVariant("shvit_\($0)", $1) }
    )
}
