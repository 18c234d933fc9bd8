internal import Graph
internal import Tensors

// EVA, EVA-02 and what shares their blocks: ViT with rotary positions, the Perception Encoder, DINOv3, LingBot, Sapiens 2.
//
// Papers: EVA (https://arxiv.org/abs/2211.07636), EVA-02 (https://arxiv.org/abs/2303.11331), EVA-CLIP
// (https://arxiv.org/abs/2303.15389), Rotary Position Embedding for Vision Transformer
// (https://arxiv.org/abs/2403.13298), Perception Encoder (https://arxiv.org/abs/2504.13181), DINOv3
// (https://arxiv.org/abs/2508.10104).
// Source: timm/models/eva.py (timm 1.0.31). Deviations: cosine and sine of learned frequencies are powers of unit
// complex numbers, since the graph has neither; tokens without a place are multiplied by 1 and 0.

/// The numbers of an EVA.
struct EVA: ModelConfiguration, Equatable {
    /// How query, key and value come about.
    enum Projection: Sendable, Equatable {
        /// One matrix with biases for query and value: `EvaAttention`.
        case partlyBiased
        /// Three layers, the key's without bias: `EvaAttention` with `qkv_fused=False`.
        case apart
        /// One layer: `AttentionRope`.
        case joined
        /// Three layers; key and value of so many heads in each block: `AttentionRope` with `qkv_fused=False`.
        case grouped(heads: [Int])
    }

    /// What stands for the picture in the end.
    enum Pooling: Sendable, Equatable {
        case average, token
        case attention(heads: Int)
    }

    /// Height and width of the checkpoint's pictures.
    var size: Extent
    var patch: Int
    var width: Int
    var depth: Int
    var heads: Int
    var ratio: Double = 4
    var projection: Projection = .partlyBiased
    var hasBias = true
    var normalizesQueryAndKey = false
    var normalizesResult = false
    /// Whether the perceptron is gated, its hidden features a multiple of this (0: one layer for both halves).
    var gatedAlignment: Int?
    var normalizesHidden = false
    var hasLayerScale = false
    var scalesAttentionOnly = false
    var isPostNormalized = false
    var normalization: TokenNormalization = .layer()
    var hasClassToken = true
    var registers = 0
    var hasPositionEmbedding = true
    var embedsPatchesOnly = false
    var rotary: RotaryEmbedding?
    var normalizesBefore = false
    /// Whether the tokens are normalised after the blocks.
    var normalizesAfter: Bool
    /// Whether the pooled features are normalised.
    var normalizesPooled: Bool
    var pooling: Pooling = .average

    private var prefix: Int { (hasClassToken ? 1 : 0) + registers }

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: patch, width: width, hasBias: !normalizesBefore)
        }
        let grid = Extent(height: map.height, width: map.width)
        var x = try embed(b, b.tokens(map), grid)
        var tables: [RotaryTables] = []
        if let rotary {
            tables = try b.scope("rope") { () throws(GraphError) in
                try b.rotaryTables(
                    rotary,
                    grid: grid,
                    prefix: prefix,
                    size: width / heads,
                    heads: heads,
                    depth: depth
                )
            }
        }
        if normalizesBefore { x = try b.normalization(x, "norm_pre", normalization) }
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try block(b, x, index, tables.isEmpty ? nil : tables[index])
            }
        }
        if normalizesAfter { x = try b.normalization(x, "norm", normalization) }
        var pooled = try pool(b, x)
        if normalizesPooled { pooled = try b.normalization(pooled, "fc_norm", normalization) }
        try b.linearClassifier(features: x, embedding: pooled, classCount: options.classCount, name: "head")
    }

    private func embed(_ b: GraphBuilder, _ patches: Value, _ grid: Extent) throws(GraphError) -> Value {
        var tokens: [Value] = []
        if hasClassToken { tokens.append(try b.token("cls_token", width: width)) }
        if registers > 0 { tokens.append(try b.token("reg_token", count: registers, width: width)) }
        guard hasPositionEmbedding else { return try b.concatenate(tokens + [patches], axis: 1) }
        let positions = try b.positionEmbedding(
            "pos_embed",
            width: width,
            from: Extent(height: size.height / patch, width: size.width / patch),
            to: grid,
            prefix: embedsPatchesOnly ? 0 : prefix
        )
        if embedsPatchesOnly { return try b.concatenate(tokens + [b.add(patches, positions)], axis: 1) }
        return try b.add(b.concatenate(tokens + [patches], axis: 1), positions)
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ index: Int,
        _ tables: RotaryTables?
    ) throws(GraphError) -> Value {
        let first = isPostNormalized ? x : try b.normalization(x, "norm1", normalization)
        var mixed = try b.scope("attn") { () throws(GraphError) in try attention(b, first, index, tables) }
        if isPostNormalized { mixed = try b.normalization(mixed, "norm1", normalization) }
        if hasLayerScale { mixed = try b.featureScale(mixed, "gamma_1") }
        let y = try b.add(x, mixed)
        let second = isPostNormalized ? y : try b.normalization(y, "norm2", normalization)
        var refined = try b.scope("mlp") { () throws(GraphError) in try b.feedForward(second, feedForward) }
        if isPostNormalized { refined = try b.normalization(refined, "norm2", normalization) }
        if hasLayerScale, !scalesAttentionOnly { refined = try b.featureScale(refined, "gamma_2") }
        return try b.add(y, refined)
    }

    private var feedForward: FeedForward {
        let hidden = Int(Double(width) * ratio)
        let inner = normalizesHidden ? normalization : nil
        guard let alignment = gatedAlignment else {
            return FeedForward(hidden: hidden, normalization: inner)
        }
        guard normalizesHidden || alignment > 0 else {
            return FeedForward(kind: .gatedFirst, hidden: 2 * hidden, activation: .silu)
        }
        let step = max(alignment, 1)
        return FeedForward(
            kind: .gatedApart,
            hidden: (hidden + step - 1) / step * step,
            activation: .silu,
            normalization: inner
        )
    }

    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ index: Int,
        _ tables: RotaryTables?
    ) throws(GraphError) -> Value {
        var parts: [Value]
        switch projection {
        case .partlyBiased:
            parts = try b.splitHeads(
                b.partlyBiasedProjection(x, hasBias: hasBias),
                parts: 3,
                heads: heads
            )
        case .joined:
            parts = try b.splitHeads(
                b.linear(x, "qkv", 3 * width, hasBias: hasBias),
                parts: 3,
                heads: heads
            )
        case .apart:
            parts = []
            for (name, bias) in [("q_proj", hasBias), ("k_proj", false), ("v_proj", hasBias)] {
                let one = try b.linear(x, name, width, hasBias: bias)
                parts.append(try b.splitHeads(one, parts: 1, heads: heads)[0])
            }
        case .grouped(let counts):
            parts = []
            for (name, count) in [("q_proj", heads), ("k_proj", counts[index]), ("v_proj", counts[index])] {
                let one = try b.linear(x, name, width / heads * count, hasBias: hasBias)
                parts.append(try b.splitHeads(one, parts: 1, heads: count)[0])
            }
        }
        if normalizesQueryAndKey {
            parts[0] = try b.normalization(parts[0], "q_norm", normalization)
            parts[1] = try b.normalization(parts[1], "k_norm", normalization)
        }
        if let tables {
            parts[0] = try b.rotated(parts[0], tables)
            parts[1] = try b.rotated(parts[1], tables)
        }
        if case .grouped(let counts) = projection, counts[index] != heads {
            let group = heads / counts[index]
            let order = (0..<heads).map { $0 / group }
            parts[1] = try b.append(.gather(axis: 1, indices: order), [parts[1]])
            parts[2] = try b.append(.gather(axis: 1, indices: order), [parts[2]])
        }
        var y = try b.joinHeads(b.attention(parts[0], parts[1], parts[2]))
        if normalizesResult { y = try b.normalization(y, "norm", normalization) }
        return try b.linear(y, "proj", width)
    }

    private func pool(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        switch pooling {
        case .token: return try b.token(of: x, at: 0)
        case .average: return try b.averagedTokens(x, prefix: prefix)
        case .attention(let heads):
            return try b.scope("attn_pool") { () throws(GraphError) in
                try b.latentAttentionPool(
                    x,
                    heads: heads,
                    feedForward: FeedForward(hidden: 4 * width),
                    normalization: normalization
                )
            }
        }
    }

    /// Brings the names of EVA's, DINOv3's, Sapiens', OpenCLIP's and the Perception Encoder's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try EVACheckpoint(width: width, hasPartialBias: hasBias).remap(&tensors)
    }
}
