internal import Graph

// Inception-ResNet-V2: Inception blocks whose scaled result is added to their input.
//
// Paper: Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning
// (https://arxiv.org/abs/1602.07261).
// Source: timm/models/inception_resnet_v2.py (timm 1.0.31). No deviations.

/// Inception-ResNet-V2.
struct InceptionResNetV2: ModelConfiguration, Equatable {
    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = InceptionLayers(builder: b)
        var x = try layers.unit(b.input, "conv2d_1a", 32, 3, stride: 2)
        x = try layers.unit(x, "conv2d_2a", 32, 3)
        x = try layers.unit(x, "conv2d_2b", 64, 3, isPadded: true)
        x = try layers.unit(b.maximumPool(x), "conv2d_3b", 80)
        x = try layers.unit(x, "conv2d_4a", 192, 3)
        x = try b.maximumPool(x)
        x = try b.scope("mixed_5b") { () throws(GraphError) in
            try b.joined([
                layers.unit(x, "branch0", 96),
                layers.chain(x, "branch1", [.point(48), .same(64, 5, 5)]),
                layers.chain(x, "branch2", [.point(64), .same(96, 3, 3), .same(96, 3, 3)]),
                layers.unit(layers.averaged(x, countsPadding: false), "branch3.1", 64),
            ])
        }
        for index in 0..<10 {
            x = try residual(layers, x, "repeat.\(index)", scale: 0.17) { () throws(GraphError) in
                [
                    try layers.unit(x, "branch0", 32),
                    try layers.chain(x, "branch1", [.point(32), .same(32, 3, 3)]),
                    try layers.chain(x, "branch2", [.point(32), .same(48, 3, 3), .same(64, 3, 3)]),
                ]
            }
        }
        x = try b.scope("mixed_6a") { () throws(GraphError) in
            try b.joined([
                layers.unit(x, "branch0", 384, 3, stride: 2),
                layers.chain(x, "branch1", [.point(256), .same(256, 3, 3), .inner(384, stride: 2)]),
                b.maximumPool(x),
            ])
        }
        for index in 0..<20 {
            x = try residual(layers, x, "repeat_1.\(index)", scale: 0.1) { () throws(GraphError) in
                [
                    try layers.unit(x, "branch0", 192),
                    try layers.chain(x, "branch1", [.point(128), .same(160, 1, 7), .same(192, 7, 1)]),
                ]
            }
        }
        x = try b.scope("mixed_7a") { () throws(GraphError) in
            try b.joined([
                layers.chain(x, "branch0", [.point(256), .inner(384, stride: 2)]),
                layers.chain(x, "branch1", [.point(256), .inner(288, stride: 2)]),
                layers.chain(x, "branch2", [.point(256), .same(288, 3, 3), .inner(320, stride: 2)]),
                b.maximumPool(x),
            ])
        }
        for index in 0..<9 {
            x = try lastBlock(layers, x, "repeat_2.\(index)", scale: 0.2, activation: .relu)
        }
        x = try lastBlock(layers, x, "block8", scale: 1, activation: nil)
        x = try layers.unit(x, "conv2d_7b", 1536)
        try b.averagedClassifier(x, classCount: options.classCount, name: "classif")
    }

    private func lastBlock(
        _ layers: InceptionLayers,
        _ x: Value,
        _ name: String,
        scale: Float,
        activation: Activation?
    ) throws(GraphError) -> Value {
        try residual(layers, x, name, scale: scale, activation: activation) { () throws(GraphError) in
            [
                try layers.unit(x, "branch0", 192),
                try layers.chain(x, "branch1", [.point(192), .same(224, 1, 3), .same(256, 3, 1)]),
            ]
        }
    }

    /// `x + scale conv(branches)`, activated.
    private func residual(
        _ layers: InceptionLayers,
        _ x: Value,
        _ name: String,
        scale: Float,
        activation: Activation? = .relu,
        _ branches: () throws(GraphError) -> [Value]
    ) throws(GraphError) -> Value {
        let b = layers.builder
        return try b.scope(name) { () throws(GraphError) in
            var y = try b.convolution(b.joined(branches()), "conv2d", x.channels, hasBias: true)
            if scale != 1 { y = try b.append(.affine(multiplier: scale, offset: 0), [y]) }
            return try b.activation(b.add(y, x), activation)
        }
    }
}

extension ModelFamily {
    /// The architecture of timm/models/inception_resnet_v2.py.
    static let inceptionResNetV2 = ModelFamily(
        name: "inception_resnet_v2",
        variants: [ModelVariant("inception_resnet_v2", InceptionResNetV2())]
    )
}
