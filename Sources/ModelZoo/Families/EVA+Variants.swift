internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/eva.py, in its order.
    static let eva = ModelFamily(
        name: "eva",
        variants: [
            ModelVariant(
                "eva_giant_patch14_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363,
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva_giant_patch14_336",
                EVA(
                    size: 336,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363,
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva_giant_patch14_560",
                EVA(
                    size: 560,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363,
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_tiny_patch14_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 192,
                    depth: 12,
                    heads: 3,
                    ratio: 2.6666666666666665,
                    gatedAlignment: 0,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_small_patch14_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    ratio: 2.6666666666666665,
                    gatedAlignment: 0,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_base_patch14_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_large_patch14_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_tiny_patch14_336",
                EVA(
                    size: 336,
                    patch: 14,
                    width: 192,
                    depth: 12,
                    heads: 3,
                    ratio: 2.6666666666666665,
                    gatedAlignment: 0,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_small_patch14_336",
                EVA(
                    size: 336,
                    patch: 14,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    ratio: 2.6666666666666665,
                    gatedAlignment: 0,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_base_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva02_large_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "eva_giant_patch14_clip_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 1408,
                    depth: 40,
                    heads: 16,
                    ratio: 4.363636363636363,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "eva02_base_patch16_clip_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    normalizesResult: true,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "eva02_large_patch14_clip_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    normalizesResult: true,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "eva02_large_patch14_clip_336",
                EVA(
                    size: 336,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    ratio: 2.6666666666666665,
                    projection: .apart,
                    normalizesResult: true,
                    gatedAlignment: 0,
                    normalizesHidden: true,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "eva02_enormous_patch14_clip_224",
                EVA(
                    size: 224,
                    patch: 14,
                    width: 1792,
                    depth: 64,
                    heads: 16,
                    ratio: 8.571428571428571,
                    isPostNormalized: true,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_medium_patch16_rope_reg1_gap_256",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 512,
                    depth: 12,
                    heads: 8,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "vit_mediumd_patch16_rope_reg1_gap_256",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 512,
                    depth: 20,
                    heads: 8,
                    hasBias: false,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "vit_betwixt_patch16_rope_reg4_gap_256",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 640,
                    depth: 12,
                    heads: 10,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "vit_base_patch16_rope_reg1_gap_256",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    hasClassToken: false,
                    registers: 1,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 16)),
                    normalizesAfter: false,
                    normalizesPooled: true
                )
            ),
            ModelVariant(
                "vit_pe_core_tiny_patch16_384",
                EVA(
                    size: 384,
                    patch: 16,
                    width: 192,
                    depth: 12,
                    heads: 3,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 24, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .attention(heads: 8)
                )
            ),
            ModelVariant(
                "vit_pe_core_small_patch16_384",
                EVA(
                    size: 384,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 24, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .attention(heads: 8)
                )
            ),
            ModelVariant(
                "vit_pe_core_base_patch16_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 14, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .attention(heads: 8)
                )
            ),
            ModelVariant(
                "vit_pe_core_large_patch14_336",
                EVA(
                    size: 336,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 24, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .attention(heads: 8)
                )
            ),
            ModelVariant(
                "vit_pe_core_gigantic_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 1536,
                    depth: 50,
                    heads: 16,
                    ratio: 5.833333333333333,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    hasClassToken: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 32), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .attention(heads: 8)
                )
            ),
            ModelVariant(
                "vit_pe_lang_large_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 1024,
                    depth: 23,
                    heads: 16,
                    projection: .joined,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 32, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_pe_lang_gigantic_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 1536,
                    depth: 47,
                    heads: 16,
                    ratio: 5.833333333333333,
                    projection: .joined,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    hasClassToken: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 32), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_pe_spatial_tiny_patch16_512",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 192,
                    depth: 12,
                    heads: 3,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 32, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_pe_spatial_small_patch16_512",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 32, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_pe_spatial_base_patch16_512",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 32, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_pe_spatial_large_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .joined,
                    normalization: .layer(epsilon: 1e-5),
                    rotary: RotaryEmbedding(kind: .index(reference: 32, offset: 1), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_pe_spatial_gigantic_patch14_448",
                EVA(
                    size: 448,
                    patch: 14,
                    width: 1536,
                    depth: 50,
                    heads: 16,
                    ratio: 5.833333333333333,
                    projection: .joined,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    hasClassToken: false,
                    rotary: RotaryEmbedding(kind: .index(reference: 32), putsColumnsFirst: true),
                    normalizesBefore: true,
                    normalizesAfter: false,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_small_patch16_rope_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    projection: .joined,
                    hasLayerScale: true,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(), temperature: 100, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_base_patch16_rope_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .joined,
                    hasLayerScale: true,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(), temperature: 100, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_large_patch16_rope_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .joined,
                    hasLayerScale: true,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .index(), temperature: 100, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_small_patch16_rope_mixed_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    projection: .joined,
                    hasLayerScale: true,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .learned, temperature: 10, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_base_patch16_rope_mixed_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .joined,
                    hasLayerScale: true,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .learned, temperature: 10, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_large_patch16_rope_mixed_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .joined,
                    hasLayerScale: true,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .learned, temperature: 10, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_small_patch16_rope_ape_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    projection: .joined,
                    hasLayerScale: true,
                    embedsPatchesOnly: true,
                    rotary: RotaryEmbedding(kind: .index(), temperature: 100, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_base_patch16_rope_ape_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .joined,
                    hasLayerScale: true,
                    embedsPatchesOnly: true,
                    rotary: RotaryEmbedding(kind: .index(), temperature: 100, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_large_patch16_rope_ape_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .joined,
                    hasLayerScale: true,
                    embedsPatchesOnly: true,
                    rotary: RotaryEmbedding(kind: .index(), temperature: 100, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_small_patch16_rope_mixed_ape_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    projection: .joined,
                    hasLayerScale: true,
                    embedsPatchesOnly: true,
                    rotary: RotaryEmbedding(kind: .learned, temperature: 10, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_base_patch16_rope_mixed_ape_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .joined,
                    hasLayerScale: true,
                    embedsPatchesOnly: true,
                    rotary: RotaryEmbedding(kind: .learned, temperature: 10, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_large_patch16_rope_mixed_ape_224",
                EVA(
                    size: 224,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .joined,
                    hasLayerScale: true,
                    embedsPatchesOnly: true,
                    rotary: RotaryEmbedding(kind: .learned, temperature: 10, putsColumnsFirst: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_tiny_patch16_dinov3_qkvb",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 192,
                    depth: 12,
                    heads: 3,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_small_patch16_dinov3",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasBias: false,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_small_patch16_dinov3_qkvb",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_small_plus_patch16_dinov3",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasBias: false,
                    gatedAlignment: 8,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_small_plus_patch16_dinov3_qkvb",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    gatedAlignment: 8,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_base_patch16_dinov3",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasBias: false,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_base_patch16_dinov3_qkvb",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_large_patch16_dinov3",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasBias: false,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_large_patch16_dinov3_qkvb",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_huge_plus_patch16_dinov3",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 1280,
                    depth: 32,
                    heads: 20,
                    hasBias: false,
                    gatedAlignment: 8,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_huge_plus_patch16_dinov3_qkvb",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 1280,
                    depth: 32,
                    heads: 20,
                    gatedAlignment: 8,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_7b_patch16_dinov3",
                EVA(
                    size: 256,
                    patch: 16,
                    width: 4096,
                    depth: 40,
                    heads: 32,
                    ratio: 2,
                    hasBias: false,
                    gatedAlignment: 64,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false
                )
            ),
            ModelVariant(
                "vit_small_patch16_lingbot",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 384,
                    depth: 12,
                    heads: 6,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_base_patch16_lingbot",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_large_patch16_lingbot",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_giant_patch16_lingbot",
                EVA(
                    size: 512,
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 24,
                    ratio: 2.6666666666666665,
                    hasBias: false,
                    gatedAlignment: 8,
                    hasLayerScale: true,
                    normalization: .layer(epsilon: 1e-5),
                    registers: 4,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_base_patch16_sapiens2",
                EVA(
                    size: Extent(height: 1024, width: 768),
                    patch: 16,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    projection: .grouped(heads: [Int](repeating: 12, count: 12)),
                    normalizesQueryAndKey: true,
                    gatedAlignment: 0,
                    hasLayerScale: true,
                    scalesAttentionOnly: true,
                    normalization: .rootMeanSquare(),
                    registers: 8,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_large_patch16_sapiens2",
                EVA(
                    size: Extent(height: 1024, width: 768),
                    patch: 16,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    projection: .grouped(
                        heads: [Int](repeating: 16, count: 8) + [Int](repeating: 8, count: 8)
                            + [Int](repeating: 16, count: 8)
                    ),
                    normalizesQueryAndKey: true,
                    gatedAlignment: 0,
                    hasLayerScale: true,
                    scalesAttentionOnly: true,
                    normalization: .rootMeanSquare(),
                    registers: 8,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_huge_patch16_sapiens2",
                EVA(
                    size: Extent(height: 1024, width: 768),
                    patch: 16,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    projection: .grouped(
                        heads: [Int](repeating: 16, count: 8) + [Int](repeating: 8, count: 16)
                            + [Int](repeating: 16, count: 8)
                    ),
                    normalizesQueryAndKey: true,
                    gatedAlignment: 0,
                    hasLayerScale: true,
                    scalesAttentionOnly: true,
                    normalization: .rootMeanSquare(),
                    registers: 8,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_giant_patch16_sapiens2",
                EVA(
                    size: Extent(height: 1024, width: 768),
                    patch: 16,
                    width: 1536,
                    depth: 40,
                    heads: 24,
                    projection: .grouped(
                        heads: [Int](repeating: 24, count: 8) + [Int](repeating: 12, count: 24)
                            + [Int](repeating: 24, count: 8)
                    ),
                    normalizesQueryAndKey: true,
                    gatedAlignment: 0,
                    hasLayerScale: true,
                    scalesAttentionOnly: true,
                    normalization: .rootMeanSquare(),
                    registers: 8,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
            ModelVariant(
                "vit_5b_patch16_sapiens2",
                EVA(
                    size: Extent(height: 1024, width: 768),
                    patch: 16,
                    width: 2432,
                    depth: 56,
                    heads: 32,
                    projection: .grouped(
                        heads: [Int](repeating: 32, count: 8) + [Int](repeating: 16, count: 40)
                            + [Int](repeating: 32, count: 8)
                    ),
                    normalizesQueryAndKey: true,
                    gatedAlignment: 0,
                    hasLayerScale: true,
                    scalesAttentionOnly: true,
                    normalization: .rootMeanSquare(),
                    registers: 8,
                    hasPositionEmbedding: false,
                    rotary: RotaryEmbedding(kind: .centered, temperature: 100, pairsHalves: true),
                    normalizesAfter: true,
                    normalizesPooled: false,
                    pooling: .token
                )
            ),
        ]
    )
}
