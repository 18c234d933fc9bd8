internal import Graph

// FasterNet: 3x3 convolutions on a quarter of the channels, then a perceptron of 1x1 convolutions.
//
// Paper: Run, Don't Walk: Chasing Higher FLOPS for Faster Neural Networks (https://arxiv.org/abs/2303.03667).
// Source: timm/models/fasternet.py (timm 1.0.31). No deviations.

/// The numbers of a FasterNet.
struct FasterNet: ModelConfiguration, Equatable {
    /// Width of the first stage; each further one is twice as wide.
    var width: Int
    var depths: [Int]
    var activation: Activation = .relu

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("patch_embed") { () throws(GraphError) in
            try patches(b, b.input, "proj", width, patch: 4)
        }
        for (stage, depth) in depths.enumerated() {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    y = try b.scope("downsample") { () throws(GraphError) in
                        try patches(b, y, "reduction", width << stage, patch: 2)
                    }
                }
                for index in 0..<depth {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, y) }
                }
                return y
            }
        }
        try b.convolutionHead(x, activation: activation, classCount: options.classCount)
    }

    private func patches(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        patch: Int
    ) throws(GraphError) -> Value {
        let y = try b.convolution(
            x,
            name,
            outputs,
            kernel: Extent(patch),
            stride: patch,
            padding: .zero
        )
        return try b.normalization(y, "norm", nil)
    }

    /// Source: `MLPBlock`.
    private func block(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let mixed = x.channels / 4
        let part = try b.convolution(
            b.channels(x, 0, mixed),
            "spatial_mixing.partial_conv3",
            mixed,
            kernel: 3
        )
        var y = try b.joined([part, b.channels(x, mixed, x.channels - mixed)])
        y = try b.convolution(y, "mlp.0", 2 * x.channels)
        y = try b.normalization(y, "mlp.1", activation)
        return try b.add(b.convolution(y, "mlp.3", x.channels), x)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/fasternet.py, in its order.
    static let fasterNet = ModelFamily(
        name: "fasternet",
        variants: [
            ModelVariant("fasternet_t0", FasterNet(width: 40, depths: [1, 2, 8, 2], activation: .gelu)),
            ModelVariant("fasternet_t1", FasterNet(width: 64, depths: [1, 2, 8, 2], activation: .gelu)),
            ModelVariant("fasternet_t2", FasterNet(width: 96, depths: [1, 2, 8, 2])),
            ModelVariant("fasternet_s", FasterNet(width: 128, depths: [1, 2, 13, 2])),
            ModelVariant("fasternet_m", FasterNet(width: 144, depths: [3, 4, 18, 3])),
            ModelVariant("fasternet_l", FasterNet(width: 192, depths: [3, 4, 18, 3])),
        ]
    )
}
