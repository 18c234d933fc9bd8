internal import Graph

// ViT with biases by relative position in place of learned positions: a small perceptron makes them of the logarithms of
// the distances, in each block or once for all.
//
// Papers: An Image is Worth 16x16 Words (https://arxiv.org/abs/2010.11929), Swin Transformer V2
// (https://arxiv.org/abs/2111.09883) for the perceptron and the normalisation after the branches.
// Source: timm/models/vision_transformer_relpos.py (timm 1.0.31). No deviations: the biases depend on weights alone and
// fold.

/// The numbers of a ViT with relative positions.
struct VisionTransformerRelPos: ModelConfiguration, Equatable {
    var patch = 16
    var width: Int
    var depth = 12
    var heads: Int
    var ratio: Double = 4
    /// Whether query, key and value have biases.
    var hasBias = false
    var block = VisionTransformer.Block.standard
    /// Hidden features of the perceptron.
    var hidden = 128
    /// Whether all blocks have the same biases.
    var sharesBias = false
    var hasClassToken = false
    /// Whether the final normalisation follows the pooling.
    var normalizesPooled = false
    var pooling = VisionTransformer.Pooling.average

    private var transformer: VisionTransformer {
        VisionTransformer(
            size: 0,
            patch: patch,
            width: width,
            depth: depth,
            heads: heads,
            ratio: ratio,
            block: block,
            hasBias: hasBias,
            hasLayerScale: block == .standard
        )
    }

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: patch, width: width)
        }
        let grid = Extent(height: map.height, width: map.width)
        var x = try b.tokens(map)
        if hasClassToken { x = try b.concatenate([b.token("cls_token", width: width), x], axis: 1) }
        let shared = sharesBias ? try bias(b, grid, "shared_rel_pos") : nil
        for index in 0..<depth {
            let layers = VisionTransformerLayers(builder: b, model: transformer, index: index) {
                b throws(GraphError) in
                if let shared { return shared }
                return try bias(b, grid, "rel_pos")
            }
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                block == .standard ? try layers.standard(x) : try layers.postNormalized(x)
            }
        }
        if !normalizesPooled { x = try b.layerNormalization(x, "norm") }
        var pooled =
            pooling == .token
            ? try b.token(of: x, at: 0) : try b.averagedTokens(x, prefix: hasClassToken ? 1 : 0)
        if normalizesPooled { pooled = try b.layerNormalization(pooled, "fc_norm") }
        try b.linearClassifier(
            features: x,
            embedding: pooled,
            classCount: options.classCount,
            name: "head"
        )
    }

    /// `[heads, tokens, tokens]`, static; the class token has a bias of 0.
    private func bias(_ b: GraphBuilder, _ grid: Extent, _ name: String) throws(GraphError) -> Value {
        let patches = try b.scope(name) { () throws(GraphError) in
            try b.perceptronBias(window: grid, hidden: hidden, heads: heads)
        }
        guard hasClassToken else { return patches }
        let amounts = PaddingAmounts(mode: .constant(0), before: [0, 1, 1], after: [0, 0, 0])
        return try b.append(.padding(amounts), [patches])
    }
}

extension ModelFamily {
    /// The architectures of timm/models/vision_transformer_relpos.py, in its order.
    static let visionTransformerRelPos = ModelFamily(
        name: "vision_transformer_relpos",
        variants: [
            ModelVariant(
                "vit_relpos_base_patch32_plus_rpn_256",
                VisionTransformerRelPos(
                    patch: 32,
                    width: 896,
                    heads: 14,
                    hasBias: true,
                    block: .postNormalized
                )
            ),
            ModelVariant(
                "vit_relpos_base_patch16_plus_240",
                VisionTransformerRelPos(width: 896, heads: 14, hasBias: true)
            ),
            ModelVariant(
                "vit_relpos_small_patch16_224",
                VisionTransformerRelPos(width: 384, heads: 6, normalizesPooled: true)
            ),
            ModelVariant(
                "vit_relpos_medium_patch16_224",
                VisionTransformerRelPos(width: 512, heads: 8, normalizesPooled: true)
            ),
            ModelVariant(
                "vit_relpos_base_patch16_224",
                VisionTransformerRelPos(width: 768, heads: 12, normalizesPooled: true)
            ),
            ModelVariant(
                "vit_srelpos_small_patch16_224",
                VisionTransformerRelPos(width: 384, heads: 6, hidden: 384, sharesBias: true)
            ),
            ModelVariant(
                "vit_srelpos_medium_patch16_224",
                VisionTransformerRelPos(width: 512, heads: 8, hidden: 512, sharesBias: true)
            ),
            ModelVariant(
                "vit_relpos_medium_patch16_cls_224",
                VisionTransformerRelPos(
                    width: 512,
                    heads: 8,
                    hidden: 256,
                    hasClassToken: true,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_relpos_base_patch16_cls_224",
                VisionTransformerRelPos(width: 768, heads: 12, hasClassToken: true, pooling: .token)
            ),
            ModelVariant(
                "vit_relpos_base_patch16_clsgap_224",
                VisionTransformerRelPos(width: 768, heads: 12, hasClassToken: true, normalizesPooled: true)
            ),
            ModelVariant(
                "vit_relpos_small_patch16_rpn_224",
                VisionTransformerRelPos(width: 384, heads: 6, block: .postNormalized)
            ),
            ModelVariant(
                "vit_relpos_medium_patch16_rpn_224",
                VisionTransformerRelPos(width: 512, heads: 8, block: .postNormalized)
            ),
            ModelVariant(
                "vit_relpos_base_patch16_rpn_224",
                VisionTransformerRelPos(width: 768, heads: 12, block: .postNormalized)
            ),
            ModelVariant(
                "test_vit_relpos",
                VisionTransformerRelPos(width: 96, depth: 9, heads: 3, ratio: 2, normalizesPooled: true)
            ),
        ]
    )
}
