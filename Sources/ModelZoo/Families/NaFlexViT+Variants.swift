internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/naflexvit.py, in its order.
    static let naFlexViT = ModelFamily(
        name: "naflexvit",
        variants: [
            ModelVariant("naflexvit_base_patch16_gap", NaFlexViT(trunk: .base(registers: 4))),
            ModelVariant(
                "naflexvit_base_patch16_par_gap",
                NaFlexViT(trunk: .base(registers: 4), preservesAspectRatio: true)
            ),
            ModelVariant(
                "naflexvit_base_patch16_parfac_gap",
                NaFlexViT(trunk: .base(registers: 4), positions: .factorized, preservesAspectRatio: true)
            ),
            ModelVariant(
                "naflexvit_base_patch16_map",
                NaFlexViT(trunk: .base(registers: 1, pooling: .attention))
            ),
            ModelVariant("naflexvit_so150m2_patch16_reg1_gap", NaFlexViT(trunk: .so150m2(.average))),
            ModelVariant("naflexvit_so150m2_patch16_reg1_map", NaFlexViT(trunk: .so150m2(.attention))),
            ModelVariant(
                "naflexvit_base_patch16_siglip",
                NaFlexViT(trunk: .sigLIP(width: 768, depth: 12, heads: 12))
            ),
            ModelVariant(
                "naflexvit_so400m_patch16_siglip",
                NaFlexViT(trunk: .sigLIP(width: 1152, depth: 27, heads: 16, ratio: 3.7362))
            ),
            radio(
                "naflexvit_base_patch16_radio_v3",
                .radio(width: 768, depth: 12, heads: 12, hasLayerScale: true, alignsCorners: true)
            ),
            radio(
                "naflexvit_large_patch16_radio_v3",
                .radio(width: 1024, depth: 24, heads: 16, hasLayerScale: true)
            ),
            radio(
                "naflexvit_huge_patch16_radio_v3",
                .radio(width: 1280, depth: 32, heads: 16, alignsCorners: true)
            ),
            radio("naflexvit_giant_patch16_radio_v3", .radio(width: 1536, depth: 40, heads: 24)),
            radio(
                "naflexvit_so400m_patch16_radio_v4",
                .radio(width: 1152, depth: 27, heads: 16, ratio: 4304.0 / 1152, registers: 9)
            ),
            radio(
                "naflexvit_huge_patch16_radio_v4",
                .radio(width: 1280, depth: 32, heads: 16, registers: 9)
            ),
        ]
    )

    /// RADIO's positions are a grid of 128x128, for pictures of up to 2048 pixels a side.
    private static func radio(_ name: String, _ trunk: VisionTransformer) -> ModelVariant {
        ModelVariant(name, NaFlexViT(trunk: trunk, grid: 128, preservesAspectRatio: true))
    }
}

extension VisionTransformer {
    /// ViT-B with layer scale and registers.
    fileprivate static func base(registers: Int, pooling: Pooling = .average) -> VisionTransformer {
        VisionTransformer(
            size: 384,
            patch: 16,
            width: 768,
            depth: 12,
            heads: 12,
            hasLayerScale: true,
            hasClassToken: false,
            registers: registers,
            pooling: pooling
        )
    }

    /// The shape-optimised ViT of 150 million parameters, in its second form.
    fileprivate static func so150m2(_ pooling: Pooling) -> VisionTransformer {
        VisionTransformer(
            size: 384,
            patch: 16,
            width: 832,
            depth: 21,
            heads: 13,
            ratio: 34.0 / 13,
            hasBias: false,
            hasLayerScale: true,
            hasClassToken: false,
            registers: 1,
            pooling: pooling
        )
    }

    /// The encoder of SigLIP 2.
    fileprivate static func sigLIP(
        width: Int,
        depth: Int,
        heads: Int,
        ratio: Double = 4
    ) -> VisionTransformer {
        VisionTransformer(
            size: 384,
            patch: 16,
            width: width,
            depth: depth,
            heads: heads,
            ratio: ratio,
            activation: .geluTanh,
            hasClassToken: false,
            pooling: .attention,
            positionFilter: PositionFilter(mode: .bilinear)
        )
    }

    /// NVIDIA's C-RADIO: the teachers' other class tokens count as registers.
    fileprivate static func radio(
        width: Int,
        depth: Int,
        heads: Int,
        ratio: Double = 4,
        hasLayerScale: Bool = false,
        registers: Int = 7,
        alignsCorners: Bool = false
    ) -> VisionTransformer {
        VisionTransformer(
            size: 512,
            patch: 16,
            width: width,
            depth: depth,
            heads: heads,
            ratio: ratio,
            hasLayerScale: hasLayerScale,
            registers: registers,
            hasFinalNormalization: false,
            positionFilter: PositionFilter(mode: .bilinear, antialiases: false, alignsCorners: alignsCorners)
        )
    }
}
