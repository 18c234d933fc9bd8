internal import Graph

// Selective kernel networks: two paths of different reach that a softmax weighs channel by channel.
//
// Paper: Selective Kernel Networks (https://arxiv.org/abs/1903.06586), and for the split input Compounding the
// Performance Improvements (https://arxiv.org/abs/2001.06268).
// Source: timm/models/sknet.py, timm/layers/selective_kernel.py (timm 1.0.31). No deviations.

/// The numbers of an SKNet.
struct SKNet: ModelConfiguration, Equatable {
    /// Depths, stem, shortcuts and widths.
    var network: ResNet
    /// Width of the squeeze over that of the paths.
    var ratio = 1.0 / 16
    /// The squeeze's width is a multiple of it.
    var divisor = 8
    /// Whether each path reads a half of the channels.
    var splitsInput = true

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = ResidualLayers(builder: b, model: network, pruned: .none)
        try layers.network(classCount: options.classCount) { x, place throws(GraphError) in
            let outputs = place.width * place.kind.expansion
            var y: Value
            switch place.kind {
            case .basic:
                y = try selectiveKernel(b, x, "conv1", outputs, stride: place.stride)
                y = try b.convolutionBlock(y, "conv2", outputs, kernel: 3, activation: nil)
            case .bottleneck:
                let width = place.width * network.baseWidth / 64 * network.cardinality
                y = try b.convolutionBlock(x, "conv1", width)
                y = try selectiveKernel(b, y, "conv2", width, stride: place.stride)
                y = try b.convolutionBlock(y, "conv3", outputs, activation: nil)
            }
            return try layers.closed(y, x, place)
        }
    }

    /// Source: `SelectiveKernel`, `SelectiveKernelAttn`; the wider path is a dilated 3x3.
    private func selectiveKernel(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            var paths: [Value] = []
            for index in 0..<2 {
                let half = x.channels / 2
                paths.append(
                    try b.convolutionBlock(
                        splitsInput ? b.channels(x, index * half, half) : x,
                        "paths.\(index)",
                        outputs,
                        kernel: 3,
                        stride: stride,
                        dilation: index + 1,
                        groups: min(outputs, network.cardinality)
                    )
                )
            }
            let inner = ChannelRounding.divisible(Double(outputs) * ratio, by: divisor)
            var gate = try b.globalAveragePool(b.add(paths[0], paths[1]), keepsAxes: true)
            gate = try b.convolution(gate, "attn.fc_reduce", inner)
            gate = try b.normalization(gate, "attn.bn")
            gate = try b.convolution(gate, "attn.fc_select", outputs * 2)
            let weights = try b.append(.softmax(axis: 1), [b.reshape(gate, [2, outputs])])
            let each = try b.reshape(weights, [outputs * 2, 1, 1])
            return try b.add(
                b.multiply(paths[0], b.channels(each, 0, outputs)),
                b.multiply(paths[1], b.channels(each, outputs, outputs))
            )
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/sknet.py, in its order.
    static let skNet = ModelFamily(
        name: "sknet",
        variants: [
            ModelVariant(
                "skresnet18",
                SKNet(network: ResNet(.basic, [2, 2, 2, 2]), ratio: 1.0 / 8, divisor: 16)
            ),
            ModelVariant(
                "skresnet34",
                SKNet(network: ResNet(.basic, [3, 4, 6, 3]), ratio: 1.0 / 8, divisor: 16)
            ),
            ModelVariant("skresnet50", SKNet(network: ResNet(.bottleneck, [3, 4, 6, 3]))),
            ModelVariant("skresnet50d", SKNet(network: ResNet(.bottleneck, [3, 4, 6, 3], .d))),
            ModelVariant(
                "skresnext50_32x4d",
                SKNet(
                    network: ResNet(.bottleneck, [3, 4, 6, 3], cardinality: 32, baseWidth: 4),
                    divisor: 32,
                    splitsInput: false
                )
            ),
        ]
    )
}
