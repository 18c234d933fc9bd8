internal import Graph

extension ModelFamily {
    private static func tiny(normalizesStages: Bool = false) -> SwinTransformerV2CR {
        SwinTransformerV2CR(
            width: 96,
            depths: [2, 2, 6, 2],
            heads: [3, 6, 12, 24],
            normalizesStages: normalizesStages
        )
    }

    private static func small(normalizesStages: Bool = false) -> SwinTransformerV2CR {
        SwinTransformerV2CR(
            width: 96,
            depths: [2, 2, 18, 2],
            heads: [3, 6, 12, 24],
            normalizesStages: normalizesStages
        )
    }

    private static func base(normalizesStages: Bool = false) -> SwinTransformerV2CR {
        SwinTransformerV2CR(
            width: 128,
            depths: [2, 2, 18, 2],
            heads: [4, 8, 16, 32],
            normalizesStages: normalizesStages
        )
    }

    private static let large = SwinTransformerV2CR(
        width: 192,
        depths: [2, 2, 18, 2],
        heads: [6, 12, 24, 48]
    )

    private static func huge(heads: [Int]) -> SwinTransformerV2CR {
        SwinTransformerV2CR(width: 352, depths: [2, 2, 18, 2], heads: heads, normalizationPeriod: 6)
    }

    private static let giant = SwinTransformerV2CR(
        width: 512,
        depths: [2, 2, 42, 2],
        heads: [16, 32, 64, 128],
        normalizationPeriod: 6
    )

    /// The architectures of timm/models/swin_transformer_v2_cr.py, in its order.
    static let swinTransformerV2CR = ModelFamily(
        name: "swin_transformer_v2_cr",
        variants: [
            ModelVariant("swinv2_cr_tiny_384", tiny()),
            ModelVariant("swinv2_cr_tiny_224", tiny()),
            ModelVariant("swinv2_cr_tiny_ns_224", tiny(normalizesStages: true)),
            ModelVariant("swinv2_cr_small_384", small()),
            ModelVariant("swinv2_cr_small_224", small()),
            ModelVariant("swinv2_cr_small_ns_224", small(normalizesStages: true)),
            ModelVariant("swinv2_cr_small_ns_256", small(normalizesStages: true)),
            ModelVariant("swinv2_cr_base_384", base()),
            ModelVariant("swinv2_cr_base_224", base()),
            ModelVariant("swinv2_cr_base_ns_224", base(normalizesStages: true)),
            ModelVariant("swinv2_cr_large_384", large),
            ModelVariant("swinv2_cr_large_224", large),
            ModelVariant("swinv2_cr_huge_384", huge(heads: [11, 22, 44, 88])),
            ModelVariant("swinv2_cr_huge_224", huge(heads: [8, 16, 32, 64])),
            ModelVariant("swinv2_cr_giant_384", giant),
            ModelVariant("swinv2_cr_giant_224", giant),
        ]
    )
}
