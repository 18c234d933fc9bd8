internal import Graph
internal import Tensors

// EdgeNeXt: ConvNeXt's blocks with growing filters, and blocks that split the channels into scales and let features attend
// to each other.
//
// Paper: EdgeNeXt: Efficiently Amalgamated CNN-Transformer Architecture for Mobile Vision Applications
// (https://arxiv.org/abs/2206.10589).
// Source: timm/models/edgenext.py (timm 1.0.31). Deviation: the Fourier code of the places is a constant, its 1x1 convolution
// a linear layer of the same parameters, which folds.

/// The numbers of an EdgeNeXt.
struct EdgeNeXt: ModelConfiguration, Equatable {
    var widths: [Int]
    var depths = [3, 3, 9, 3]
    var heads = 8
    /// Whether filters overlap and have no biases, and the first block of a stage halves the extents.
    var isOverlapping = false

    private static let kernels = [3, 5, 7, 9]
    /// Parts of the channels in a stage's last block; the first stage's has none.
    private static let scales = [1, 2, 3, 4]

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let stem = try b.convolve(
            b.input,
            "stem.0",
            widths[0],
            kernel: isOverlapping ? 9 : 4,
            stride: 4,
            padding: isOverlapping ? 4 : 0,
            hasBias: !isOverlapping
        )
        var x = try b.layerNormalization(stem, "stem.1", axis: 1)
        for stage in widths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        try b.linearClassifier(
            features: x,
            embedding: b.layerNormalization(b.globalAveragePool(x), "head.norm"),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        var x = input
        if stage > 0, !isOverlapping {
            x = try b.layerNormalization(x, "downsample.0", axis: 1)
            x = try b.convolve(x, "downsample.1", widths[stage], kernel: 2, stride: 2, padding: 0)
        }
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                if stage > 0, index == depths[stage] - 1 { return try scaled(b, x, stage) }
                let halves = isOverlapping && stage > 0 && index == 0
                return try convolutional(b, x, stage, stride: halves ? 2 : 1)
            }
        }
        return x
    }

    /// A depthwise convolution and a perceptron over the channels.
    private func convolutional(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        let width = widths[stage]
        let local = try b.convolve(
            x,
            "conv_dw",
            width,
            kernel: Self.kernels[stage],
            stride: stride,
            groups: x.channels,
            hasBias: !isOverlapping
        )
        let normal = try b.layerNormalization(local, "norm", axis: 1)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.pointwise(b.activation(b.pointwise(normal, "fc1", 4 * width), .gelu), "fc2", width)
        }
        // Where the shape changes, the sum starts after the depthwise convolution.
        let isChanged = stride > 1 || x.channels != width
        return try b.add(isChanged ? local : x, b.channelScale(refined, "gamma"))
    }

    /// Depthwise convolutions one after the other over parts of the channels, attention between features, a perceptron.
    private func scaled(_ b: GraphBuilder, _ x: Value, _ stage: Int) throws(GraphError) -> Value {
        let width = widths[stage]
        let grid = Extent(height: x.height, width: x.width)
        var y = try b.tokens(split(b, x, scales: Self.scales[stage]))
        if stage == 1 {
            let places = try b.scope("pos_embd") { () throws(GraphError) in
                try b.fourierPositions(grid, width: width)
            }
            y = try b.add(y, places)
        }
        let normal = try b.layerNormalization(y, "norm_xca")
        let mixed = try b.scope("xca") { () throws(GraphError) in
            try b.crossCovarianceAttention(normal, heads: heads)
        }
        y = try b.add(y, b.featureScale(mixed, "gamma_xca"))
        y = try b.layerNormalization(y, "norm")
        y = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(y, FeedForward(hidden: 4 * width))
        }
        y = try b.featureScale(y, "gamma")
        return try b.add(x, b.map(y, height: grid.height, width: grid.width))
    }

    /// Each part but the last goes through a convolution, after what came of the part before it has been added.
    private func split(_ b: GraphBuilder, _ x: Value, scales: Int) throws(GraphError) -> Value {
        let size = (x.channels + scales - 1) / scales
        var parts: [Value] = []
        for index in 0..<scales - 1 {
            var part = try b.channels(x, index * size, size)
            if let before = parts.last { part = try b.add(before, part) }
            parts.append(
                try b.convolve(
                    part,
                    "convs.\(index)",
                    size,
                    kernel: 3,
                    groups: size,
                    hasBias: !isOverlapping
                )
            )
        }
        let done = (scales - 1) * size
        return try b.joined(parts + [b.channels(x, done, x.channels - done)])
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["head.norm.weight"] == nil, tensors["norm_pre.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            var renamed = TensorNames.replacing(name, [("downsample_layers.0.", "stem.")])
            renamed = TensorNames.replacingPatterns(
                renamed,
                [
                    ("stages.([0-9]+).([0-9]+)", "stages.$1.blocks.$2"),
                    ("downsample_layers.([0-9]+).([0-9]+)", "stages.$1.downsample.$2"),
                ]
            )
            renamed = TensorNames.replacing(
                renamed,
                [("dwconv", "conv_dw"), ("pwconv", "mlp.fc"), ("head.", "head.fc.")]
            )
            return renamed.hasPrefix("norm.")
                ? TensorNames.replacing(renamed, [("norm", "head.norm")]) : renamed
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/edgenext.py, in its order.
    static let edgeNeXt = ModelFamily(
        name: "edgenext",
        variants: [
            ModelVariant(
                "edgenext_xx_small",
                EdgeNeXt(widths: [24, 48, 88, 168], depths: [2, 2, 6, 2], heads: 4)
            ),
            ModelVariant("edgenext_x_small", EdgeNeXt(widths: [32, 64, 100, 192], heads: 4)),
            ModelVariant("edgenext_small", EdgeNeXt(widths: [48, 96, 160, 304])),
            ModelVariant("edgenext_base", EdgeNeXt(widths: [80, 160, 288, 584])),
            ModelVariant("edgenext_small_rw", EdgeNeXt(widths: [48, 96, 192, 384], isOverlapping: true)),
        ]
    )
}
