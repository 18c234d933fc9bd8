internal import Graph
internal import Tensors

// DaViT: attention in windows and attention between features in turn.
//
// Paper: DaViT: Dual Attention Vision Transformers (https://arxiv.org/abs/2204.03645).
// Source: timm/models/davit.py (timm 1.0.31). No deviations.

/// The numbers of a DaViT.
struct DaViT: ModelConfiguration, Equatable {
    var depths: [Int]
    var widths: [Int]
    var heads: [Int]
    /// Whether it is Florence-2's: windows of 12, overlapping reductions, the second form of attention between features.
    var isFlorence = false

    private static let normalization = TokenNormalization.layer(epsilon: 1e-5)

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolve(
            padded(b, b.input, multiple: 4),
            "stem.conv",
            widths[0],
            kernel: 7,
            stride: 4,
            padding: 3
        )
        x = try b.normalization(x, "stem.norm", Self.normalization, axis: 1)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        let embedding = try b.normalization(b.globalAveragePool(x), "head.norm", Self.normalization)
        try b.linearClassifier(
            features: x,
            embedding: embedding,
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// Rows and columns of zeros at the bottom and right up to a multiple.
    private func padded(_ b: GraphBuilder, _ x: Value, multiple: Int) throws(GraphError) -> Value {
        let rows = (multiple - x.height % multiple) % multiple
        let columns = (multiple - x.width % multiple) % multiple
        guard rows > 0 || columns > 0 else { return x }
        let amounts = PaddingAmounts(
            mode: .constant(0),
            before: [0, 0, 0, 0],
            after: [0, 0, rows, columns]
        )
        return try b.append(.padding(amounts), [x])
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        var x = input
        if stage > 0 {
            x = try b.normalization(x, "downsample.norm", Self.normalization, axis: 1)
            if !isFlorence { x = try padded(b, x, multiple: 2) }
            x = try b.convolve(
                x,
                "downsample.conv",
                widths[stage],
                kernel: isFlorence ? 3 : 2,
                stride: 2,
                padding: isFlorence ? 1 : 0
            )
        }
        for index in 0..<depths[stage] {
            let names = isFlorence ? ["spatial_block", "channel_block"] : ["0", "1"]
            for (name, isSpatial) in zip(names, [true, false]) {
                x = try b.scope("blocks.\(index).\(name)") { () throws(GraphError) in
                    try block(b, x, heads: heads[stage], isSpatial: isSpatial)
                }
            }
        }
        return x
    }

    private func block(
        _ b: GraphBuilder,
        _ input: Value,
        heads: Int,
        isSpatial: Bool
    ) throws(GraphError) -> Value {
        let (height, width, channels) = (input.height, input.width, input.channels)
        func placed(_ map: Value, _ name: String) throws(GraphError) -> Value {
            try b.add(
                map,
                b.convolve(map, "\(name).proj", channels, kernel: 3, groups: channels)
            )
        }
        var x = try b.tokens(placed(input, "cpe1"))
        let normal = try b.normalization(x, "norm1", Self.normalization)
        let mixed = try b.scope("attn") { () throws(GraphError) in
            guard isSpatial else { return try featureAttention(b, normal, heads: heads) }
            let plan = WindowPlan(
                map: Extent(height: height, width: width),
                window: Extent(isFlorence ? 12 : 7),
                shift: 0
            )
            let windows = try b.windows(b.reshape(normal, [height, width, channels]), plan)
            let attended = try b.selfAttention(windows, SelfAttention(heads: heads))
            return try b.reshape(b.unwindowed(attended, plan), [height * width, channels])
        }
        x = try b.tokens(placed(b.map(b.add(x, mixed), height: height, width: width), "cpe2"))
        let second = try b.normalization(x, "norm2", Self.normalization)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * channels))
        }
        return try b.map(b.add(x, refined), height: height, width: width)
    }

    /// Attention between the features of a head, over all tokens.
    private func featureAttention(_ b: GraphBuilder, _ x: Value, heads: Int) throws(GraphError) -> Value {
        let (tokens, size) = (x.type.dimensions[0], x.features / heads)
        let qkv = try b.reshape(b.linear(x, "qkv", 3 * x.features), [tokens, 3, heads, size])
        let turned = try b.transpose(qkv, [0, 2, 3, 4, 1])
        var parts: [Value] = []
        for part in 0..<3 {
            parts.append(try b.reshape(b.slice(turned, axis: 1, part, 1), [heads, size, tokens]))
        }
        // The first form relates key and value and mixes the query; the second is the usual way round.
        let order = isFlorence ? [0, 1, 2] : [1, 2, 0]
        let scale = 1 / Float(isFlorence ? tokens : size).squareRoot()
        let mixed = try b.attention(parts[order[0]], parts[order[1]], parts[order[2]], scale: scale)
        let joined = try b.reshape(b.transpose(mixed, [0, 3, 1, 2]), [tokens, x.features])
        return try b.linear(joined, "proj", x.features)
    }

    /// Brings the names of the paper's and of Florence-2's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.conv.weight"] == nil else { return }
        if tensors["vision_tower.convs.0.proj.weight"] != nil {
            TensorNames.keep(prefix: "vision_tower.", of: &tensors)
            return try TensorNames.rename(&tensors) { name in
                let staged = TensorNames.replacingPatterns(
                    name,
                    [
                        ("convs\\.([0-9]+)", "stages.$1.downsample"),
                        ("blocks\\.([0-9]+)", "stages.$1.blocks"),
                    ]
                )
                return TensorNames.replacing(
                    staged,
                    [
                        ("downsample.proj", "downsample.conv"), ("stages.0.downsample", "stem"),
                        ("window_attn.norm.", "norm1."), ("window_attn.fn.", "attn."),
                        ("channel_attn.norm.", "norm1."), ("channel_attn.fn.", "attn."),
                        ("ffn.norm.", "norm2."), ("ffn.fn.net.", "mlp."), ("conv1.fn.dw", "cpe1.proj"),
                        ("conv2.fn.dw", "cpe2.proj"),
                    ]
                )
            }
        }
        try TensorNames.rename(&tensors) { name in
            let staged = TensorNames.replacingPatterns(
                name,
                [
                    ("patch_embeds\\.([0-9]+)", "stages.$1.downsample"),
                    ("main_blocks\\.([0-9]+)", "stages.$1.blocks"),
                ]
            )
            return TensorNames.replacing(
                staged,
                [
                    ("downsample.proj", "downsample.conv"), ("stages.0.downsample", "stem"),
                    ("head.", "head.fc."), ("norms.", "head.norm."), ("cpe.0", "cpe1"), ("cpe.1", "cpe2"),
                ]
            )
        }
    }
}
