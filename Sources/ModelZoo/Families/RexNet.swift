internal import Graph

// ReXNet: inverted residuals whose widths grow along a line, with shortcuts over a part of the channels.
//
// Paper: Rethinking Channel Dimensions for Efficient Model Design (https://arxiv.org/abs/2007.00992).
// Source: timm/models/rexnet.py (timm 1.0.31). No deviations.

/// The numbers of a ReXNet.
struct RexNet: ModelConfiguration, Equatable {
    /// Multiplies widths.
    var width = 1.0
    /// Widths are multiples of it.
    var divisor = 1

    /// A block's numbers.
    private struct Block {
        var outputs: Int
        var stride: Int
        var expansion: Int
        var squeezeRatio: Double
    }

    private func rounded(_ value: Double) -> Int {
        ChannelRounding.divisible(value, by: divisor)
    }

    /// Source: `_block_cfg`.
    private var blocks: [Block] {
        let depths = [1, 2, 2, 3, 3, 5]
        let strides = [1, 2, 2, 2, 1, 2]
        let count = depths.reduce(0, +)
        var base = 16.0
        var result: [Block] = []
        for (stage, depth) in depths.enumerated() {
            for index in 0..<depth {
                result.append(
                    Block(
                        outputs: rounded((base * width).rounded(.toNearestOrEven)),
                        stride: index == 0 ? strides[stage] : 1,
                        expansion: stage == 0 ? 1 : 6,
                        squeezeRatio: stage < 2 ? 0 : 1.0 / 12
                    )
                )
                base += 180 / Double(count)
            }
        }
        return result
    }

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let stemWidth = rounded((32 * width).rounded(.toNearestOrEven))
        var x = try b.convolutionBlock(b.input, "stem", stemWidth, kernel: 3, stride: 2, activation: .silu)
        let blocks = self.blocks
        for (index, block) in blocks.enumerated() {
            x = try b.scope("features.\(index)") { () throws(GraphError) in try residual(b, x, block) }
        }
        x = try b.convolutionBlock(x, "features.\(blocks.count)", rounded(1280 * width), activation: .silu)
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    /// Source: `LinearBottleneck`.
    private func residual(_ b: GraphBuilder, _ x: Value, _ block: Block) throws(GraphError) -> Value {
        var y = x
        if block.expansion > 1 {
            let inner = rounded(Double(x.channels * block.expansion))
            y = try b.convolutionBlock(y, "conv_exp", inner, activation: .silu)
        }
        let inner = y.channels
        y = try b.convolutionBlock(
            y,
            "conv_dw",
            inner,
            kernel: 3,
            stride: block.stride,
            groups: inner,
            activation: nil
        )
        if block.squeezeRatio > 0 {
            let reduced = rounded(Double(Int(Double(inner) * block.squeezeRatio)))
            y = try b.scope("se") { () throws(GraphError) in
                var gate = try b.globalAveragePool(y, keepsAxes: true)
                gate = try b.convolution(gate, "fc1", reduced, hasBias: true)
                gate = try b.normalization(gate, "bn")
                gate = try b.convolution(gate, "fc2", inner, hasBias: true)
                return try b.multiply(y, b.activation(gate, .sigmoid))
            }
        }
        y = try b.activation(y, .relu6)
        y = try b.convolutionBlock(y, "conv_pwl", block.outputs, activation: nil)
        let inputs = x.channels
        guard block.stride == 1, inputs <= block.outputs else { return y }
        guard inputs < block.outputs else { return try b.add(y, x) }
        return try b.joined([
            b.add(b.channels(y, 0, inputs), x), b.channels(y, inputs, block.outputs - inputs),
        ])
    }
}

extension ModelFamily {
    /// The architectures of timm/models/rexnet.py, in its order.
    static let rexNet = ModelFamily(
        name: "rexnet",
        variants: [
            ModelVariant("rexnet_100", RexNet()),
            ModelVariant("rexnet_130", RexNet(width: 1.3)),
            ModelVariant("rexnet_150", RexNet(width: 1.5)),
            ModelVariant("rexnet_200", RexNet(width: 2)),
            ModelVariant("rexnet_300", RexNet(width: 3)),
            ModelVariant("rexnetr_100", RexNet(divisor: 8)),
            ModelVariant("rexnetr_130", RexNet(width: 1.3, divisor: 8)),
            ModelVariant("rexnetr_150", RexNet(width: 1.5, divisor: 8)),
            ModelVariant("rexnetr_200", RexNet(width: 2, divisor: 8)),
            ModelVariant("rexnetr_300", RexNet(width: 3, divisor: 16)),
        ]
    )
}
