internal import Graph

// ResNeSt: residual blocks whose 3x3 convolution has several results that a softmax weighs channel by channel.
//
// Paper: ResNeSt: Split-Attention Networks (https://arxiv.org/abs/2004.08955).
// Source: timm/models/resnest.py, timm/layers/split_attn.py (timm 1.0.31). No deviations.

/// The numbers of a ResNeSt.
struct ResNeSt: ModelConfiguration, Equatable {
    /// Depths, stem, shortcuts and widths.
    var network: ResNet
    /// Results that are weighed against each other.
    var radix: Int
    /// Whether the average that takes the stride stands before the convolution.
    var averagesFirst: Bool

    init(
        _ depths: [Int],
        _ layout: ResNet.Layout,
        radix: Int = 2,
        cardinality: Int = 1,
        baseWidth: Int = 64,
        averagesFirst: Bool = false
    ) {
        network = ResNet(.bottleneck, depths, layout, cardinality: cardinality, baseWidth: baseWidth)
        self.radix = radix
        self.averagesFirst = averagesFirst
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = ResidualLayers(builder: b, model: network, pruned: .none)
        try layers.network(classCount: options.classCount) { x, place throws(GraphError) in
            let width = place.width * network.baseWidth / 64 * network.cardinality
            var y = try b.convolution(x, "conv1", width)
            y = try b.normalization(y, "bn1")
            if averagesFirst { y = try averaged(b, y, stride: place.stride) }
            y = try b.scope("conv2") { () throws(GraphError) in try splitAttention(b, y) }
            if !averagesFirst { y = try averaged(b, y, stride: place.stride) }
            y = try b.convolution(y, "conv3", place.width * 4)
            y = try b.normalization(y, "bn3", nil)
            return try layers.closed(y, x, place)
        }
    }

    private func averaged(_ b: GraphBuilder, _ x: Value, stride: Int) throws(GraphError) -> Value {
        stride > 1 ? try b.averagePool(x, kernel: 3, stride: stride, padding: 1) : x
    }

    /// Source: `SplitAttn`.
    private func splitAttention(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let groups = network.cardinality
        var y = try b.convolution(x, "conv", width * radix, kernel: 3, groups: groups * radix)
        y = try b.normalization(y, "bn0")
        let exact = Double(width * radix) / 4
        let inner = max(32, ChannelRounding.divisible(exact))
        var gate = try b.globalAveragePool(summed(b, y, width: width), keepsAxes: true)
        gate = try b.convolution(gate, "fc1", inner, groups: groups, hasBias: true)
        gate = try b.normalization(gate, "bn1")
        gate = try b.convolution(gate, "fc2", width * radix, groups: groups, hasBias: true)
        guard radix > 1 else { return try b.multiply(y, b.activation(gate, .sigmoid)) }
        let grouped = try b.reshape(gate, [groups, radix, width / groups])
        let turned = try b.append(.transpose(permutation: [0, 2, 1, 3]), [grouped])
        let weights = try b.append(.softmax(axis: 1), [turned])
        let weighed = try b.multiply(y, b.reshape(weights, [width * radix, 1, 1]))
        return try summed(b, weighed, width: width)
    }

    /// The sum over the results, which lie one after the other along the channels.
    private func summed(_ b: GraphBuilder, _ x: Value, width: Int) throws(GraphError) -> Value {
        var sum = try b.channels(x, 0, width)
        for index in 1..<max(radix, 1) { sum = try b.add(sum, b.channels(x, index * width, width)) }
        return sum
    }
}

extension ModelFamily {
    /// The architectures of timm/models/resnest.py, in its order.
    static let resNeSt = ModelFamily(
        name: "resnest",
        variants: [
            ModelVariant("resnest14d", ResNeSt([1, 1, 1, 1], .d)),
            ModelVariant("resnest26d", ResNeSt([2, 2, 2, 2], .d)),
            ModelVariant("resnest50d", ResNeSt([3, 4, 6, 3], .d)),
            ModelVariant("resnest101e", ResNeSt([3, 4, 23, 3], .e)),
            ModelVariant("resnest200e", ResNeSt([3, 24, 36, 3], .e)),
            ModelVariant("resnest269e", ResNeSt([3, 30, 48, 8], .e)),
            ModelVariant(
                "resnest50d_4s2x40d",
                ResNeSt([3, 4, 6, 3], .d, radix: 4, cardinality: 2, baseWidth: 40, averagesFirst: true)
            ),
            ModelVariant(
                "resnest50d_1s4x24d",
                ResNeSt([3, 4, 6, 3], .d, radix: 1, cardinality: 4, baseWidth: 24, averagesFirst: true)
            ),
        ]
    )
}
