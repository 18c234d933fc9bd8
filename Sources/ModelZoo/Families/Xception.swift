internal import Graph

// Xception: depthwise separable convolutions with residuals, in the weights of Cadene's pretrained-models.
//
// Paper: Xception: Deep Learning with Depthwise Separable Convolutions (https://arxiv.org/abs/1610.02357).
// Source: timm/models/xception.py (timm 1.0.31). No deviations.

/// Xception.
struct Xception: ModelConfiguration, Equatable {
    /// A block's numbers.
    private struct Block {
        /// Outputs of its separable convolutions.
        var widths: [Int]
        var stride = 1
        var startsActivated = true
    }

    private static let blocks: [Block] =
        [
            Block(widths: [128, 128], stride: 2, startsActivated: false),
            Block(widths: [256, 256], stride: 2),
            Block(widths: [728, 728], stride: 2),
        ] + [Block](repeating: Block(widths: [728, 728, 728]), count: 8)
        + [Block(widths: [728, 1024], stride: 2)]

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolution(b.input, "conv1", 32, kernel: 3, stride: 2, padding: .zero)
        x = try b.normalization(x, "bn1")
        x = try b.convolution(x, "conv2", 64, kernel: 3, padding: .zero)
        x = try b.normalization(x, "bn2")
        for (index, block) in Self.blocks.enumerated() {
            x = try b.scope("block\(index + 1)") { () throws(GraphError) in try residual(b, x, block) }
        }
        x = try separable(b, x, "conv3", 1536)
        x = try b.normalization(x, "bn3")
        x = try separable(b, x, "conv4", 2048)
        x = try b.normalization(x, "bn4")
        try b.averagedClassifier(x, classCount: options.classCount, name: "fc")
    }

    private func residual(_ b: GraphBuilder, _ x: Value, _ block: Block) throws(GraphError) -> Value {
        var y = x
        // timm counts activations too.
        var position = block.startsActivated ? 1 : 0
        for (index, width) in block.widths.enumerated() {
            if index > 0 || block.startsActivated { y = try b.activation(y, .relu) }
            y = try separable(b, y, "rep.\(position)", width)
            y = try b.normalization(y, "rep.\(position + 1)", nil)
            position += 3
        }
        if block.stride > 1 { y = try b.maximumPool(y, stride: block.stride, padding: 1) }
        guard block.stride > 1 || x.channels != y.channels else { return try b.add(y, x) }
        let skip = try b.convolution(x, "skip", y.channels, stride: block.stride)
        return try b.add(y, b.normalization(skip, "skipbn", nil))
    }

    private func separable(_ b: GraphBuilder, _ x: Value, _ name: String, _ outputs: Int) throws(GraphError)
        -> Value
    {
        let y = try b.convolution(x, "\(name).conv1", x.channels, kernel: 3, groups: x.channels)
        return try b.convolution(y, "\(name).pointwise", outputs)
    }
}

extension ModelFamily {
    /// The architecture of timm/models/xception.py.
    static let xception = ModelFamily(
        name: "xception",
        variants: [ModelVariant("legacy_xception", Xception())]
    )
}
