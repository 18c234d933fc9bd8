internal import Graph
internal import Tensors

// DenseNet: each layer reads the outputs of all layers before it in its block.
//
// Paper: Densely Connected Convolutional Networks (https://arxiv.org/abs/1608.06993).
// Source: timm/models/densenet.py (timm 1.0.31). No deviations.

/// The numbers of a DenseNet.
struct DenseNet: ModelConfiguration, Equatable {
    /// Channels that each layer adds.
    var growth = 32
    /// Layers of each block.
    var depths: [Int]
    /// Whether the stem is three 3x3 convolutions in place of one of 7x7.
    var hasDeepStem = false
    /// What takes over the stride of the stem's pooling.
    var antiAliasing: AntiAliasing?

    /// Emits stem, blocks with transitions between them, and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let features = try b.scope("features") { () throws(GraphError) in
            var x = try stem(b)
            for (index, depth) in depths.enumerated() {
                if index > 0 {
                    x = try b.scope("transition\(index)") { () throws(GraphError) in
                        let normal = try b.normalization(x, "norm")
                        let halved = try b.convolution(normal, "conv", x.channels / 2)
                        return try b.averagePool(halved, kernel: 2, stride: 2)
                    }
                }
                var parts = [x]
                for layer in 1...depth {
                    let y = try b.scope("denseblock\(index + 1).denselayer\(layer)") {
                        () throws(GraphError) in try self.layer(b, b.joined(parts))
                    }
                    parts.append(y)
                }
                x = try b.joined(parts)
            }
            return try b.normalization(x, "norm5")
        }
        try b.averagedClassifier(features, classCount: options.classCount, name: "classifier")
    }

    private func stem(_ b: GraphBuilder) throws(GraphError) -> Value {
        var x = b.input
        if hasDeepStem {
            for (index, width) in [growth, growth, growth * 2].enumerated() {
                x = try b.convolution(x, "conv\(index)", width, kernel: 3, stride: index == 0 ? 2 : 1)
                x = try b.normalization(x, "norm\(index)")
            }
        } else {
            x = try b.convolution(x, "conv0", growth * 2, kernel: 7, stride: 2)
            x = try b.normalization(x, "norm0")
        }
        guard let antiAliasing else { return try b.maximumPool(x, padding: 1) }
        return try b.antiAliased(b.maximumPool(x, stride: 1, padding: 1), antiAliasing)
    }

    /// Normalised 1x1 to four times the growth, then normalised 3x3.
    private func layer(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        var y = try b.normalization(x, "norm1")
        y = try b.convolution(y, "conv1", 4 * growth)
        y = try b.normalization(y, "norm2")
        return try b.convolution(y, "conv2", growth, kernel: 3)
    }

    /// Gives timm's names to torchvision's older checkpoints, where layers are called `norm.1` and `conv.2`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let layer = /(denselayer\d+\.(?:norm|relu|conv))\.([12]\.)/
        try TensorNames.rename(&tensors) { name in name.replacing(layer) { "\($0.1)\($0.2)" } }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/densenet.py, in its order.
    static let denseNet = ModelFamily(
        name: "densenet",
        variants: [
            ModelVariant("densenet121", DenseNet(depths: [6, 12, 24, 16])),
            ModelVariant(
                "densenetblur121d",
                DenseNet(
                    depths: [6, 12, 24, 16],
                    hasDeepStem: true,
                    antiAliasing: .blur(edges: .reflected)
                )
            ),
            ModelVariant("densenet169", DenseNet(depths: [6, 12, 32, 32])),
            ModelVariant("densenet201", DenseNet(depths: [6, 12, 48, 32])),
            ModelVariant("densenet161", DenseNet(growth: 48, depths: [6, 12, 36, 24])),
            ModelVariant("densenet264d", DenseNet(growth: 48, depths: [6, 12, 64, 48], hasDeepStem: true)),
        ]
    )
}
