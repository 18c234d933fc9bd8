internal import Graph

// Res2Net: residual blocks whose channels pass their 3x3 convolutions one part after the other.
//
// Paper: Res2Net: A New Multi-scale Backbone Architecture (https://arxiv.org/abs/1904.01169).
// Source: timm/models/res2net.py (timm 1.0.31). No deviations.

/// The numbers of a Res2Net.
struct Res2Net: ModelConfiguration, Equatable {
    /// Depths, stem, shortcuts and widths.
    var network: ResNet
    /// Parts of the channels.
    var scale: Int

    init(
        _ depths: [Int],
        _ layout: ResNet.Layout = .b,
        scale: Int,
        cardinality: Int = 1,
        baseWidth: Int = 26
    ) {
        network = ResNet(.bottleneck, depths, layout, cardinality: cardinality, baseWidth: baseWidth)
        self.scale = scale
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = ResidualLayers(builder: b, model: network, pruned: .none)
        try layers.network(classCount: options.classCount) { x, place throws(GraphError) in
            let width = place.width * network.baseWidth / 64 * network.cardinality
            var y = try b.convolution(x, "conv1", width * scale)
            y = try b.normalization(y, "bn1")
            y = try b.multiScaleConvolution(
                y,
                scale: scale,
                stride: place.stride,
                groups: network.cardinality,
                isFirst: place.stride > 1 || place.hasShortcut
            )
            y = try b.convolution(y, "conv3", place.width * 4)
            y = try b.normalization(y, "bn3", nil)
            return try layers.closed(y, x, place)
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/res2net.py, in its order.
    static let res2Net = ModelFamily(
        name: "res2net",
        variants: [
            ModelVariant("res2net50_26w_4s", Res2Net([3, 4, 6, 3], scale: 4)),
            ModelVariant("res2net101_26w_4s", Res2Net([3, 4, 23, 3], scale: 4)),
            ModelVariant("res2net50_26w_6s", Res2Net([3, 4, 6, 3], scale: 6)),
            ModelVariant("res2net50_26w_8s", Res2Net([3, 4, 6, 3], scale: 8)),
            ModelVariant("res2net50_48w_2s", Res2Net([3, 4, 6, 3], scale: 2, baseWidth: 48)),
            ModelVariant("res2net50_14w_8s", Res2Net([3, 4, 6, 3], scale: 8, baseWidth: 14)),
            ModelVariant("res2next50", Res2Net([3, 4, 6, 3], scale: 4, cardinality: 8, baseWidth: 4)),
            ModelVariant("res2net50d", Res2Net([3, 4, 6, 3], .d, scale: 4)),
            ModelVariant("res2net101d", Res2Net([3, 4, 23, 3], .d, scale: 4)),
        ]
    )
}
