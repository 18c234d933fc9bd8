internal import Graph

// RepViT: a convolutional network in the arrangement of light transformers: a depthwise layer mixes places, a perceptron
// of 1x1 convolutions mixes channels.
//
// Paper: RepViT: Revisiting Mobile CNN From ViT Perspective (https://arxiv.org/abs/2307.09283).
// Source: timm/models/repvit.py (timm 1.0.31). No deviations; the parallel convolutions of training stay, as in timm's
// models and their checkpoints.

/// The numbers of a RepViT.
struct RepViT: ModelConfiguration, Equatable {
    var widths: [Int]
    var depths: [Int]
    /// Whether the 1x1 path of a mixer is normalised by itself instead of the sum.
    var normalizesPaths = false

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in
            let y = try unit(b, b.input, "conv1", widths[0] / 2, kernel: 3, stride: 2)
            return try unit(b, b.activation(y, .gelu), "conv2", widths[0], kernel: 3, stride: 2)
        }
        for stage in widths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = stage > 0 ? try reduced(b, x, widths[stage]) : x
                for index in 0..<depths[stage] {
                    y = try block(b, y, "blocks.\(index)", isGated: index % 2 == 0)
                }
                return y
            }
        }
        let embedding = try b.globalAveragePool(x)
        try b.averagedClassifiers(
            embedding,
            features: x,
            classCount: options.classCount,
            names: ["head.head", "head.head_dist"]
        ) { (name) throws(GraphError) in
            try b.linear(b.batchNormalization(embedding, "\(name).bn"), "\(name).l", options.classCount)
        }
    }

    /// A convolution and its normalisation.
    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            layers: ("c", "bn"),
            activation: nil
        )
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        isGated: Bool
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            var y = try b.scope("token_mixer") { () throws(GraphError) in try mixed(b, x) }
            if isGated {
                y = try b.scope("se") { () throws(GraphError) in
                    try b.channelAttention(y, .squeezeExcitation(ratio: 0.25))
                }
            }
            return try b.add(y, perceptron(b, y, "channel_mixer"))
        }
    }

    /// A 3x3 and a 1x1 depthwise convolution and the input itself, summed.
    private func mixed(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let large = try unit(b, x, "conv", width, kernel: 3, groups: width)
        guard normalizesPaths else {
            let small = try b.convolve(x, "conv1", width, groups: width)
            return try b.batchNormalization(b.add(b.add(large, small), x), "bn")
        }
        return try b.add(b.add(large, unit(b, x, "conv1", width, groups: width)), x)
    }

    private func perceptron(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let hidden = try b.activation(unit(b, x, "conv1", 2 * x.channels), .gelu)
            return try unit(b, hidden, "conv2", x.channels)
        }
    }

    /// Half the extents and `outputs` channels.
    private func reduced(_ b: GraphBuilder, _ x: Value, _ outputs: Int) throws(GraphError) -> Value {
        try b.scope("downsample") { () throws(GraphError) in
            let mixed = try block(b, x, "pre_block", isGated: false)
            let halved = try unit(
                b,
                mixed,
                "spatial_downsample",
                x.channels,
                kernel: 3,
                stride: 2,
                groups: x.channels
            )
            let widened = try unit(b, halved, "channel_downsample", outputs)
            return try b.add(perceptron(b, widened, "ffn"), widened)
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/repvit.py, in its order.
    static let repViT = ModelFamily(
        name: "repvit",
        variants: [
            ModelVariant(
                "repvit_m1",
                RepViT(widths: [48, 96, 192, 384], depths: [2, 2, 14, 2], normalizesPaths: true)
            ),
            ModelVariant(
                "repvit_m2",
                RepViT(widths: [64, 128, 256, 512], depths: [2, 2, 12, 2], normalizesPaths: true)
            ),
            ModelVariant(
                "repvit_m3",
                RepViT(widths: [64, 128, 256, 512], depths: [4, 4, 18, 2], normalizesPaths: true)
            ),
            ModelVariant("repvit_m0_9", RepViT(widths: [48, 96, 192, 384], depths: [2, 2, 14, 2])),
            ModelVariant("repvit_m1_0", RepViT(widths: [56, 112, 224, 448], depths: [2, 2, 14, 2])),
            ModelVariant("repvit_m1_1", RepViT(widths: [64, 128, 256, 512], depths: [2, 2, 12, 2])),
            ModelVariant("repvit_m1_5", RepViT(widths: [64, 128, 256, 512], depths: [4, 4, 24, 4])),
            ModelVariant("repvit_m2_3", RepViT(widths: [80, 160, 320, 640], depths: [6, 6, 34, 2])),
        ]
    )
}
