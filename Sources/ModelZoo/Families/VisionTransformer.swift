internal import Graph
internal import Tensors

// ViT and its many relatives: AugReg, CLIP, SigLIP, DINOv2, FlexiViT, EVA's first models, AIMv2, BEiT-3, RADIO, TIPSv2
// and timm's own small ones.
//
// Papers: An Image is Worth 16x16 Words (https://arxiv.org/abs/2010.11929), How to train your ViT
// (https://arxiv.org/abs/2106.10270), FlexiViT (https://arxiv.org/abs/2212.08013), Scaling Vision Transformers to 22
// Billion Parameters (https://arxiv.org/abs/2302.05442), Three things everyone should know about Vision Transformers
// (https://arxiv.org/abs/2203.09795), Differential Transformer (https://arxiv.org/abs/2410.05258), DINOv2
// (https://arxiv.org/abs/2304.07193), SigLIP (https://arxiv.org/abs/2303.15343), AIMv2 (https://arxiv.org/abs/2411.14402).
// Source: timm/models/vision_transformer.py (timm 1.0.31). Deviations: position embeddings of another grid than the
// checkpoint's are resampled as part of the graph, so that the checkpoint is read as it is. RADIO's original
// checkpoints are not read, timm's are.

/// The numbers of a vision transformer.
struct VisionTransformer: ModelConfiguration, Equatable {
    /// A block's arrangement.
    enum Block: Sendable, Equatable {
        /// Normalisation, attention, normalisation, perceptron.
        case standard
        /// Attention and perceptron normalised after themselves: `ResPostBlock`.
        case postNormalized
        /// Attention and perceptron side by side behind one layer: `ParallelScalingBlock`.
        case parallel
        /// The same with differential attention and one last layer: `DiffParallelScalingBlock`.
        case differentialParallel
        /// Two attentions, then two perceptrons, each pair summed: `ParallelThingsBlock`.
        case pairs
    }

    /// What stands for the picture in the end.
    enum Pooling: Sendable, Equatable {
        case token, average, attention
        /// The class token and DeiT's distillation token, each with a classifier of its own; the results are averaged.
        case distilled
    }

    /// Height and width of the checkpoint's pictures.
    var size: Int
    var patch: Int
    var width: Int
    var depth: Int
    var heads: Int
    var ratio: Double = 4
    var block: Block = .standard
    var isDifferential = false
    var feedForward: FeedForward.Kind = .plain
    var activation: Activation = .gelu
    var normalization: TokenNormalization = .layer()
    var hasBias = true
    var hasProjectionBias = true
    var normalizesQueryAndKey = false
    /// Whether attention's and the perceptron's inner results are normalised, as BEiT-3 does.
    var normalizesInside = false
    var hasLayerScale = false
    var hasClassToken = true
    var registers = 0
    /// Whether class token and registers have no position.
    var embedsPatchesOnly = false
    var normalizesBefore = false
    var normalizesPatches = false
    var hasFinalNormalization = true
    /// Whether the final normalisation follows the pooling; where nil, if the pooling averages.
    var normalizesPooled: Bool?
    var pooling: Pooling = .token
    var poolsPrefix = false
    var positionFilter = PositionFilter()

    private var prefix: Int { (hasClassToken ? 1 : 0) + (pooling == .distilled ? 1 : 0) + registers }
    private var hasPooledNormalization: Bool { normalizesPooled ?? (pooling == .average) }

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try classify(b, embed(b), classCount: options.classCount)
    }

    /// Emits blocks and head over tokens with their positions.
    func classify(_ b: GraphBuilder, _ tokens: Value, classCount: Int) throws(GraphError) {
        var x = tokens
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, x, index) }
        }
        if hasFinalNormalization, !hasPooledNormalization {
            x = try b.normalization(x, "norm", normalization)
        }
        if pooling == .distilled {
            return try b.distilledClassifier(
                features: x,
                b.token(of: x, at: 0),
                b.token(of: x, at: 1),
                classCount: classCount
            )
        }
        let features = x
        var pooled = try pool(b, x)
        if hasFinalNormalization, hasPooledNormalization {
            pooled = try b.normalization(pooled, "fc_norm", normalization)
        }
        try b.linearClassifier(
            features: features,
            embedding: pooled,
            classCount: classCount,
            name: "head"
        )
    }

    private func embed(_ b: GraphBuilder) throws(GraphError) -> Value {
        var map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: patch, width: width, hasBias: !normalizesBefore)
        }
        let grid = Extent(height: map.height, width: map.width)
        map = try b.tokens(map)
        if normalizesPatches { map = try b.normalization(map, "patch_embed.norm", normalization) }
        var tokens: [Value] = []
        if hasClassToken { tokens.append(try b.token("cls_token", width: width)) }
        if pooling == .distilled { tokens.append(try b.token("dist_token", width: width)) }
        if registers > 0 { tokens.append(try b.token("reg_token", count: registers, width: width)) }
        let positions = try b.positionEmbedding(
            "pos_embed",
            width: width,
            from: Extent(size / patch),
            to: grid,
            prefix: embedsPatchesOnly ? 0 : prefix,
            filter: positionFilter
        )
        var x: Value
        if embedsPatchesOnly {
            x = try b.concatenate(tokens + [b.add(map, positions)], axis: 1)
        } else {
            x = try b.add(b.concatenate(tokens + [map], axis: 1), positions)
        }
        if normalizesBefore { x = try b.normalization(x, "norm_pre", normalization) }
        return x
    }

    private func pool(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        switch pooling {
        case .token, .distilled: return try b.token(of: x, at: 0)
        case .average: return try b.averagedTokens(x, prefix: poolsPrefix ? 0 : prefix)
        case .attention:
            let count = x.type.dimensions[0]
            let rest = poolsPrefix || prefix == 0 ? x : try b.slice(x, axis: 1, prefix, count - prefix)
            return try b.scope("attn_pool") { () throws(GraphError) in
                try b.latentAttentionPool(
                    rest,
                    heads: heads,
                    feedForward: FeedForward(hidden: Int(Double(width) * ratio), activation: activation),
                    normalization: normalization
                )
            }
        }
    }

    private func block(_ b: GraphBuilder, _ x: Value, _ index: Int) throws(GraphError) -> Value {
        let layers = VisionTransformerLayers(builder: b, model: self, index: index)
        switch block {
        case .standard: return try layers.standard(x)
        case .postNormalized: return try layers.postNormalized(x)
        case .parallel, .differentialParallel: return try layers.parallel(x)
        case .pairs: return try layers.pairs(x)
        }
    }

    /// Brings the names of OpenAI's and OpenCLIP's, DINOv2's, I-JEPA's, AIMv2's and BEiT-3's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try VisionTransformerCheckpoint(width: width, patch: patch).remap(&tensors)
    }
}
