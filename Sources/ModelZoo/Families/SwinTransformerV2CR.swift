internal import Foundation
internal import Graph
internal import Tensors

// Swin V2 as Christoph Reich wrote it: cosine attention in windows that grow with the picture, with biases that a small
// perceptron makes of logarithmic distances.
//
// Paper: Swin Transformer V2 (https://arxiv.org/abs/2111.09883).
// Source: timm/models/swin_transformer_v2_cr.py (timm 1.0.31). No deviations: the biases depend on weights alone and fold.

/// The numbers of a Swin transformer V2 CR.
struct SwinTransformerV2CR: ModelConfiguration, Equatable {
    /// Features of the first stage; each further one has twice as many.
    var width: Int
    var depths: [Int]
    var heads: [Int]
    /// After how many blocks of a stage a further normalisation follows; 0 stands for none.
    var normalizationPeriod = 0
    /// Whether such a normalisation ends every stage, not the last alone.
    var normalizesStages = false

    private static let normalization = TokenNormalization.layer(epsilon: 1e-5)
    /// Windows along each axis of the first stage.
    private static let windowRatio = 8

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: 4, width: width)
        }
        let window = Extent(
            height: max(1, map.height / Self.windowRatio),
            width: max(1, map.width / Self.windowRatio)
        )
        var x = try b.normalization(b.channelsLast(map), "patch_embed.norm", Self.normalization)
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                try self.stage(b, stage > 0 ? merged(b, x) : x, stage, window)
            }
        }
        try b.linearClassifier(
            features: b.channelsFirst(x),
            embedding: b.mean(x, axes: [1, 2]),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func merged(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        try b.scope("downsample") { () throws(GraphError) in
            let normal = try b.normalization(b.mergedNeighbours(x), "norm", Self.normalization)
            return try b.linear(normal, "reduction", 2 * x.features, hasBias: false)
        }
    }

    private func stage(
        _ b: GraphBuilder,
        _ input: Value,
        _ stage: Int,
        _ window: Extent
    ) throws(GraphError) -> Value {
        let map = Extent(height: input.type.dimensions[0], width: input.type.dimensions[1])
        let plans = [false, true].map { WindowPlan.fitting(window, map: map, isShifted: $0) }
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
                let sum = try b.add(y, b.normalization(refined, "norm2", Self.normalization))
                return isNormalized(stage, index)
                    ? try b.normalization(sum, "norm3", Self.normalization) : sum
            }
        }
        return x
    }

    private func isNormalized(_ stage: Int, _ index: Int) -> Bool {
        if normalizationPeriod > 0, (index + 1) % normalizationPeriod == 0 { return true }
        return index + 1 == depths[stage] && (normalizesStages || stage + 1 == depths.count)
    }

    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        _ plan: WindowPlan,
        mask: Value?
    ) throws(GraphError) -> Value {
        let (width, heads) = (x.features, heads[stage])
        let parts = try b.splitHeads(b.linear(x, "qkv", 3 * width), parts: 3, heads: heads)
        let cosine = try b.append(
            .matrixProduct(transposesRight: true),
            [b.unitLength(parts[0]), b.unitLength(parts[1])]
        )
        let limit = try b.constant([Float(log(100.0))], [1])
        let scale = try b.reshapeStatic(b.parameter("logit_scale", [heads]), [heads, 1, 1])
        let bounded = try b.append(.binary(.minimum), [scale, limit])
        var scores = try b.multiply(cosine, b.activation(bounded, .exponential))
        scores = try b.masked(b.add(scores, distanceBias(b, heads, plan.window)), mask)
        let weights = try b.append(.softmax(axis: 3), [scores])
        let mixed = try b.append(.matrixProduct(transposesRight: false), [weights, parts[2]])
        return try b.linear(b.joinHeads(mixed), "proj", width)
    }

    /// The perceptron's bias for each pair of positions: `[heads, area, area]`, static.
    ///
    /// timm runs the perceptron over all pairs; equal distances give equal biases, so once a distance is enough.
    private func distanceBias(_ b: GraphBuilder, _ heads: Int, _ window: Extent) throws(GraphError) -> Value {
        func coordinate(_ distance: Int) -> Float {
            Float(distance.signum()) * log(1 + Float(abs(distance)))
        }
        var values: [Float] = []
        for row in (1 - window.height)..<window.height {
            for column in (1 - window.width)..<window.width {
                values += [coordinate(row), coordinate(column)]
            }
        }
        let distances = try b.constant(values, [values.count / 2, 2])
        let table = try b.scope("meta_mlp") { () throws(GraphError) in
            try b.feedForward(distances, FeedForward(hidden: 384, activation: .relu, outputs: heads))
        }
        return try b.gatheredBias(table, window: window)
    }

    /// Brings the names of older checkpoints to timm's: a temperature divides there, whose logarithm multiplies here.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["head.fc.weight"] == nil else { return }
        for (name, tensor) in tensors where name.contains("tau") {
            let values = tensor.floats.map { log(1 / $0) }
            tensors[name] = Tensor.cast(values, to: tensor.dtype, shape: tensor.shape)
        }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(name, [("tau", "logit_scale"), ("head.", "head.fc.")])
        }
    }
}
