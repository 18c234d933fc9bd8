internal import Graph

// InceptionNeXt: ConvNeXt with its depthwise convolution split into a square, a row, a column and an
// identity.
//
// Paper: InceptionNeXt: When Inception Meets ConvNeXt (https://arxiv.org/abs/2303.16900).
// Source: timm/models/inception_next.py (timm 1.0.31). No deviations; dilated outputs are for backbones and
// are left out.

/// The numbers of an InceptionNeXt.
struct InceptionNeXt: ModelConfiguration, Equatable {
    var depths: [Int]
    var widths: [Int]
    /// Length of the row and the column.
    var band = 11
    /// Each branch takes one of this many parts of the channels.
    var parts = 8

    private static let ratios = [4, 4, 4, 3]

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolve(b.input, "stem.0", widths[0], kernel: 4, stride: 4, padding: 0)
        x = try b.normalization(x, "stem.1", nil)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    y = try b.normalization(y, "downsample.0", nil)
                    y = try b.convolve(y, "downsample.1", widths[stage], kernel: 2, stride: 2, padding: 0)
                }
                for index in 0..<depths[stage] {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                        try block(b, y, ratio: Self.ratios[stage])
                    }
                }
                return y
            }
        }
        var embedding = try b.linear(b.globalAveragePool(x), "head.fc1", 3 * x.channels)
        embedding = try b.layerNormalization(b.activation(embedding, .gelu), "head.norm")
        try b.linearClassifier(
            features: x,
            embedding: embedding,
            classCount: options.classCount,
            name: "head.fc2"
        )
    }

    /// Source: `MetaNeXtBlock`.
    private func block(_ b: GraphBuilder, _ x: Value, ratio: Int) throws(GraphError) -> Value {
        var y = try b.scope("token_mixer") { () throws(GraphError) in try mixed(b, x) }
        y = try b.normalization(y, "norm", nil)
        y = try b.scope("mlp") { () throws(GraphError) in
            try b.convolutionalFeedForward(y, hidden: ratio * x.channels)
        }
        return try b.add(b.channelScale(y, "gamma"), x)
    }

    /// Source: `InceptionDWConv2d`.
    private func mixed(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels / parts
        let kept = x.channels - 3 * width
        func branch(_ name: String, _ index: Int, _ kernel: Extent) throws(GraphError) -> Value {
            try b.convolution(
                b.channels(x, kept + index * width, width),
                name,
                width,
                kernel: kernel,
                groups: width,
                hasBias: true
            )
        }
        return try b.joined([
            b.channels(x, 0, kept),
            branch("dwconv_hw", 0, 3),
            branch("dwconv_w", 1, Extent(height: 1, width: band)),
            branch("dwconv_h", 2, Extent(height: band, width: 1)),
        ])
    }
}

extension ModelFamily {
    /// The architectures of timm/models/inception_next.py, in its order.
    static let inceptionNeXt = ModelFamily(
        name: "inception_next",
        variants: [
            ModelVariant(
                "inception_next_atto",
                InceptionNeXt(depths: [2, 2, 6, 2], widths: [40, 80, 160, 320], band: 9, parts: 4)
            ),
            ModelVariant(
                "inception_next_tiny",
                InceptionNeXt(depths: [3, 3, 9, 3], widths: [96, 192, 384, 768])
            ),
            ModelVariant(
                "inception_next_small",
                InceptionNeXt(depths: [3, 3, 27, 3], widths: [96, 192, 384, 768])
            ),
            ModelVariant(
                "inception_next_base",
                InceptionNeXt(depths: [3, 3, 27, 3], widths: [128, 256, 512, 1024])
            ),
        ]
    )
}
