internal import Graph
internal import Tensors

// GhostNet: half of a layer's channels is a cheap function of the other half.
//
// Papers: GhostNet (https://arxiv.org/abs/1911.11907), GhostNetV2 (https://arxiv.org/abs/2211.12905), GhostNetV3
// (https://arxiv.org/abs/2404.11202); RepGhost (https://arxiv.org/abs/2211.06088), whose variants have a family of their
// own in timm.
// Source: timm/models/ghostnet.py (timm 1.0.31). No deviations: V3 keeps the parallel convolutions of training, as
// timm's model and its checkpoints do.

/// The numbers of a GhostNet.
struct GhostNet: ModelConfiguration, Equatable {
    /// The paper.
    enum Version: Sendable, Equatable {
        case v1
        /// With attention over long rows and columns.
        case v2
        /// With attention, and three parallel convolutions in place of each.
        case v3
        /// RepGhost: the cheap function is added and not put beside, so that blocks are half as wide inside.
        case reparameterizable
    }

    /// Multiplies widths.
    var width: Double
    var version = Version.v1

    /// A block's numbers before scaling.
    private struct Block {
        var kernel: Int
        var inner: Int
        var outputs: Int
        var squeezeRatio: Double
        var stride: Int

        init(_ kernel: Int, _ inner: Int, _ outputs: Int, _ squeezeRatio: Double, _ stride: Int) {
            self.kernel = kernel
            self.inner = inner
            self.outputs = outputs
            self.squeezeRatio = squeezeRatio
            self.stride = stride
        }
    }

    private var stages: [[Block]] {
        // The two blocks in which RepGhost's table differs by more than the half.
        let middle = version == .reparameterizable ? 240 : 184
        return [
            [Block(3, 16, 16, 0, 1)],
            [Block(3, 48, 24, 0, 2)],
            [Block(3, 72, 24, 0, 1)],
            [Block(5, 72, 40, 0.25, 2)],
            [Block(5, 120, 40, 0.25, 1)],
            [Block(3, 240, 80, 0, 2)],
            [
                Block(3, 200, 80, 0, 1), Block(3, middle, 80, 0, 1), Block(3, middle, 80, 0, 1),
                Block(3, 480, 112, 0.25, 1), Block(3, 672, 112, 0.25, 1),
            ],
            [Block(5, 672, 160, 0.25, 2)],
            [
                Block(5, 960, 160, 0, 1), Block(5, 960, 160, 0.25, 1), Block(5, 960, 160, 0, 1),
                Block(5, 960, 160, 0.25, 1),
            ],
        ]
    }

    private func scaled(_ channels: Int) -> Int {
        ChannelRounding.divisible(Double(channels) * width, by: 4)
    }

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolution(b.input, "conv_stem", scaled(16), kernel: 3, stride: 2)
        x = try b.normalization(x, "bn1")
        var position = 0
        for (stage, blocks) in stages.enumerated() {
            for (index, block) in blocks.enumerated() {
                // The first two blocks are without attention.
                let hasAttention = (version == .v2 || version == .v3) && position > 1
                x = try b.scope("blocks.\(stage).\(index)") { () throws(GraphError) in
                    try residual(GhostLayers(builder: b, version: version), x, block, hasAttention)
                }
                position += 1
            }
        }
        x = try b.scope("blocks.\(stages.count).0") { () throws(GraphError) in
            try b.normalization(b.convolution(x, "conv", scaled(960)), "bn1")
        }
        try b.convolutionHead(x, hasBias: true, classCount: options.classCount)
    }

    /// Source: `GhostBottleneck`, `GhostBottleneckV3`.
    private func residual(
        _ layers: GhostLayers,
        _ x: Value,
        _ block: Block,
        _ hasAttention: Bool
    ) throws(GraphError) -> Value {
        let b = layers.builder
        let inner = scaled(version == .reparameterizable ? block.inner / 2 : block.inner)
        let outputs = scaled(block.outputs)
        var y = try b.scope("ghost1") { () throws(GraphError) in
            try layers.ghost(x, inner, activation: .relu, hasAttention: hasAttention)
        }
        if block.stride > 1 { y = try layers.reduction(y, kernel: block.kernel, stride: block.stride) }
        if block.squeezeRatio > 0 {
            y = try b.squeezeExcitation(
                y,
                "se",
                reducedTo: ChannelRounding.divisible(Double(inner) * block.squeezeRatio, by: 4),
                layers: ("conv_reduce", "conv_expand"),
                gate: .hardSigmoid
            )
        }
        y = try b.scope("ghost2") { () throws(GraphError) in
            try layers.ghost(y, outputs, activation: nil, hasAttention: false)
        }
        guard block.stride > 1 || x.channels != outputs else { return try b.add(y, x) }
        let shortcut = try b.scope("shortcut") { () throws(GraphError) in
            var z = try b.convolution(
                x,
                "0",
                x.channels,
                kernel: Extent(block.kernel),
                stride: block.stride,
                groups: x.channels
            )
            z = try b.normalization(z, "1", nil)
            return try b.normalization(b.convolution(z, "2", outputs), "3", nil)
        }
        return try b.add(y, shortcut)
    }

    /// Gives timm's names to the checkpoints of GhostNetV3's authors; counts of operations are left out.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard version != .reparameterizable else { return }
        try TensorNames.rename(&tensors) { name in
            guard !name.contains("total") else { return nil }
            guard name.contains(".ghost") || name.contains(".dw_rpr_") else { return name }
            return name.replacing("bn.", with: "bn1.")
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/ghostnet.py, in its order.
    static let ghostNet = ModelFamily(
        name: "ghostnet",
        variants: [
            ModelVariant("ghostnet_050", GhostNet(width: 0.5)),
            ModelVariant("ghostnet_100", GhostNet(width: 1)),
            ModelVariant("ghostnet_130", GhostNet(width: 1.3)),
            ModelVariant("ghostnetv2_100", GhostNet(width: 1, version: .v2)),
            ModelVariant("ghostnetv2_130", GhostNet(width: 1.3, version: .v2)),
            ModelVariant("ghostnetv2_160", GhostNet(width: 1.6, version: .v2)),
            ModelVariant("ghostnetv3_050", GhostNet(width: 0.5, version: .v3)),
            ModelVariant("ghostnetv3_100", GhostNet(width: 1, version: .v3)),
            ModelVariant("ghostnetv3_130", GhostNet(width: 1.3, version: .v3)),
            ModelVariant("ghostnetv3_160", GhostNet(width: 1.6, version: .v3)),
        ]
    )
}
