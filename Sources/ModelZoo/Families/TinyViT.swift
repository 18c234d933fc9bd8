internal import Graph
internal import Tensors

// TinyViT: inverted residuals, then attention in windows with a depthwise convolution between it and the perceptron.
//
// Paper: TinyViT: Fast Pretraining Distillation for Small Vision Transformers (https://arxiv.org/abs/2207.10666).
// Source: timm/models/tiny_vit.py (timm 1.0.31). Deviation: a checkpoint of other windows than the architecture's is not
// resampled when it is read.

/// The numbers of a TinyViT.
struct TinyViT: ModelConfiguration, Equatable {
    var widths: [Int]
    /// Heads of each stage; the first has none.
    var heads: [Int]
    /// Side of a window of each stage; the first has none.
    var windows = [7, 7, 14, 7]

    private static let depths = [2, 2, 6, 2]

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var map = try b.scope("patch_embed") { () throws(GraphError) in
            let half = widths[0] / 2
            let y = try b.convolutionBlock(b.input, "conv1", half, kernel: 3, stride: 2, activation: .gelu)
            return try b.convolutionBlock(y, "conv2", widths[0], kernel: 3, stride: 2, activation: nil)
        }
        for stage in widths.indices {
            map = try b.scope("stages.\(stage)") { () throws(GraphError) in
                stage == 0 ? try convolutions(b, map) : try self.stage(b, map, stage)
            }
        }
        let embedding = try b.layerNormalization(b.globalAveragePool(map), "head.norm", epsilon: 1e-5)
        try b.linearClassifier(
            features: map,
            embedding: embedding,
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// Inverted residuals of four times the width, activated after the sum.
    private func convolutions(_ b: GraphBuilder, _ input: Value) throws(GraphError) -> Value {
        var x = input
        for index in 0..<Self.depths[0] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try b.activation(b.add(inverted(b, x, 4 * x.channels, x.channels, stride: 1), x), .gelu)
            }
        }
        return x
    }

    private func inverted(
        _ b: GraphBuilder,
        _ x: Value,
        _ inner: Int,
        _ outputs: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        var y = try b.convolutionBlock(x, "conv1", inner, activation: .gelu)
        y = try b.convolutionBlock(
            y,
            "conv2",
            inner,
            kernel: 3,
            stride: stride,
            groups: inner,
            activation: .gelu
        )
        return try b.convolutionBlock(y, "conv3", outputs, activation: nil)
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        let width = widths[stage]
        let map = try b.scope("downsample") { () throws(GraphError) in
            try inverted(b, input, width, width, stride: 2)
        }
        let size = Extent(height: map.height, width: map.width)
        var x = try b.tokens(map)
        for index in 0..<Self.depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, x, size, stage) }
        }
        return try b.map(x, height: size.height, width: size.width)
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ size: Extent,
        _ stage: Int
    ) throws(GraphError) -> Value {
        let width = x.features
        let mixed = try b.scope("attn") { () throws(GraphError) in try windowed(b, x, size, stage) }
        let sum = try b.map(b.add(x, mixed), height: size.height, width: size.width)
        let y = try b.tokens(
            b.convolutionBlock(sum, "local_conv", width, kernel: 3, groups: width, activation: nil)
        )
        let refined = try b.scope("mlp") { () throws(GraphError) in
            let normal = try b.layerNormalization(y, "norm", epsilon: 1e-5)
            return try b.feedForward(normal, FeedForward(hidden: 4 * width))
        }
        return try b.add(y, refined)
    }

    /// Attention in windows; where they do not fill the map, they are padded before the normalisation.
    private func windowed(
        _ b: GraphBuilder,
        _ x: Value,
        _ size: Extent,
        _ stage: Int
    ) throws(GraphError) -> Value {
        let window = Extent(windows[stage])
        guard size != window else { return try attention(b, x, window, heads: heads[stage]) }
        let plan = WindowPlan(map: size, window: window, shift: 0)
        let map = try b.reshape(x, [size.height, size.width, x.features])
        let mixed = try attention(b, b.windows(map, plan), window, heads: heads[stage])
        return try b.reshape(b.unwindowed(mixed, plan), [size.height * size.width, x.features])
    }

    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ window: Extent,
        heads: Int
    ) throws(GraphError) -> Value {
        let width = x.features
        let normal = try b.layerNormalization(x, "norm", epsilon: 1e-5)
        let qkv = try b.linear(normal, "qkv", 3 * width)
        let size = width / heads
        let parts = try b.splitHeads(qkv, heads: heads, widths: [size, size, size])
        let bias = try b.distanceBias(grid: window, heads: heads)
        let mixed = try b.attention(parts[0], parts[1], parts[2], bias: bias)
        return try b.linear(b.joinHeads(mixed), "proj", width)
    }

    /// Leaves out the indices that the paper's checkpoints hold.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        tensors = tensors.filter { !$0.key.hasSuffix("attention_bias_idxs") }
    }
}

extension ModelFamily {
    private static let tiny21M = TinyViT(widths: [96, 192, 384, 576], heads: [3, 6, 12, 18])

    private static func tiny21M(windows: [Int]) -> TinyViT {
        var model = tiny21M
        model.windows = windows
        return model
    }

    /// The architectures of timm/models/tiny_vit.py, in its order.
    static let tinyViT = ModelFamily(
        name: "tiny_vit",
        variants: [
            ModelVariant(
                "tiny_vit_5m_224",
                TinyViT(widths: [64, 128, 160, 320], heads: [2, 4, 5, 10])
            ),
            ModelVariant(
                "tiny_vit_11m_224",
                TinyViT(widths: [64, 128, 256, 448], heads: [2, 4, 8, 14])
            ),
            ModelVariant("tiny_vit_21m_224", tiny21M),
            ModelVariant("tiny_vit_21m_384", tiny21M(windows: [12, 12, 24, 12])),
            ModelVariant("tiny_vit_21m_512", tiny21M(windows: [16, 16, 32, 16])),
        ]
    )
}
