internal import Graph

// The first squeeze-and-excitation networks, as Cadene's pretrained-models published them.
//
// Paper: Squeeze-and-Excitation Networks (https://arxiv.org/abs/1709.01507).
// Source: timm/models/senet.py (timm 1.0.31). No deviations.

/// The numbers of an SENet.
struct SENet: ModelConfiguration, Equatable {
    /// A residual block with a gate.
    enum Block: Sendable, Equatable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1 with the stride, 3x3, 1x1.
        case bottleneck
        /// 1x1, 3x3 with the stride in groups of 4 to 32 channels, 1x1.
        case grouped
        /// SENet-154: 1x1 to twice the width, 3x3 to four times.
        case wide

        /// Output channels over the stage's width.
        var expansion: Int { self == .basic ? 1 : 4 }
    }

    var block: Block
    /// Blocks a stage.
    var depths: [Int]
    /// Groups of the 3x3 convolutions.
    var groups = 1
    /// Whether the stem is three 3x3 convolutions, and shortcuts are 3x3.
    var isDeep = false

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = b.input
        if isDeep {
            for (index, width) in [64, 64, 128].enumerated() {
                x = try b.convolution(
                    x,
                    "layer0.conv\(index + 1)",
                    width,
                    kernel: 3,
                    stride: index == 0 ? 2 : 1
                )
                x = try b.normalization(x, "layer0.bn\(index + 1)")
            }
        } else {
            x = try b.convolution(x, "layer0.conv1", 64, kernel: 7, stride: 2)
            x = try b.normalization(x, "layer0.bn1")
        }
        x = try b.maximumPool(x, roundsUp: true)
        for (stage, width) in [64, 128, 256, 512].enumerated() {
            for index in 0..<depths[stage] {
                x = try b.scope("layer\(stage + 1).\(index)") { () throws(GraphError) in
                    try residual(
                        b,
                        x,
                        width,
                        stride: stage > 0 && index == 0 ? 2 : 1,
                        shortcutKernel: isDeep && stage > 0 ? 3 : 1
                    )
                }
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "last_linear")
    }

    private func residual(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        stride: Int,
        shortcutKernel: Extent
    ) throws(GraphError) -> Value {
        let outputs = width * block.expansion
        var y: Value
        switch block {
        case .basic:
            y = try b.convolution(x, "conv1", width, kernel: 3, stride: stride)
            y = try b.normalization(y, "bn1")
            y = try b.convolution(y, "conv2", width, kernel: 3, groups: groups)
            // The gate reads the activated map.
            y = try b.normalization(y, "bn2")
        case .bottleneck, .grouped, .wide:
            let (first, second) =
                switch block {
                case .wide: (width * 2, width * 4)
                case .grouped: (width * 4 / 64 * groups, width * 4 / 64 * groups)
                case .basic, .bottleneck: (width, width)
                }
            let strideOfFirst = block == .bottleneck ? stride : 1
            y = try b.convolution(x, "conv1", first, stride: strideOfFirst)
            y = try b.normalization(y, "bn1")
            y = try b.convolution(
                y,
                "conv2",
                second,
                kernel: 3,
                stride: stride / strideOfFirst,
                groups: groups
            )
            y = try b.normalization(y, "bn2")
            y = try b.convolution(y, "conv3", outputs)
            y = try b.normalization(y, "bn3", nil)
        }
        y = try b.squeezeExcitation(y, "se_module", reducedTo: outputs / 16)
        var shortcut = x
        if stride != 1 || x.channels != outputs {
            shortcut = try b.convolution(
                x,
                "downsample.0",
                outputs,
                kernel: shortcutKernel,
                stride: stride,
                padding: Edges(shortcutKernel.height / 2)
            )
            shortcut = try b.normalization(shortcut, "downsample.1", nil)
        }
        return try b.activation(b.add(y, shortcut), .relu)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/senet.py, in its order.
    static let seNet = ModelFamily(
        name: "senet",
        variants: [
            ModelVariant("legacy_seresnet18", SENet(block: .basic, depths: [2, 2, 2, 2])),
            ModelVariant("legacy_seresnet34", SENet(block: .basic, depths: [3, 4, 6, 3])),
            ModelVariant("legacy_seresnet50", SENet(block: .bottleneck, depths: [3, 4, 6, 3])),
            ModelVariant("legacy_seresnet101", SENet(block: .bottleneck, depths: [3, 4, 23, 3])),
            ModelVariant("legacy_seresnet152", SENet(block: .bottleneck, depths: [3, 8, 36, 3])),
            ModelVariant(
                "legacy_senet154",
                SENet(block: .wide, depths: [3, 8, 36, 3], groups: 64, isDeep: true)
            ),
            ModelVariant(
                "legacy_seresnext26_32x4d",
                SENet(block: .grouped, depths: [2, 2, 2, 2], groups: 32)
            ),
            ModelVariant(
                "legacy_seresnext50_32x4d",
                SENet(block: .grouped, depths: [3, 4, 6, 3], groups: 32)
            ),
            ModelVariant(
                "legacy_seresnext101_32x4d",
                SENet(block: .grouped, depths: [3, 4, 23, 3], groups: 32)
            ),
        ]
    )
}
