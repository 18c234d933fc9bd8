internal import Graph

// Aligned Xception, as DeepLab-V3+ has it: strides in place of maxima; and with normalisation first.
//
// Paper: Encoder-Decoder with Atrous Separable Convolution (https://arxiv.org/abs/1802.02611).
// Source: timm/models/xception_aligned.py (timm 1.0.31). No deviations.

/// The numbers of an aligned Xception.
struct XceptionAligned: ModelConfiguration, Equatable {
    /// A block's numbers.
    struct Block: Sendable, Equatable {
        /// Outputs of its three separable convolutions.
        var widths: [Int]
        var stride = 1

        init(_ width: Int, stride: Int = 1) {
            self.init([width, width, width], stride: stride)
        }

        init(_ widths: [Int], stride: Int = 1) {
            self.widths = widths
            self.stride = stride
        }
    }

    /// The blocks but the last, which has no shortcut.
    var blocks: [Block]
    /// Whether blocks normalise before they convolve.
    var normalizesFirst = false
    var normalization = Normalization.batch(epsilon: 1e-3)

    /// The network with `middle` equal blocks.
    init(
        entry: [Block] = [Block(128, stride: 2), Block(256, stride: 2), Block(728, stride: 2)],
        middle: Int,
        normalizesFirst: Bool = false,
        epsilon: Float = 1e-3
    ) {
        blocks =
            entry + [Block](repeating: Block(728), count: middle) + [Block([728, 1024, 1024], stride: 2)]
        self.normalizesFirst = normalizesFirst
        normalization = .batch(epsilon: epsilon)
    }

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolutionBlock(
            b.input,
            "stem.0",
            32,
            kernel: 3,
            stride: 2,
            normalization: normalization
        )
        if normalizesFirst {
            x = try b.convolution(x, "stem.1", 64, kernel: 3)
        } else {
            x = try b.convolutionBlock(x, "stem.1", 64, kernel: 3, normalization: normalization)
        }
        let last = Block([1536, 1536, 2048])
        for (index, block) in (blocks + [last]).enumerated() {
            let isLast = index == blocks.count
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                normalizesFirst
                    ? try preactivated(b, x, block, isLast: isLast)
                    : try residual(b, x, block, isLast: isLast)
            }
        }
        if normalizesFirst { x = try b.activation(x, .relu) }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    /// Source: `XceptionModule`; the last block activates inside its convolutions.
    private func residual(_ b: GraphBuilder, _ x: Value, _ block: Block, isLast: Bool) throws(GraphError)
        -> Value
    {
        var y = x
        for (index, width) in block.widths.enumerated() {
            if !isLast { y = try b.activation(y, .relu) }
            y = try b.scope("stack.conv\(index + 1)") { () throws(GraphError) in
                let inner: Activation? = isLast ? .relu : nil
                var z = try depthwise(b, y, stride: index == 2 ? block.stride : 1)
                z = try b.normalization(z, "bn_dw", inner, kind: normalization)
                z = try b.convolution(z, "conv_pw", width)
                return try b.normalization(z, "bn_pw", inner, kind: normalization)
            }
        }
        guard !isLast else { return y }
        guard block.stride > 1 || x.channels != y.channels else { return try b.add(y, x) }
        let shortcut = try b.convolutionBlock(
            x,
            "shortcut",
            y.channels,
            stride: block.stride,
            normalization: normalization,
            activation: nil
        )
        return try b.add(y, shortcut)
    }

    /// Source: `PreXceptionModule`; the shortcut reads the normalised input.
    private func preactivated(_ b: GraphBuilder, _ x: Value, _ block: Block, isLast: Bool) throws(GraphError)
        -> Value
    {
        let normal = try b.normalization(x, "norm", .relu, kind: normalization)
        var y = normal
        for (index, width) in block.widths.enumerated() {
            y = try b.scope("stack.conv\(index + 1)") { () throws(GraphError) in
                var z = y
                if index > 0 { z = try b.normalization(z, "norm", .relu, kind: normalization) }
                z = try depthwise(b, z, stride: index == 2 ? block.stride : 1)
                return try b.convolution(z, "conv_pw", width)
            }
        }
        guard !isLast else { return y }
        guard block.stride > 1 || x.channels != y.channels else { return try b.add(y, normal) }
        return try b.add(y, b.convolution(normal, "shortcut", y.channels, stride: block.stride))
    }

    private func depthwise(_ b: GraphBuilder, _ x: Value, stride: Int) throws(GraphError) -> Value {
        try b.convolution(x, "conv_dw", x.channels, kernel: 3, stride: stride, groups: x.channels)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/xception_aligned.py, in its order.
    static let xceptionAligned = ModelFamily(
        name: "xception_aligned",
        variants: [
            ModelVariant("xception41", XceptionAligned(middle: 8)),
            ModelVariant("xception65", XceptionAligned(middle: 16)),
            ModelVariant(
                "xception71",
                XceptionAligned(
                    entry: [
                        .init(128, stride: 2), .init(256), .init(256, stride: 2), .init(728),
                        .init(728, stride: 2),
                    ],
                    middle: 16
                )
            ),
            ModelVariant("xception41p", XceptionAligned(middle: 8, normalizesFirst: true, epsilon: 1e-5)),
            ModelVariant("xception65p", XceptionAligned(middle: 16, normalizesFirst: true)),
        ]
    )
}
