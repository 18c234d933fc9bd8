internal import Graph
internal import Tensors

// iFormer: convolutional blocks, and in the later stages attention of one head over the whole map, whose result is
// multiplied by a gate.
//
// Paper: iFormer: Integrating ConvNet and Transformer for Mobile Application (https://arxiv.org/abs/2501.15369).
// Source: timm/models/iformer.py (timm 1.0.31). Deviations: attention in windows is left out, no model has it.

/// The numbers of an iFormer.
struct IFormer: ModelConfiguration, Equatable {
    var widths: [Int]
    /// Blocks of each stage; position, attention and perceptron are a block each.
    var depths: [Int]
    /// Attentions of each stage.
    var attentions: [Int]
    /// The stage's width over the attention's, where the stage has any.
    var headReductions = [1, 1, 2, 4]
    /// Hidden over outer width of the convolutional blocks.
    var convolutionRatio = 4
    /// Hidden over outer width of the perceptrons.
    var feedForwardRatio = 3
    var hasLayerScale = false
    /// Whether it has a second classifier, of which the mean is taken.
    var isDistilled = false

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let half = widths[0] / 2
        var x = try layer(b, b.input, "stem.conv1", half, kernel: 5, stride: 2, activation: .gelu)
        x = try layer(b, x, "stem.conv2", 4 * half, kernel: 5, stride: 2, activation: .gelu)
        x = try layer(b, x, "stem.conv3", widths[0])
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        let embedding = try b.globalAveragePool(x)
        b.output(.features, x)
        b.output(.embedding, embedding)
        guard options.classCount > 0 else { return b.output(.logits, embedding) }
        func classifier(_ name: String) throws(GraphError) -> Value {
            try b.linear(b.batchNormalization(embedding, name + ".bn"), name + ".l", options.classCount)
        }
        var logits = try classifier("head.head")
        if isDistilled { logits = try b.affine(b.add(logits, classifier("head.head_dist")), 0.5) }
        b.output(.logits, logits)
    }

    /// A convolution `c` without bias, a batch norm `bn` and an activation.
    private func layer(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        activation: Activation? = nil
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            layers: ("c", "bn"),
            activation: activation
        )
    }

    /// Convolutional blocks, the groups of attention, and one more convolutional block.
    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        let width = widths[stage]
        var x = stage == 0 ? input : try layer(b, input, "downsample", width, kernel: 3, stride: 2)
        let convolutions = depths[stage] - 3 * attentions[stage]
        let leading = attentions[stage] == 0 ? convolutions : max(convolutions - 1, 0)
        for index in 0..<depths[stage] {
            let place = index - leading
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                guard (0..<3 * attentions[stage]).contains(place) else { return try convolutional(b, x) }
                switch place % 3 {
                case 0: return try b.add(x, layer(b, x, "cpe.module", width, kernel: 3, groups: width))
                case 1: return try residual(b, x, attention(b, x, width / headReductions[stage]))
                default: return try residual(b, x, feedForward(b, x, ratio: feedForwardRatio, first: 0))
                }
            }
        }
        return x
    }

    private func residual(_ b: GraphBuilder, _ x: Value, _ y: Value) throws(GraphError) -> Value {
        guard hasLayerScale else { return try b.add(x, y) }
        return try b.add(x, b.multiply(y, b.parameter("mixer.gamma", [1, y.channels, 1, 1])))
    }

    private func convolutional(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let places = try layer(b, x, "mixer.module.0", x.channels, kernel: 7, groups: x.channels)
        return try residual(b, x, feedForward(b, places, ratio: convolutionRatio, first: 1))
    }

    /// Two 1x1 layers, the first at index `first` of the block's sequence.
    private func feedForward(_ b: GraphBuilder, _ x: Value, ratio: Int, first: Int) throws(GraphError)
        -> Value
    {
        let hidden = try layer(b, x, "mixer.module.\(first)", ratio * x.channels, activation: .gelu)
        return try layer(b, hidden, "mixer.module.\(first + 2)", x.channels)
    }

    /// Source: `SHMA`.
    private func attention(_ b: GraphBuilder, _ x: Value, _ features: Int) throws(GraphError) -> Value {
        try b.scope("mixer.module") { () throws(GraphError) in
            let (width, positions) = (x.channels, x.height * x.width)
            let query = try b.reshape(layer(b, x, "q", features), [features, positions])
            let key = try b.reshape(layer(b, x, "k", features), [features, positions])
            let both = try layer(b, x, "v_gate", 2 * width, activation: .sigmoid)
            let value = try b.reshape(b.channels(both, 0, width), [width, positions])
            let mixed = try b.mapAttention(query, key, value)
            let gated = try b.multiply(
                b.reshape(mixed, [width, x.height, x.width]),
                b.channels(both, width, width)
            )
            return try layer(b, gated, "proj", width)
        }
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacingPatterns(
                name,
                [
                    ("^classifier\\.classifier_dist\\.", "head.head_dist."),
                    ("^classifier\\.(classifier\\.)?", "head.head."),
                    ("^downsample_layers\\.0\\.0\\.", "stem.conv1."),
                    ("^downsample_layers\\.0\\.2\\.conv_exp_bn1\\.", "stem.conv2."),
                    ("^downsample_layers\\.0\\.2\\.conv_pwl_bn2\\.", "stem.conv3."),
                    ("^downsample_layers\\.([0-9]+)\\.(0\\.)?", "stages.$1.downsample."),
                    ("^stages\\.([0-9]+)\\.([0-9]+)\\.(block\\.)?", "stages.$1.blocks.$2."),
                    ("(token_)?channel_mixer", "mixer"), ("\\.m\\.", ".module."),
                ]
            )
        }
    }
}

extension ModelFamily {
    private static func medium(isDistilled: Bool) -> IFormer {
        IFormer(
            widths: [48, 96, 192, 384],
            depths: [2, 2, 22, 6],
            attentions: [0, 0, 4, 2],
            isDistilled: isDistilled
        )
    }

    private static func large(isDistilled: Bool) -> IFormer {
        IFormer(
            widths: [48, 96, 256, 384],
            depths: [2, 2, 33, 6],
            attentions: [0, 0, 8, 2],
            isDistilled: isDistilled
        )
    }

    private static func larger(isDistilled: Bool) -> IFormer {
        IFormer(
            widths: [64, 128, 256, 512],
            depths: [3, 3, 46, 9],
            attentions: [0, 0, 11, 3],
            isDistilled: isDistilled
        )
    }

    /// The architectures of timm/models/iformer.py, in its order.
    static let iFormer = ModelFamily(
        name: "iformer",
        variants: [
            ModelVariant(
                "iformer_t",
                IFormer(
                    widths: [32, 64, 128, 256],
                    depths: [2, 2, 16, 6],
                    attentions: [0, 0, 3, 2],
                    convolutionRatio: 3,
                    feedForwardRatio: 2
                )
            ),
            ModelVariant(
                "iformer_s",
                IFormer(widths: [32, 64, 176, 320], depths: [2, 2, 19, 6], attentions: [0, 0, 3, 2])
            ),
            ModelVariant("iformer_m", medium(isDistilled: false)),
            ModelVariant("iformer_l", large(isDistilled: false)),
            ModelVariant("iformer_l2", larger(isDistilled: false)),
            ModelVariant(
                "iformer_h",
                IFormer(
                    widths: [96, 192, 384, 768],
                    depths: [5, 5, 60, 18],
                    attentions: [0, 0, 15, 6],
                    headReductions: [1, 1, 1, 1],
                    feedForwardRatio: 4,
                    hasLayerScale: true
                )
            ),
            ModelVariant("iformer_m_distilled", medium(isDistilled: true)),
            ModelVariant("iformer_l_distilled", large(isDistilled: true)),
            ModelVariant("iformer_l2_distilled", larger(isDistilled: true)),
        ]
    )
}
