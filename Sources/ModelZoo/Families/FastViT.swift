internal import Graph
internal import Tensors

// FastViT and MobileCLIP's picture encoders (MCi): convolutions that stand side by side in training, as timm runs them,
// and attention in the last stages of some.
//
// Papers: FastViT: A Fast Hybrid Vision Transformer using Structural Reparameterization
// (https://arxiv.org/abs/2303.14189), MobileCLIP (https://arxiv.org/abs/2311.17049), MobileCLIP2
// (https://arxiv.org/abs/2508.20691).
// Source: timm/models/fastvit.py (timm 1.0.31). No deviations: checkpoints whose branches are fused are not read,
// as timm does not read them either.

/// The numbers of a FastViT.
struct FastViT: ModelConfiguration, Equatable {
    /// The normalisation before attention.
    enum AttentionNormalization: Sendable, Equatable { case batch, layer }

    var depths: [Int]
    /// Width of the first stage, which doubles from stage to stage.
    var width: Int
    /// Width inside a perceptron, over its input's.
    var expansion = 4
    /// Stages that attend, the last ones.
    var attentionStages = 0
    /// Stages whose halving is gated.
    var gatedStages: Set<Int> = []
    /// Whether the large convolution of a halving is activated.
    var activatesHalving = false
    /// Whether the stem has 1x1 convolutions beside its 3x3 ones.
    var scalesStem = true
    var attentionNormalization = AttentionNormalization.batch

    private static let headWidth = 32
    private static let large = 7

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try parallel(b, "stem.0", b.input, width, kernel: 3, stride: 2, hasScale: scalesStem)
        x = try parallel(b, "stem.1", x, width, kernel: 3, stride: 2, groups: width, hasScale: scalesStem)
        x = try parallel(b, "stem.2", x, width)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        x = try b.scope("final_conv") { () throws(GraphError) in
            let y = try b.parallelConvolutions(x, 2 * x.channels, kernel: 3, groups: x.channels)
            return try b.activation(gated(b, y, .squeezeExcitation(divisor: 1)), .gelu)
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    private func stage(_ b: GraphBuilder, _ x: Value, _ stage: Int) throws(GraphError) -> Value {
        let attends = stage >= depths.count - attentionStages
        var y = stage > 0 ? try halved(b, x, isGated: gatedStages.contains(stage)) : x
        if attends {
            let places = try b.convolve(
                y,
                "pos_emb.pos_enc",
                y.channels,
                kernel: Self.large,
                groups: y.channels
            )
            y = try b.add(places, y)
        }
        for index in 0..<depths[stage] {
            y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                attends ? try attentionBlock(b, y) : try mixerBlock(b, y)
            }
        }
        return y
    }

    /// Source: `PatchEmbed` and `ReparamLargeKernelConv`.
    private func halved(_ b: GraphBuilder, _ x: Value, isGated: Bool) throws(GraphError) -> Value {
        func path(_ name: String, _ kernel: Int) throws(GraphError) -> Value {
            try b.convolutionBlock(
                x,
                name,
                2 * x.channels,
                kernel: Extent(kernel),
                stride: 2,
                groups: x.channels,
                activation: nil
            )
        }
        let y = try b.scope("downsample.proj.0") { () throws(GraphError) in
            var sum = try b.add(path("large_conv", Self.large), path("small_conv", 3))
            if isGated { sum = try gated(b, sum, .squeezeExcitation(ratio: 0.25)) }
            return try b.activation(sum, activatesHalving ? .gelu : nil)
        }
        return try parallel(b, "downsample.proj.1", y, y.channels)
    }

    /// Source: `RepMixerBlock`.
    private func mixerBlock(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let y = try b.scope("token_mixer") { () throws(GraphError) in
            let normal = try b.normalization(x, "norm.identity", nil)
            let mixed = try b.scope("mixer") { () throws(GraphError) in
                try b.parallelConvolutions(x, x.channels, kernel: 3, groups: x.channels)
            }
            let difference = try b.append(.binary(.subtract), [mixed, normal])
            return try b.add(x, scaled(b, difference, "layer_scale"))
        }
        return try b.add(y, scaled(b, perceptron(b, y), "layer_scale"))
    }

    /// Source: `AttentionBlock` and `Attention`.
    private func attentionBlock(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try b.normalization(
            x,
            "norm",
            nil,
            kind: attentionNormalization == .batch ? .batch() : .layer
        )
        let mixed = try b.scope("token_mixer") { () throws(GraphError) in
            let layer = SelfAttention(heads: x.channels / Self.headWidth, hasBias: false)
            let tokens = try b.selfAttention(b.tokens(normal), layer)
            return try b.map(tokens, height: x.height, width: x.width)
        }
        let y = try b.add(x, scaled(b, mixed, "layer_scale_1"))
        return try b.add(y, scaled(b, perceptron(b, y), "layer_scale_2"))
    }

    /// Source: `ConvMlp`.
    private func perceptron(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        try b.scope("mlp") { () throws(GraphError) in
            let wide = try b.convolutionBlock(
                x,
                "conv",
                x.channels,
                kernel: Extent(Self.large),
                groups: x.channels,
                activation: nil
            )
            return try b.convolutionalFeedForward(wide, hidden: expansion * x.channels)
        }
    }

    private func parallel(
        _ b: GraphBuilder,
        _ name: String,
        _ x: Value,
        _ width: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        hasScale: Bool = true
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let sum = try b.parallelConvolutions(
                x,
                width,
                kernel: kernel,
                stride: stride,
                groups: groups,
                hasScale: hasScale
            )
            return try b.activation(sum, .gelu)
        }
    }

    private func gated(_ b: GraphBuilder, _ x: Value, _ gate: ChannelAttention) throws(GraphError) -> Value {
        try b.scope("se") { () throws(GraphError) in try b.channelAttention(x, gate) }
    }

    private func scaled(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.multiply(x, b.parameter("\(name).gamma", [x.channels, 1, 1]))
    }

    /// Brings the names of FastViT's, MobileCLIP's and OpenCLIP's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try FastViTCheckpoint.remap(&tensors)
    }
}

extension FastViT {
    /// MobileCLIP's encoders of four stages.
    fileprivate static func clip(_ depths: [Int], width: Int) -> FastViT {
        FastViT(
            depths: depths,
            width: width,
            expansion: 3,
            attentionStages: 1,
            gatedStages: [2, 3],
            activatesHalving: true
        )
    }

    /// MobileCLIP2's encoders of five stages.
    fileprivate static func clip2(_ depths: [Int], width: Int) -> FastViT {
        FastViT(
            depths: depths,
            width: width,
            attentionStages: 2,
            activatesHalving: true,
            scalesStem: false,
            attentionNormalization: .layer
        )
    }
}

extension ModelFamily {
    /// The architectures of timm/models/fastvit.py, in its order.
    static let fastViT = ModelFamily(
        name: "fastvit",
        variants: [
            ("t8", FastViT(depths: [2, 2, 4, 2], width: 48, expansion: 3)),
            ("t12", FastViT(depths: [2, 2, 6, 2], width: 64, expansion: 3)),
            ("s12", FastViT(depths: [2, 2, 6, 2], width: 64)),
            ("sa12", FastViT(depths: [2, 2, 6, 2], width: 64, attentionStages: 1)),
            ("sa24", FastViT(depths: [4, 4, 12, 4], width: 64, attentionStages: 1)),
            ("sa36", FastViT(depths: [6, 6, 18, 6], width: 64, attentionStages: 1)),
            ("ma36", FastViT(depths: [6, 6, 18, 6], width: 76, attentionStages: 1)),
            ("mci0", FastViT.clip([2, 6, 10, 2], width: 64)),
            ("mci1", FastViT.clip([4, 12, 20, 4], width: 64)),
            ("mci2", FastViT.clip([4, 12, 24, 4], width: 80)),
            ("mci3", FastViT.clip2([2, 12, 24, 4, 2], width: 96)),
            ("mci4", FastViT.clip2([2, 12, 24, 4, 4], width: 128)),
        ].map { ModelVariant("fastvit_\($0)", $1) }
    )
}
