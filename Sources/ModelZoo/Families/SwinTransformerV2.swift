internal import Foundation
internal import Graph
internal import Tensors

// Swin V2: cosine attention in windows with biases that a small perceptron makes of the distances.
//
// Paper: Swin Transformer V2 (https://arxiv.org/abs/2111.09883).
// Source: timm/models/swin_transformer_v2.py (timm 1.0.31). No deviations: the biases depend on weights alone and fold.

/// The numbers of a Swin transformer V2.
struct SwinTransformerV2: ModelConfiguration, Equatable {
    var width: Int
    var depths: [Int]
    var heads: [Int]
    var window: Int
    /// The window of each stage in pretraining, by which distances are divided; 0 stands for the window itself.
    var pretrainedWindows = [0, 0, 0, 0]

    private static let normalization = TokenNormalization.layer(epsilon: 1e-5)

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("patch_embed") { () throws(GraphError) in
            let map = try b.patchEmbedding(b.input, patch: 4, width: width)
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

    private func merged(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        try b.scope("downsample") { () throws(GraphError) in
            let reduced = try b.linear(b.mergedNeighbours(x), "reduction", 2 * x.features, hasBias: false)
            return try b.normalization(reduced, "norm", Self.normalization)
        }
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        let map = Extent(height: input.type.dimensions[0], width: input.type.dimensions[1])
        let plans = [false, true].map { WindowPlan.fitting(Extent(window), map: map, isShifted: $0) }
        let mask = depths[stage] > 1 ? try b.shiftMask(plans[1]) : nil
        var x = input
        for index in 0..<depths[stage] {
            let plan = plans[index % 2]
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let mixed = try b.scope("attn") { () throws(GraphError) in
                    try attention(b, b.windows(x, plan), stage, plan, mask: index % 2 == 1 ? mask : nil)
                }
                let normal = try b.normalization(b.unwindowed(mixed, plan), "norm1", Self.normalization)
                let y = try b.add(x, normal)
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(y, FeedForward(hidden: 4 * y.features))
                }
                return try b.add(y, b.normalization(refined, "norm2", Self.normalization))
            }
        }
        return x
    }

    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        _ plan: WindowPlan,
        mask: Value?
    ) throws(GraphError) -> Value {
        let width = x.features
        let heads = heads[stage]
        let qkv = try b.partlyBiasedProjection(x)
        let parts = try b.splitHeads(qkv, parts: 3, heads: heads)
        let query = try b.unitLength(parts[0])
        let cosine = try b.append(
            .matrixProduct(transposesRight: true),
            [query, b.unitLength(parts[1])]
        )
        let limit = try b.constant([Float(log(100.0))], [1])
        let bounded = try b.append(.binary(.minimum), [b.parameter("logit_scale", [heads, 1, 1]), limit])
        var scores = try b.multiply(cosine, b.activation(bounded, .exponential))
        scores = try b.masked(b.add(scores, distanceBias(b, stage, plan.window)), mask)
        let weights = try b.append(.softmax(axis: 3), [scores])
        let mixed = try b.append(.matrixProduct(transposesRight: false), [weights, parts[2]])
        return try b.linear(b.joinHeads(mixed), "proj", width)
    }

    /// `16 sigmoid(mlp(distance))` for each pair of positions: `[heads, area, area]`, static.
    private func distanceBias(
        _ b: GraphBuilder,
        _ stage: Int,
        _ window: Extent
    ) throws(GraphError) -> Value {
        let pretrained = pretrainedWindows[stage]
        func coordinate(_ distance: Int, _ window: Int) -> Float {
            let reach = max((pretrained > 0 ? pretrained : window) - 1, 1)
            let scaled = Float(distance) / Float(reach) * 8
            return (scaled < 0 ? -1 : 1) * log2(abs(scaled) + 1) / 3
        }
        var values: [Float] = []
        for row in (1 - window.height)..<window.height {
            for column in (1 - window.width)..<window.width {
                values += [coordinate(row, window.height), coordinate(column, window.width)]
            }
        }
        let distances = try b.constant(values, [values.count / 2, 2])
        let hidden = try b.activation(b.linear(distances, "cpb_mlp.0", 512), .relu)
        let table = try b.linear(hidden, "cpb_mlp.2", heads[stage], hasBias: false)
        return try b.affine(b.activation(b.gatheredBias(table, window: window), .sigmoid), 16)
    }

    /// Leaves the buffers of the paper's checkpoints out, and brings their downsampling to its place of today.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let dropped = ["relative_position_index", "relative_coords_table", "attn_mask"]
        try SwinCheckpoint.remap(&tensors, dropping: dropped)
    }
}
