internal import Graph

// VoVNet: blocks that join the results of all their convolutions once, at their end.
//
// Papers: An Energy and GPU-Computation Efficient Backbone Network (https://arxiv.org/abs/1904.09730), CenterMask (V2,
// https://arxiv.org/abs/1911.06667).
// Source: timm/models/vovnet.py (timm 1.0.31). No deviations.

/// The numbers of a VoVNet.
struct VoVNet: ModelConfiguration, Equatable {
    /// The gate at a stage's end.
    enum Gate: Sendable, Equatable {
        case none
        /// One layer without reduction.
        case effectiveSqueeze
        /// ECA.
        case efficient
    }

    /// Widths of the stem's three convolutions.
    var stemWidths = [64, 64, 128]
    /// Widths of the blocks' convolutions, by stage.
    var widths = [128, 160, 192, 224]
    /// Widths of the stages.
    var outputs = [256, 512, 768, 1024]
    /// Blocks of each stage.
    var depths: [Int]
    /// Convolutions of a block.
    var layers = 5
    /// Whether blocks but a stage's first add their input.
    var hasShortcut = true
    /// Whether convolutions are depthwise separable.
    var isSeparable = false
    var gate = Gate.effectiveSqueeze
    var normalization = Normalization.batch()

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolutionBlock(
            b.input,
            "stem.0",
            stemWidths[0],
            kernel: 3,
            stride: 2,
            normalization: normalization
        )
        x = try unit(b, x, "stem.1", stemWidths[1])
        x = try unit(b, x, "stem.2", stemWidths[2], stride: 2)
        for (stage, depth) in depths.enumerated() {
            if stage > 0 { x = try b.maximumPool(x, roundsUp: true) }
            for index in 0..<depth {
                x = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    try block(b, x, stage: stage, isFirst: index == 0, isLast: index == depth - 1)
                }
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    /// Source: `OsaBlock`.
    private func block(_ b: GraphBuilder, _ x: Value, stage: Int, isFirst: Bool, isLast: Bool)
        throws(GraphError) -> Value
    {
        let width = widths[stage]
        var parts = [x]
        var y = x
        if isSeparable, x.channels != width { y = try point(b, y, "conv_reduction", width) }
        for layer in 0..<layers {
            y = try unit(b, y, "conv_mid.\(layer)", width)
            parts.append(y)
        }
        y = try point(b, b.joined(parts), "conv_concat", outputs[stage])
        if isLast { y = try b.scope("attn") { () throws(GraphError) in try gated(b, y) } }
        return hasShortcut && !isFirst ? try b.add(y, x) : y
    }

    private func gated(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        switch gate {
        case .none: return x
        case .effectiveSqueeze: return try b.effectiveSqueeze(x)
        case .efficient: return try b.channelAttention(x, .efficient)
        }
    }

    private func point(_ b: GraphBuilder, _ x: Value, _ name: String, _ outputs: Int) throws(GraphError)
        -> Value
    {
        try b.convolutionBlock(x, name, outputs, normalization: normalization)
    }

    /// A 3x3 convolution, or a depthwise and a pointwise one under one normalisation.
    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        stride: Int = 1
    ) throws(GraphError) -> Value {
        guard isSeparable else {
            return try b.convolutionBlock(
                x,
                name,
                outputs,
                kernel: 3,
                stride: stride,
                normalization: normalization
            )
        }
        return try b.scope(name) { () throws(GraphError) in
            var y = try b.convolution(
                x,
                "conv_dw",
                x.channels,
                kernel: 3,
                stride: stride,
                groups: x.channels
            )
            y = try b.convolution(y, "conv_pw", outputs)
            return try b.normalization(y, "bn", .relu, kind: normalization)
        }
    }

    private static let slim = (widths: [64, 80, 96, 112], outputs: [112, 256, 384, 512])

    /// The slim variant of 19 layers.
    static func slim19(stemWidths: [Int] = [64, 64, 128], isSeparable: Bool = false) -> VoVNet {
        VoVNet(
            stemWidths: stemWidths,
            widths: slim.widths,
            outputs: slim.outputs,
            depths: [1, 1, 1, 1],
            layers: 3,
            isSeparable: isSeparable
        )
    }
}

extension ModelFamily {
    /// The architectures of timm/models/vovnet.py, in its order.
    static let voVNet = ModelFamily(
        name: "vovnet",
        variants: [
            ModelVariant("vovnet39a", VoVNet(depths: [1, 1, 2, 2], hasShortcut: false, gate: .none)),
            ModelVariant("vovnet57a", VoVNet(depths: [1, 1, 4, 3], hasShortcut: false, gate: .none)),
            ModelVariant(
                "ese_vovnet19b_slim_dw",
                VoVNet.slim19(stemWidths: [64, 64, 64], isSeparable: true)
            ),
            ModelVariant(
                "ese_vovnet19b_dw",
                VoVNet(stemWidths: [64, 64, 64], depths: [1, 1, 1, 1], layers: 3, isSeparable: true)
            ),
            ModelVariant("ese_vovnet19b_slim", VoVNet.slim19()),
            ModelVariant("ese_vovnet39b", VoVNet(depths: [1, 1, 2, 2])),
            ModelVariant("ese_vovnet57b", VoVNet(depths: [1, 1, 4, 3])),
            ModelVariant("ese_vovnet99b", VoVNet(depths: [1, 3, 9, 3])),
            ModelVariant("eca_vovnet39b", VoVNet(depths: [1, 1, 2, 2], gate: .efficient)),
            ModelVariant(
                "ese_vovnet39b_evos",
                VoVNet(depths: [1, 1, 2, 2], normalization: .evolvedS0InGroups(32))
            ),
        ]
    )
}
