internal import Graph

// Cross-stage partial networks: half of a stage's channels goes around its blocks; with DarkNet without it.
//
// Papers: CSPNet (https://arxiv.org/abs/1911.11929), YOLOv3 (DarkNet-53, https://arxiv.org/abs/1804.02767); the CS3
// stages are those of YOLOv5.
// Source: timm/models/cspnet.py (timm 1.0.31). No deviations.

/// The numbers of a CSPNet.
struct CSPNet: ModelConfiguration, Equatable {
    /// The layers before the first stage.
    struct Stem: Sendable, Equatable {
        var widths = [32]
        var kernel: Extent = 3
        /// Stride of the first convolution.
        var stride = 2
        /// Padding where it is not symmetric.
        var padding: Edges?
        /// Whether a 3x3 maximum of stride 2 ends the stem.
        var isPooled = false
    }

    /// How a stage brings its branches together.
    enum StageKind: Sendable, Equatable {
        /// All channels pass the blocks.
        case dark
        /// Half of the channels passes the blocks and a transition of its own.
        case crossStage
        /// Half of the channels passes the blocks, without a transition of its own.
        case crossStage3
    }

    /// A residual block.
    enum BlockKind: Sendable, Equatable {
        /// 1x1, 3x3, 1x1.
        case bottleneck
        /// 1x1, 3x3.
        case dark
        /// 3x3, 1x1.
        case edge
    }

    /// A stage's numbers; ratios count from its output.
    struct Stage: Sendable, Equatable {
        var depth: Int
        var width: Int
        var stride = 2
        var groups = 1
        /// Width of the blocks.
        var blockRatio = 1.0
        /// Width inside a block, over the block's.
        var bottleneck = 1.0
        /// Width of the expansion that is split.
        var expansion = 1.0
    }

    var stem: Stem
    var stages: [Stage]
    var stageKind = StageKind.crossStage
    var blockKind = BlockKind.bottleneck
    var attention: ChannelAttention?
    /// Whether averages halve the extents in place of strided convolutions.
    var averagesDown = false
    /// Whether the halving convolution brings the channels to the stage's width.
    var growsDown = false
    /// Whether the expansion is left without activation.
    var isCrossLinear = false
    var activation = Activation.leakyReLU(slope: 0.01)

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = b.input
        for (index, width) in stem.widths.enumerated() {
            x = try b.convolutionBlock(
                x,
                "stem.conv\(index + 1)",
                width,
                kernel: stem.kernel,
                stride: index == 0 ? stem.stride : 1,
                padding: index == 0 ? stem.padding : nil,
                activation: activation
            )
        }
        if stem.isPooled { x = try b.maximumPool(x, padding: 1) }
        for (index, stage) in stages.enumerated() {
            x = try b.scope("stages.\(index)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1,
        isActivated: Bool = true
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups,
            activation: isActivated ? activation : nil
        )
    }

    private func rounded(_ width: Int, _ ratio: Double) -> Int {
        Int((Double(width) * ratio).rounded(.toNearestOrEven))
    }

    /// Source: `DarkStage`, `CrossStage`, `CrossStage3`.
    private func stage(_ b: GraphBuilder, _ x: Value, _ stage: Stage) throws(GraphError) -> Value {
        var x = x
        if averagesDown {
            let pooled = stage.stride == 2 ? try b.averagePool(x, kernel: 2, stride: 2) : x
            x = try unit(b, pooled, "conv_down.1", stage.width, groups: stage.groups)
        } else if stage.stride != 1 || stageKind == .dark {
            x = try unit(
                b,
                x,
                "conv_down",
                growsDown || stageKind == .dark ? stage.width : x.channels,
                kernel: 3,
                stride: stage.stride,
                groups: stage.groups
            )
        }
        guard stageKind != .dark else { return try blocks(b, x, stage) }
        let expanded = rounded(stage.width, stage.expansion)
        x = try unit(b, x, "conv_exp", expanded, isActivated: !isCrossLinear)
        let first = try b.channels(x, 0, expanded / 2)
        let second = try b.channels(x, expanded / 2, expanded / 2)
        let parts: [Value]
        if stageKind == .crossStage3 {
            parts = [try blocks(b, first, stage), second]
        } else {
            let passed = try blocks(b, second, stage)
            parts = [first, try unit(b, passed, "conv_transition_b", expanded / 2)]
        }
        return try unit(b, b.joined(parts), "conv_transition", stage.width)
    }

    private func blocks(_ b: GraphBuilder, _ x: Value, _ stage: Stage) throws(GraphError) -> Value {
        let width = rounded(stage.width, stage.blockRatio)
        var y = x
        for index in 0..<stage.depth {
            y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try block(
                    b,
                    y,
                    width,
                    inner: rounded(width, stage.bottleneck),
                    groups: stage.groups
                )
            }
        }
        return y
    }

    /// Source: `BottleneckBlock`, `DarkBlock`, `EdgeBlock`.
    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        inner: Int,
        groups: Int
    ) throws(GraphError) -> Value {
        var y: Value
        switch blockKind {
        case .bottleneck:
            y = try unit(b, x, "conv1", inner)
            y = try unit(b, y, "conv2", inner, kernel: 3, groups: groups)
            y = try gated(b, y, "attn2")
            y = try unit(b, y, "conv3", width, isActivated: false)
            return try b.activation(b.add(y, x), activation)
        case .dark:
            y = try unit(b, x, "conv1", inner)
            y = try gated(b, y, "attn")
            y = try unit(b, y, "conv2", width, kernel: 3, groups: groups)
        case .edge:
            y = try unit(b, x, "conv1", inner, kernel: 3, groups: groups)
            y = try gated(b, y, "attn")
            y = try unit(b, y, "conv2", width)
        }
        return try b.add(y, x)
    }

    private func gated(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        guard let attention else { return x }
        return try b.scope(name) { () throws(GraphError) in
            try b.channelAttention(x, attention, activation: activation)
        }
    }
}
