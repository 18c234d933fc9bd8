internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/vision_transformer.py, in its order.
    static let visionTransformer = ModelFamily(
        name: "vision_transformer",
        variants: [
            ModelVariant(
                "vit_tiny_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 192, depth: 12, heads: 3)
            ),
            ModelVariant(
                "vit_tiny_patch16_384",
                VisionTransformer(size: 384, patch: 16, width: 192, depth: 12, heads: 3)
            ),
            ModelVariant(
                "vit_small_patch32_224",
                VisionTransformer(size: 224, patch: 32, width: 384, depth: 12, heads: 6)
            ),
            ModelVariant(
                "vit_small_patch32_384",
                VisionTransformer(size: 384, patch: 32, width: 384, depth: 12, heads: 6)
            ),
            ModelVariant(
                "vit_small_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 384, depth: 12, heads: 6)
            ),
            ModelVariant(
                "vit_small_patch16_384",
                VisionTransformer(size: 384, patch: 16, width: 384, depth: 12, heads: 6)
            ),
            ModelVariant(
                "vit_small_patch8_224",
                VisionTransformer(size: 224, patch: 8, width: 384, depth: 12, heads: 6)
            ),
            ModelVariant(
                "vit_base_patch32_224",
                VisionTransformer(size: 224, patch: 32, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "vit_base_patch32_384",
                VisionTransformer(size: 384, patch: 32, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "vit_base_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "vit_base_patch16_384",
                VisionTransformer(size: 384, patch: 16, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "vit_base_patch8_224",
                VisionTransformer(size: 224, patch: 8, width: 768, depth: 12, heads: 12)
            ),
            ModelVariant(
                "vit_large_patch32_224",
                VisionTransformer(size: 224, patch: 32, width: 1024, depth: 24, heads: 16)
            ),
            ModelVariant(
                "vit_large_patch32_384",
                VisionTransformer(size: 384, patch: 32, width: 1024, depth: 24, heads: 16)
            ),
            ModelVariant(
                "vit_large_patch16_224",
                VisionTransformer(size: 224, patch: 16, width: 1024, depth: 24, heads: 16)
            ),
            ModelVariant(
                "vit_large_patch16_384",
                VisionTransformer(size: 384, patch: 16, width: 1024, depth: 24, heads: 16)
            ),
            ModelVariant(
                "vit_large_patch14_224",
                VisionTransformer(size: 224, patch: 14, width: 1024, depth: 24, heads: 16)
            ),
            ModelVariant(
                "vit_huge_patch14_224",
                VisionTransformer(size: 224, patch: 14, width: 1280, depth: 32, heads: 16)
            ),
            ModelVariant(
                "vit_giant_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363
                )
            ),
            ModelVariant(
                "vit_gigantic_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1664,
                    depth: 48,
                    heads: 16,
                    ratio: 4.923076923076923
                )
            ),
            ModelVariant(
                "vit_base_patch16_224_miil",
                VisionTransformer(size: 224, patch: 16, width: 768, depth: 12, heads: 12, hasBias: false)
            ),
            ModelVariant(
                "vit_medium_patch16_gap_240",
                VisionTransformer(
                    size: 240,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_medium_patch16_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_medium_patch16_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_betwixt_patch16_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 640,
                    depth: 12,
                    heads: 10,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_gap_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 16,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_huge_patch14_gap_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_huge_patch16_gap_448",
                VisionTransformer(
                    size: 448,
                    patch: 16,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_giant_patch16_gap_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_xsmall_patch16_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 256,
                    depth: 10,
                    heads: 4,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_medium_patch32_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 32,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_medium_patch16_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_betwixt_patch32_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 32,
                    width: 640,
                    depth: 12,
                    heads: 10,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_clip_256",
                VisionTransformer(
                    size: 256,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_clip_384",
                VisionTransformer(
                    size: 384,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_clip_448",
                VisionTransformer(
                    size: 448,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch16_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch16_clip_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch16_plus_clip_240",
                VisionTransformer(
                    size: 240,
                    patch: 16,
                    width: 896,
                    depth: 12,
                    heads: 14,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_clip_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_huge_patch14_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_huge_patch14_clip_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_huge_patch14_clip_378",
                VisionTransformer(
                    size: 378,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_giant_patch14_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_gigantic_patch14_clip_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1664,
                    depth: 48,
                    heads: 16,
                    ratio: 4.923076923076923,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_gigantic_patch14_clip_378",
                VisionTransformer(
                    size: 378,
                    patch: 14,
                    width: 1664,
                    depth: 48,
                    heads: 16,
                    ratio: 4.923076923076923,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_clip_quickgelu_224",
                VisionTransformer(
                    size: 224,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch16_clip_quickgelu_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_clip_quickgelu_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_clip_quickgelu_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_huge_patch14_clip_quickgelu_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_huge_patch14_clip_quickgelu_378",
                VisionTransformer(
                    size: 378,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_gigantic_patch14_clip_quickgelu_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1664,
                    depth: 48,
                    heads: 16,
                    ratio: 4.923076923076923,
                    activation: .quickGELU,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_plus_256",
                VisionTransformer(size: 256, patch: 32, width: 896, depth: 12, heads: 14, hasLayerScale: true)
            ),
            ModelVariant(
                "vit_base_patch16_plus_240",
                VisionTransformer(size: 240, patch: 16, width: 896, depth: 12, heads: 14, hasLayerScale: true)
            ),
            ModelVariant(
                "vit_base_patch16_rpn_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    block: .postNormalized,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_small_patch16_36x1_224",
                VisionTransformer(size: 224, patch: 16, width: 384, depth: 36, heads: 6, hasLayerScale: true)
            ),
            ModelVariant(
                "vit_small_patch16_18x2_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 384,
                    depth: 18,
                    heads: 6,
                    block: .pairs,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "vit_base_patch16_18x2_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 18,
                    heads: 12,
                    block: .pairs,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "eva_large_patch14_196",
                VisionTransformer(size: 196, patch: 14, width: 1024, depth: 24, heads: 16, pooling: .average)
            ),
            ModelVariant(
                "eva_large_patch14_336",
                VisionTransformer(size: 336, patch: 14, width: 1024, depth: 24, heads: 16, pooling: .average)
            ),
            ModelVariant(
                "flexivit_small",
                VisionTransformer(
                    size: 240,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    embedsPatchesOnly: true,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
            ModelVariant(
                "flexivit_base",
                VisionTransformer(
                    size: 240,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    embedsPatchesOnly: true,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
            ModelVariant(
                "flexivit_large",
                VisionTransformer(
                    size: 240,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    embedsPatchesOnly: true,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
            ModelVariant(
                "vit_base_patch16_xp_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    block: .parallel,
                    normalization: .rootMeanSquare(),
                    hasBias: false,
                    normalizesQueryAndKey: true,
                    embedsPatchesOnly: true,
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_xp_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    block: .parallel,
                    normalization: .rootMeanSquare(),
                    hasBias: false,
                    normalizesQueryAndKey: true,
                    embedsPatchesOnly: true,
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_huge_patch14_xp_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    block: .parallel,
                    normalization: .rootMeanSquare(),
                    hasBias: false,
                    normalizesQueryAndKey: true,
                    embedsPatchesOnly: true,
                    normalizesBefore: true
                )
            ),
            ModelVariant(
                "vit_small_patch14_dinov2",
                VisionTransformer(size: 518, patch: 14, width: 384, depth: 12, heads: 6, hasLayerScale: true)
            ),
            ModelVariant(
                "vit_base_patch14_dinov2",
                VisionTransformer(size: 518, patch: 14, width: 768, depth: 12, heads: 12, hasLayerScale: true)
            ),
            ModelVariant(
                "vit_large_patch14_dinov2",
                VisionTransformer(
                    size: 518,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "vit_giant_patch14_dinov2",
                VisionTransformer(
                    size: 518,
                    patch: 14,
                    width: 1536,
                    depth: 40,
                    heads: 24,
                    ratio: 5.33334,
                    feedForward: .gatedFirst,
                    activation: .silu,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "vit_small_patch14_reg4_dinov2",
                VisionTransformer(
                    size: 518,
                    patch: 14,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasLayerScale: true,
                    registers: 4,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_base_patch14_reg4_dinov2",
                VisionTransformer(
                    size: 518,
                    patch: 14,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    registers: 4,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_reg4_dinov2",
                VisionTransformer(
                    size: 518,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    registers: 4,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_giant_patch14_reg4_dinov2",
                VisionTransformer(
                    size: 518,
                    patch: 14,
                    width: 1536,
                    depth: 40,
                    heads: 24,
                    ratio: 5.33334,
                    feedForward: .gatedFirst,
                    activation: .silu,
                    hasLayerScale: true,
                    registers: 4,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_base_patch14_reg1_tipsv2",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    registers: 1,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_large_patch14_reg1_tipsv2",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    registers: 1,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_reg1_tipsv2",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.736111111111111,
                    hasLayerScale: true,
                    registers: 1,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_giant_patch14_reg1_tipsv2",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1536,
                    depth: 40,
                    heads: 24,
                    ratio: 5.33334,
                    feedForward: .gatedFirst,
                    activation: .silu,
                    hasLayerScale: true,
                    registers: 1,
                    embedsPatchesOnly: true
                )
            ),
            ModelVariant(
                "vit_base_patch32_siglip_256",
                VisionTransformer(
                    size: 256,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_512",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_large_patch16_siglip_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_large_patch16_siglip_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_large_patch16_siglip_512",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_378",
                VisionTransformer(
                    size: 378,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_384",
                VisionTransformer(
                    size: 384,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_siglip_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_siglip_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_siglip_512",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_giantopt_patch16_siglip_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 16,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_giantopt_patch16_siglip_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 16,
                    activation: .geluTanh,
                    hasClassToken: false,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_base_patch32_siglip_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 32,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_gap_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_siglip_gap_512",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_large_patch16_siglip_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_large_patch16_siglip_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_large_patch16_siglip_gap_512",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_gap_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_gap_378",
                VisionTransformer(
                    size: 378,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_gap_448",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch14_siglip_gap_896",
                VisionTransformer(
                    size: 896,
                    patch: 14,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_siglip_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_siglip_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_siglip_gap_512",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.7362,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_giantopt_patch16_siglip_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 16,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_giantopt_patch16_siglip_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 16,
                    activation: .geluTanh,
                    hasClassToken: false,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_wee_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 256,
                    depth: 14,
                    heads: 4,
                    ratio: 5,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_dwee_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 256,
                    depth: 14,
                    heads: 4,
                    ratio: 5,
                    isDifferential: true,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_pwee_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 256,
                    depth: 16,
                    heads: 4,
                    ratio: 5,
                    block: .parallel,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_dpwee_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 256,
                    depth: 16,
                    heads: 4,
                    ratio: 5,
                    block: .differentialParallel,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_little_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 320,
                    depth: 14,
                    heads: 5,
                    ratio: 5.6,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_dlittle_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 320,
                    depth: 14,
                    heads: 5,
                    ratio: 5.6,
                    isDifferential: true,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_little_patch16_reg4_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 320,
                    depth: 14,
                    heads: 5,
                    ratio: 5.6,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_medium_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_medium_patch16_reg4_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_mediumd_patch16_reg4_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 512,
                    depth: 20,
                    heads: 8,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_mediumd_patch16_reg4_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 512,
                    depth: 20,
                    heads: 8,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_betwixt_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 640,
                    depth: 12,
                    heads: 10,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_betwixt_patch16_reg4_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 640,
                    depth: 12,
                    heads: 10,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_betwixt_patch16_reg4_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 640,
                    depth: 12,
                    heads: 10,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_reg4_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasClassToken: false,
                    registers: 4,
                    embedsPatchesOnly: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so150m_patch16_reg4_map_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 896,
                    depth: 18,
                    heads: 14,
                    ratio: 2.572,
                    hasClassToken: false,
                    registers: 4,
                    pooling: .attention
                )
            ),
            ModelVariant(
                "vit_so150m_patch16_reg4_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 896,
                    depth: 18,
                    heads: 14,
                    ratio: 2.572,
                    hasClassToken: false,
                    registers: 4,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so150m_patch16_reg4_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 896,
                    depth: 18,
                    heads: 14,
                    ratio: 2.572,
                    hasClassToken: false,
                    registers: 4,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so150m2_patch16_reg1_gap_256",
                VisionTransformer(
                    size: 256,
                    patch: 16,
                    width: 832,
                    depth: 21,
                    heads: 13,
                    ratio: 2.6153846153846154,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so150m2_patch16_reg1_gap_384",
                VisionTransformer(
                    size: 384,
                    patch: 16,
                    width: 832,
                    depth: 21,
                    heads: 13,
                    ratio: 2.6153846153846154,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_so150m2_patch16_reg1_gap_448",
                VisionTransformer(
                    size: 448,
                    patch: 16,
                    width: 832,
                    depth: 21,
                    heads: 13,
                    ratio: 2.6153846153846154,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_intern300m_patch14_448",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    hasFinalNormalization: false
                )
            ),
            ModelVariant(
                "aimv2_large_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 8,
                    ratio: 2.75,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_huge_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1536,
                    depth: 24,
                    heads: 12,
                    ratio: 2.6667,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_1b_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 2048,
                    depth: 24,
                    heads: 16,
                    ratio: 2.75,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_3b_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 3072,
                    depth: 24,
                    heads: 24,
                    ratio: 2.6667,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_large_patch14_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 8,
                    ratio: 2.75,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_huge_patch14_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 1536,
                    depth: 24,
                    heads: 12,
                    ratio: 2.6667,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_1b_patch14_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 2048,
                    depth: 24,
                    heads: 16,
                    ratio: 2.75,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_3b_patch14_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 3072,
                    depth: 24,
                    heads: 24,
                    ratio: 2.6667,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_large_patch14_448",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 8,
                    ratio: 2.75,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_huge_patch14_448",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 1536,
                    depth: 24,
                    heads: 12,
                    ratio: 2.6667,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_1b_patch14_448",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 2048,
                    depth: 24,
                    heads: 16,
                    ratio: 2.75,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "aimv2_3b_patch14_448",
                VisionTransformer(
                    size: 448,
                    patch: 14,
                    width: 3072,
                    depth: 24,
                    heads: 24,
                    ratio: 2.6667,
                    feedForward: .gatedApart,
                    activation: .silu,
                    normalization: .rootMeanSquare(epsilon: 1e-5),
                    hasBias: false,
                    hasProjectionBias: false,
                    hasClassToken: false,
                    normalizesPatches: true,
                    normalizesPooled: false,
                    pooling: .average
                )
            ),
            ModelVariant(
                "test_vit",
                VisionTransformer(size: 160, patch: 16, width: 64, depth: 6, heads: 2, ratio: 3)
            ),
            ModelVariant(
                "test_vit2",
                VisionTransformer(
                    size: 160,
                    patch: 16,
                    width: 64,
                    depth: 8,
                    heads: 2,
                    ratio: 3,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    pooling: .average
                )
            ),
            ModelVariant(
                "test_vit3",
                VisionTransformer(
                    size: 160,
                    patch: 16,
                    width: 96,
                    depth: 9,
                    heads: 3,
                    ratio: 2,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    pooling: .attention,
                    poolsPrefix: true
                )
            ),
            ModelVariant(
                "test_vit4",
                VisionTransformer(
                    size: 160,
                    patch: 16,
                    width: 96,
                    depth: 9,
                    heads: 3,
                    ratio: 3,
                    normalization: .rootMeanSquare(),
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    pooling: .average
                )
            ),
            ModelVariant(
                "beit3_base_patch16_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesInside: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "beit3_large_patch16_224",
                VisionTransformer(
                    size: 224,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesInside: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "beit3_giant_patch14_224",
                VisionTransformer(
                    size: 224,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.3637,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesInside: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "beit3_giant_patch14_336",
                VisionTransformer(
                    size: 336,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.3637,
                    normalization: .layer(epsilon: 1e-5),
                    normalizesInside: true,
                    pooling: .average
                )
            ),
            ModelVariant(
                "vit_base_patch16_radio_v3",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    registers: 7,
                    embedsPatchesOnly: true,
                    hasFinalNormalization: false,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false, alignsCorners: true)
                )
            ),
            ModelVariant(
                "vit_large_patch16_radio_v3",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    registers: 7,
                    embedsPatchesOnly: true,
                    hasFinalNormalization: false,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
            ModelVariant(
                "vit_huge_patch16_radio_v3",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    registers: 7,
                    embedsPatchesOnly: true,
                    hasFinalNormalization: false,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false, alignsCorners: true)
                )
            ),
            ModelVariant(
                "vit_giant_patch16_radio_v3",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 24,
                    registers: 7,
                    embedsPatchesOnly: true,
                    hasFinalNormalization: false,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
            ModelVariant(
                "vit_so400m_patch16_radio_v4",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1152,
                    depth: 27,
                    heads: 16,
                    ratio: 3.736111111111111,
                    registers: 9,
                    embedsPatchesOnly: true,
                    hasFinalNormalization: false,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
            ModelVariant(
                "vit_huge_patch16_radio_v4",
                VisionTransformer(
                    size: 512,
                    patch: 16,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    registers: 9,
                    embedsPatchesOnly: true,
                    hasFinalNormalization: false,
                    positionFilter: PositionFilter(mode: .bilinear, antialiases: false)
                )
            ),
        ]
    )
}
