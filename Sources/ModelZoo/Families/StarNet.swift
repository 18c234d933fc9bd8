internal import Graph

// StarNet: two linear branches of a depthwise convolution multiplied element by element.
//
// Paper: Rewrite the Stars (https://arxiv.org/abs/2403.19967).
// Source: timm/models/starnet.py (timm 1.0.31). No deviations.

/// The numbers of a StarNet.
struct StarNet: ModelConfiguration, Equatable {
    /// Width of the first stage; each further one is twice as wide.
    var width: Int
    var depths: [Int]
    /// Width of the branches over that of the block.
    var ratio = 4

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try normalized(b, b.input, "stem.0", 32, kernel: 3, stride: 2)
        x = try b.activation(x, .relu6)
        for (stage, depth) in depths.enumerated() {
            x = try normalized(b, x, "stages.\(stage).0", width << stage, kernel: 3, stride: 2)
            for index in 0..<depth {
                x = try b.scope("stages.\(stage).\(index + 1)") { () throws(GraphError) in try block(b, x) }
            }
        }
        x = try b.normalization(x, "norm", nil)
        try b.averagedClassifier(x, classCount: options.classCount, name: "head")
    }

    private func block(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let mixed = try normalized(b, x, "dwconv", width, kernel: 7, groups: width)
        let first = try b.convolution(mixed, "f1.conv", ratio * width, hasBias: true)
        let second = try b.convolution(mixed, "f2.conv", ratio * width, hasBias: true)
        var y = try b.multiply(b.activation(first, .relu6), second)
        y = try normalized(b, y, "g", width)
        y = try b.convolution(y, "dwconv2.conv", width, kernel: 7, groups: width, hasBias: true)
        return try b.add(x, y)
    }

    /// `name.conv` with a bias and `name.bn`.
    private func normalized(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        let y = try b.convolution(
            x,
            "\(name).conv",
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups,
            hasBias: true
        )
        return try b.normalization(y, "\(name).bn", nil)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/starnet.py, in its order.
    static let starNet = ModelFamily(
        name: "starnet",
        variants: [
            ModelVariant("starnet_s1", StarNet(width: 24, depths: [2, 2, 8, 3])),
            ModelVariant("starnet_s2", StarNet(width: 32, depths: [1, 2, 6, 2])),
            ModelVariant("starnet_s3", StarNet(width: 32, depths: [2, 2, 8, 4])),
            ModelVariant("starnet_s4", StarNet(width: 32, depths: [3, 3, 12, 5])),
            ModelVariant("starnet_s050", StarNet(width: 16, depths: [1, 1, 3, 1], ratio: 3)),
            ModelVariant("starnet_s100", StarNet(width: 20, depths: [1, 2, 4, 1])),
            ModelVariant("starnet_s150", StarNet(width: 24, depths: [1, 2, 4, 2], ratio: 3)),
        ]
    )
}
