internal import Graph

// PP-LCNetV2: depthwise separable convolutions for CPUs; in the later stages depthwise filters of several
// extents add up.
//
// Paper: Beyond Self-Supervision (the distilled weights, https://arxiv.org/abs/2103.05959); the network
// itself is described in PaddleClas (docs/en/models/PP-LCNetV2_en.md).
// Source: timm/models/lcnetv2.py (timm 1.0.31). No deviations: the parallel filters stay apart, as in timm's
// checkpoints.

/// The numbers of a PP-LCNetV2.
struct LCNetV2: ModelConfiguration, Equatable {
    /// Multiplies widths.
    var scale: Double
    /// Blocks of each stage.
    var depths: [Int]

    /// What the blocks of a stage are made of.
    private struct Stage {
        var width: Int
        /// Extent of the depthwise filter, the largest where there are several.
        var kernel = 3
        /// Whether filters of every smaller odd extent stand beside it.
        var isParallel = false
        /// Whether the pointwise convolution is two, the first of half the width.
        var isSplit = false
        var isGated = false
        var hasShortcut = false
    }

    private static let stages = [
        Stage(width: 128),
        Stage(width: 256),
        Stage(width: 512, kernel: 5, isParallel: true, isSplit: true, isGated: true),
        Stage(width: 1024, kernel: 5, isParallel: true, hasShortcut: true),
    ]

    private func scaled(_ width: Int) -> Int { ChannelRounding.divisible(Double(width) * scale) }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolutionBlock(b.input, "stem.0", scaled(32), kernel: 3, stride: 2)
        x = try b.scope("stem.1") { () throws(GraphError) in
            try separable(b, x, Stage(width: 64), stride: 1)
        }
        for (index, stage) in Self.stages.enumerated() {
            for position in 0..<depths[index] {
                x = try b.scope("stages.\(index).\(position)") { () throws(GraphError) in
                    try separable(b, x, stage, stride: position == 0 ? 2 : 1)
                }
            }
        }
        try b.convolutionHead(x, classCount: options.classCount)
    }

    /// Source: `RepDepthwiseSeparable`.
    private func separable(_ b: GraphBuilder, _ x: Value, _ stage: Stage, stride: Int) throws(GraphError)
        -> Value
    {
        let outputs = scaled(stage.width)
        func depthwise(_ name: String, _ kernel: Int, _ activation: Activation?) throws(GraphError) -> Value {
            try b.convolutionBlock(
                x,
                name,
                x.channels,
                kernel: Extent(kernel),
                stride: stride,
                groups: x.channels,
                activation: activation
            )
        }
        var y: Value
        if stage.isParallel {
            // A 1x1 filter cannot be folded into a larger one where it skips positions.
            let smallest = stride > 1 ? 3 : 1
            y = try depthwise("dw_conv_list.0", stage.kernel, nil)
            for (index, kernel) in Swift.stride(from: stage.kernel - 2, through: smallest, by: -2)
                .enumerated()
            {
                y = try b.add(y, depthwise("dw_conv_list.\(index + 1)", kernel, nil))
            }
            y = try b.activation(y, .relu)
        } else {
            y = try depthwise("dw_conv", stage.kernel, .relu)
        }
        if stage.isGated { y = try b.squeezeExcitation(y, "se", reducedTo: x.channels / 4) }
        if stage.isSplit {
            y = try b.convolutionBlock(y, "pw_conv.0", outputs / 2)
            y = try b.convolutionBlock(y, "pw_conv.1", outputs)
        } else {
            y = try b.convolutionBlock(y, "pw_conv", outputs)
        }
        return stage.hasShortcut && stride == 1 && x.channels == outputs ? try b.add(y, x) : y
    }
}

extension ModelFamily {
    /// The architectures of timm/models/lcnetv2.py, in its order.
    static let lcNetV2 = ModelFamily(
        name: "lcnetv2",
        variants: [
            ModelVariant("lcnetv2_small", LCNetV2(scale: 0.75, depths: [2, 2, 4, 2])),
            ModelVariant("lcnetv2_base", LCNetV2(scale: 1, depths: [2, 2, 6, 2])),
            ModelVariant("lcnetv2_large", LCNetV2(scale: 1.25, depths: [2, 2, 8, 2])),
        ]
    )
}
