internal import Graph

// Inception-V4.
//
// Paper: Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning
// (https://arxiv.org/abs/1602.07261).
// Source: timm/models/inception_v4.py (timm 1.0.31). No deviations.

/// Inception-V4.
struct InceptionV4: ModelConfiguration, Equatable {
    private typealias Unit = InceptionLayers.Unit

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = InceptionLayers(builder: b)
        var x = try layers.unit(b.input, "features.0", 32, 3, stride: 2)
        x = try layers.unit(x, "features.1", 32, 3)
        x = try layers.unit(x, "features.2", 64, 3, isPadded: true)
        x = try b.joined([b.maximumPool(x), layers.unit(x, "features.3.conv", 96, 3, stride: 2)])
        x = try b.joined([
            layers.chain(x, "features.4.branch0", [.point(64), .inner(96, stride: 1)]),
            layers.chain(
                x,
                "features.4.branch1",
                [.point(64), .same(64, 1, 7), .same(64, 7, 1), .inner(96, stride: 1)]
            ),
        ])
        x = try b.joined([layers.unit(x, "features.5.conv", 192, 3, stride: 2), b.maximumPool(x)])
        for index in 6..<22 {
            x = try b.scope("features.\(index)") { () throws(GraphError) in
                switch index {
                case 6..<10: try blockA(layers, x)
                case 10: try reductionA(layers, x)
                case 11..<18: try blockB(layers, x)
                case 18: try reductionB(layers, x)
                default: try blockC(layers, x)
                }
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "last_linear")
    }

    private func pooled(_ layers: InceptionLayers, _ x: Value, _ width: Int) throws(GraphError) -> Value {
        try layers.unit(layers.averaged(x, countsPadding: false), "branch3.1", width)
    }

    private func blockA(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        try layers.builder.joined([
            layers.unit(x, "branch0", 96),
            layers.chain(x, "branch1", [.point(64), .same(96, 3, 3)]),
            layers.chain(x, "branch2", [.point(64), .same(96, 3, 3), .same(96, 3, 3)]),
            pooled(layers, x, 96),
        ])
    }

    private func reductionA(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        try layers.builder.joined([
            layers.unit(x, "branch0", 384, 3, stride: 2),
            layers.chain(x, "branch1", [.point(192), .same(224, 3, 3), .inner(256, stride: 2)]),
            layers.builder.maximumPool(x),
        ])
    }

    private func blockB(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        let long: [Unit] = [
            .point(192), .same(192, 7, 1), .same(224, 1, 7), .same(224, 7, 1), .same(256, 1, 7),
        ]
        return try layers.builder.joined([
            layers.unit(x, "branch0", 384),
            layers.chain(x, "branch1", [.point(192), .same(224, 1, 7), .same(256, 7, 1)]),
            layers.chain(x, "branch2", long),
            pooled(layers, x, 128),
        ])
    }

    private func reductionB(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        let long: [Unit] = [.point(256), .same(256, 1, 7), .same(320, 7, 1), .inner(320, stride: 2)]
        return try layers.builder.joined([
            layers.chain(x, "branch0", [.point(192), .inner(192, stride: 2)]),
            layers.chain(x, "branch1", long),
            layers.builder.maximumPool(x),
        ])
    }

    private func blockC(_ layers: InceptionLayers, _ x: Value) throws(GraphError) -> Value {
        let first = try layers.unit(x, "branch1_0", 384)
        var second = try layers.unit(x, "branch2_0", 384)
        second = try layers.unit(second, "branch2_1", 448, Extent(height: 3, width: 1), isPadded: true)
        second = try layers.unit(second, "branch2_2", 512, Extent(height: 1, width: 3), isPadded: true)
        return try layers.builder.joined([
            layers.unit(x, "branch0", 256),
            layers.split(first, "branch1_1a", "branch1_1b", 256),
            layers.split(second, "branch2_3a", "branch2_3b", 256),
            pooled(layers, x, 256),
        ])
    }
}

extension ModelFamily {
    /// The architecture of timm/models/inception_v4.py.
    static let inceptionV4 = ModelFamily(
        name: "inception_v4",
        variants: [ModelVariant("inception_v4", InceptionV4())]
    )
}
