internal import Foundation
internal import Graph
internal import Tensors

// Swin: attention in windows, which every second block shifts.
//
// Papers: Swin Transformer (https://arxiv.org/abs/2103.14030), AutoFormerV2 / S3 (https://arxiv.org/abs/2111.14725).
// Source: timm/models/swin_transformer.py (timm 1.0.31). No deviations: a window larger than its map shrinks to it and
// its table of biases is resampled as part of the graph.

/// The numbers of a Swin transformer.
struct SwinTransformer: ModelConfiguration, Equatable {
    /// Height and width of the checkpoint's pictures.
    var size = 224
    var patch = 4
    var width: Int
    var depths: [Int]
    var heads: [Int]
    /// The window of each stage.
    var windows: [Int]

    private static let normalization = TokenNormalization.layer(epsilon: 1e-5)

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("patch_embed") { () throws(GraphError) in
            let map = try b.patchEmbedding(b.input, patch: patch, width: width)
            return try b.normalization(b.channelsLast(map), "norm", Self.normalization)
        }
        for stage in depths.indices {
            x = try b.scope("layers.\(stage)") { () throws(GraphError) in
                try self.stage(b, stage > 0 ? merged(b, x) : x, stage)
            }
        }
        x = try b.normalization(x, "norm", Self.normalization)
        try b.linearClassifier(
            features: x,
            embedding: b.mean(x, axes: [1, 2]),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// Four neighbours become one position of twice the width.
    private func merged(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        try b.scope("downsample") { () throws(GraphError) in
            let gathered = try b.mergedNeighbours(x)
            let normal = try b.normalization(gathered, "norm", Self.normalization)
            return try b.linear(normal, "reduction", 2 * x.features, hasBias: false)
        }
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        let map = Extent(height: input.type.dimensions[0], width: input.type.dimensions[1])
        let window = Extent(windows[stage])
        let plans = [false, true].map { WindowPlan.fitting(window, map: map, isShifted: $0) }
        let mask = depths[stage] > 1 ? try b.shiftMask(plans[1]) : nil
        // The checkpoint's table is that of its own size, where a window may have shrunk too.
        let native = Extent(min(windows[stage], nativeExtent(stage)))
        var x = input
        for index in 0..<depths[stage] {
            let plan = plans[index % 2]
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let normal = try b.normalization(x, "norm1", Self.normalization)
                let mixed = try b.scope("attn") { () throws(GraphError) in
                    try attention(
                        b,
                        b.windows(normal, plan),
                        heads: heads[stage],
                        window: plan.window,
                        native: native,
                        mask: index % 2 == 1 ? mask : nil
                    )
                }
                let y = try b.add(x, b.unwindowed(mixed, plan))
                let second = try b.normalization(y, "norm2", Self.normalization)
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(second, FeedForward(hidden: 4 * y.features))
                }
                return try b.add(y, refined)
            }
        }
        return x
    }

    /// Rows of a stage's map at the checkpoint's size.
    private func nativeExtent(_ stage: Int) -> Int {
        let scale = 1 << stage
        return (size / patch + scale - 1) / scale
    }

    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        heads: Int,
        window: Extent,
        native: Extent,
        mask: Value?
    ) throws(GraphError) -> Value {
        let distances = (2 * native.height - 1) * (2 * native.width - 1)
        let table = try b.parameter("relative_position_bias_table", [distances, heads])
        let bias = try b.gatheredBias(
            b.resampledDistances(table, from: native, to: window),
            window: window
        )
        let parts = try b.splitHeads(b.linear(x, "qkv", 3 * x.features), parts: 3, heads: heads)
        let query = try b.affine(parts[0], 1 / Float(x.features / heads).squareRoot())
        var scores = try b.append(.matrixProduct(transposesRight: true), [query, parts[1]])
        scores = try b.masked(b.add(scores, bias), mask)
        let weights = try b.append(.softmax(axis: 3), [scores])
        let mixed = try b.append(.matrixProduct(transposesRight: false), [weights, parts[2]])
        return try b.linear(b.joinHeads(mixed), "proj", x.features)
    }

    /// Leaves the buffers of the papers' checkpoints out, and brings their downsampling to its place of today.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try SwinCheckpoint.remap(&tensors, dropping: ["relative_position_index", "attn_mask"])
    }
}
