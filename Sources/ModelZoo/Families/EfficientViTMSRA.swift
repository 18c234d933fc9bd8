internal import Graph
internal import Tensors

// EfficientViT of Microsoft Research Asia: windows attend by heads in cascade, each of which sees its own channels plus
// what the head before it gave.
//
// Paper: EfficientViT: Memory Efficient Vision Transformer with Cascaded Group Attention
// (https://arxiv.org/abs/2305.07027).
// Source: timm/models/efficientvit_msra.py (timm 1.0.31). Deviation: biases of another window than the checkpoint's are
// resampled as part of the graph, so that the checkpoint is read as it is.

/// The numbers of an EfficientViT of Microsoft Research Asia.
struct EfficientViTMSRA: ModelConfiguration, Equatable {
    var widths: [Int]
    var depths: [Int]
    var heads: [Int]
    /// Extents of the convolutions on each head's query.
    var kernels = [7, 5, 3, 3]

    private static let size = 224
    private static let patch = 16
    private static let window = 7
    /// Channels of a query and of a key.
    private static let keyWidth = 16

    /// The windows' sides in each stage for pictures whose shorter side is `side`.
    ///
    /// timm halves the number of patches that fit, whatever extent the convolutions give.
    private static func windows(side: Int, stages: Int) -> [Int] {
        var resolution = side / patch
        return (0..<stages).map { stage in
            if stage > 0 { resolution = (resolution - 1) / 2 + 1 }
            return min(window, resolution)
        }
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let side = min(options.height, options.width)
        guard side >= Self.patch else {
            throw b.failure(
                "a picture of \(options.height)x\(options.width) has no patch of \(Self.patch)x\(Self.patch): use at "
                    + "least \(Self.patch)x\(Self.patch) pixels",
                code: .unsupportedConfiguration
            )
        }
        let layers = SandwichLayers(builder: b, convolutionName: "conv")
        var x = try b.scope("patch_embed") { () throws(GraphError) in
            try layers.stem(b.input, names: ["conv1", "conv2", "conv3", "conv4"], width: widths[0])
        }
        let windows = Self.windows(side: side, stages: depths.count)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    y = try b.scope("downsample") { () throws(GraphError) in
                        try layers.downsample(
                            x,
                            width: widths[stage],
                            names: ["res1.0", "res1.1", "patchmerge", "res2.0", "res2.1"]
                        )
                    }
                }
                for index in 0..<depths[stage] {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                        try block(layers, y, stage, window: windows[stage])
                    }
                }
                return y
            }
        }
        try layers.classifier(x, classCount: options.classCount, layer: "linear")
    }

    private func block(_ layers: SandwichLayers, _ x: Value, _ stage: Int, window: Int) throws(GraphError)
        -> Value
    {
        let b = layers.builder
        let y = try layers.feedForward(layers.depthwise(x, "dw0"), "ffn0")
        let mixed = try b.scope("mixer.m.attn") { () throws(GraphError) in
            guard y.height != window || y.width != window else {
                return try attention(layers, y, stage, window: window)
            }
            let map = Extent(height: y.height, width: y.width)
            let plan = WindowPlan(map: map, window: Extent(window), shift: 0)
            let tokens = try b.windows(b.channelsLast(y), plan)
            let maps = try b.map(tokens, height: window, width: window)
            let attended = try attention(layers, maps, stage, window: window)
            return try b.channelsFirst(b.unwindowed(b.tokens(attended), plan))
        }
        let z = try b.add(y, mixed)
        return try layers.feedForward(layers.depthwise(z, "dw1"), "ffn1")
    }

    /// Source: `CascadedGroupAttention`.
    private func attention(_ layers: SandwichLayers, _ x: Value, _ stage: Int, window: Int)
        throws(GraphError)
        -> Value
    {
        let b = layers.builder
        let (count, key) = (heads[stage], Self.keyWidth)
        let share = x.channels / count
        let biases = try self.biases(b, stage, window: window)
        var parts: [Value] = []
        for head in 0..<count {
            var input = try b.channels(x, head * share, share)
            if let last = parts.last { input = try b.add(last, input) }
            let all = try layers.unit(input, "qkvs.\(head)", 2 * key + share)
            parts.append(
                try layers.attention(
                    query: layers.unit(
                        b.channels(all, 0, key),
                        "dws.\(head)",
                        key,
                        kernel: kernels[head],
                        groups: key
                    ),
                    key: b.channels(all, key, key),
                    value: b.channels(all, 2 * key, share),
                    bias: b.slice(biases, axis: 0, head, 1)
                )
            )
        }
        return try layers.unit(b.activation(b.joined(parts), .relu), "proj.1", x.channels)
    }

    /// The biases `[heads, area, area]` of a window, by the rows and columns between two positions.
    ///
    /// Source: timm/layers/pos_embed_rel.py, `resize_rel_pos_bias_table_levit`.
    private func biases(_ b: GraphBuilder, _ stage: Int, window: Int) throws(GraphError) -> Value {
        let count = heads[stage]
        let old = Self.windows(side: Self.size, stages: depths.count)[stage]
        var table = try b.parameter("attention_biases", [count, old * old])
        if window != old {
            let picture = try b.reshapeStatic(table, [1, count, old, old])
            let resampled = try b.resample(picture, to: Extent(window), filter: PositionFilter())
            table = try b.reshapeStatic(resampled, [count, window * window])
        }
        return try b.distanceBias(table, grid: Extent(window))
    }

    /// Leaves out the indices of the biases, which older checkpoints hold.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { $0.hasSuffix("attention_bias_idxs") ? nil : $0 }
    }
}

extension ModelFamily {
    private static let evenKernels = [5, 5, 5, 5]

    /// The architectures of timm/models/efficientvit_msra.py, in its order.
    static let efficientViTMSRA = ModelFamily(
        name: "efficientvit_msra",
        variants: [
            (
                "m0",
                EfficientViTMSRA(
                    widths: [64, 128, 192],
                    depths: [1, 2, 3],
                    heads: [4, 4, 4],
                    kernels: evenKernels
                )
            ),
            ("m1", EfficientViTMSRA(widths: [128, 144, 192], depths: [1, 2, 3], heads: [2, 3, 3])),
            ("m2", EfficientViTMSRA(widths: [128, 192, 224], depths: [1, 2, 3], heads: [4, 3, 2])),
            (
                "m3",
                EfficientViTMSRA(
                    widths: [128, 240, 320],
                    depths: [1, 2, 3],
                    heads: [4, 3, 4],
                    kernels: evenKernels
                )
            ),
            ("m4", EfficientViTMSRA(widths: [128, 256, 384], depths: [1, 2, 3], heads: [4, 4, 4])),
            ("m5", EfficientViTMSRA(widths: [192, 288, 384], depths: [1, 3, 4], heads: [3, 3, 4])),
        ].map { ModelVariant("efficientvit_\($0)", $1) }
    )
}
