internal import Graph

// Dual path networks: a residual path and a growing one side by side.
//
// Paper: Dual Path Networks (https://arxiv.org/abs/1707.01629).
// Source: timm/models/dpn.py (timm 1.0.31). No deviations.

/// The numbers of a DPN.
struct DPN: ModelConfiguration, Equatable {
    /// Blocks of each stage.
    var depths: [Int]
    /// Channels that each block adds to the growing path, by stage.
    var increments: [Int]
    /// Width of the 3x3 convolutions in the first stage.
    var innerWidth: Int
    var groups: Int
    var stemWidth: Int
    /// Whether the stem is 3x3 and the residual path a quarter as wide.
    var isSmall = false
    /// Whether two convolutions make the two paths of a block.
    var splitsOutput = false
    /// After the first and the last normalisation; those between are followed by ReLU whatever it is.
    ///
    /// timm's `fc_act_layer` (ELU) never takes effect: the norm layer that it is given to has an activation already.
    var endActivation = Activation.relu

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let features = try b.scope("features") { () throws(GraphError) in
            var x = try b.convolutionBlock(
                b.input,
                "conv1_1",
                stemWidth,
                kernel: isSmall ? 3 : 7,
                stride: 2,
                normalization: .batch(epsilon: 1e-3),
                activation: endActivation
            )
            x = try b.maximumPool(x, padding: 1)
            for (stage, depth) in depths.enumerated() {
                for index in 0..<depth {
                    x = try b.scope("conv\(stage + 2)_\(index + 1)") { () throws(GraphError) in
                        try block(b, x, stage: stage, isFirst: index == 0)
                    }
                }
            }
            return try normalized(b, x, "conv5_bn_ac", endActivation)
        }
        try b.averagedClassifier(
            features,
            classCount: options.classCount,
            name: "classifier",
            layer: .pointwise
        )
    }

    /// Source: `DualPathBlock`.
    private func block(_ b: GraphBuilder, _ x: Value, stage: Int, isFirst: Bool) throws(GraphError) -> Value {
        let inner = innerWidth << stage
        let width = (isSmall ? 64 : 256) << stage
        let increment = increments[stage]
        let stride = isFirst && stage > 0 ? 2 : 1
        var shortcut = x
        if isFirst {
            let name = "c1x1_w_s\(stride)"
            shortcut = try convolution(b, x, name, width + 2 * increment, stride: stride)
        }
        var y = try convolution(b, x, "c1x1_a", inner)
        y = try convolution(b, y, "c3x3_b", inner, kernel: 3, stride: stride, groups: groups)
        let (residual, growth): (Value, Value)
        if splitsOutput {
            y = try normalized(b, y, "c1x1_c")
            residual = try b.convolution(y, "c1x1_c1", width)
            growth = try b.convolution(y, "c1x1_c2", increment)
        } else {
            y = try convolution(b, y, "c1x1_c", width + increment)
            residual = try b.channels(y, 0, width)
            growth = try b.channels(y, width, increment)
        }
        return try b.joined([
            b.add(b.channels(shortcut, 0, width), residual),
            b.channels(shortcut, width, shortcut.channels - width),
            growth,
        ])
    }

    private func normalized(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ activation: Activation = .relu
    ) throws(GraphError) -> Value {
        try b.normalization(x, "\(name).bn", activation, kind: .batch(epsilon: 1e-3))
    }

    private func convolution(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        let normal = try normalized(b, x, name)
        return try b.convolution(
            normal,
            "\(name).conv",
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups
        )
    }
}

extension ModelFamily {
    /// The architectures of timm/models/dpn.py, in its order.
    static let dpn = ModelFamily(
        name: "dpn",
        variants: [
            ModelVariant(
                "dpn48b",
                DPN(
                    depths: [3, 4, 6, 3],
                    increments: [16, 32, 32, 64],
                    innerWidth: 128,
                    groups: 32,
                    stemWidth: 10,
                    isSmall: true,
                    splitsOutput: true,
                    endActivation: .silu
                )
            ),
            ModelVariant(
                "dpn68",
                DPN(
                    depths: [3, 4, 12, 3],
                    increments: [16, 32, 32, 64],
                    innerWidth: 128,
                    groups: 32,
                    stemWidth: 10,
                    isSmall: true
                )
            ),
            ModelVariant(
                "dpn68b",
                DPN(
                    depths: [3, 4, 12, 3],
                    increments: [16, 32, 32, 64],
                    innerWidth: 128,
                    groups: 32,
                    stemWidth: 10,
                    isSmall: true,
                    splitsOutput: true
                )
            ),
            ModelVariant(
                "dpn92",
                DPN(
                    depths: [3, 4, 20, 3],
                    increments: [16, 32, 24, 128],
                    innerWidth: 96,
                    groups: 32,
                    stemWidth: 64
                )
            ),
            ModelVariant(
                "dpn98",
                DPN(
                    depths: [3, 6, 20, 3],
                    increments: [16, 32, 32, 128],
                    innerWidth: 160,
                    groups: 40,
                    stemWidth: 96
                )
            ),
            ModelVariant(
                "dpn131",
                DPN(
                    depths: [4, 8, 28, 3],
                    increments: [16, 32, 32, 128],
                    innerWidth: 160,
                    groups: 40,
                    stemWidth: 128
                )
            ),
            ModelVariant(
                "dpn107",
                DPN(
                    depths: [4, 8, 20, 3],
                    increments: [20, 64, 64, 128],
                    innerWidth: 200,
                    groups: 50,
                    stemWidth: 128
                )
            ),
        ]
    )
}
