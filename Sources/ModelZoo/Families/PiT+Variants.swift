internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/pit.py, in its order.
    static let piT = ModelFamily(
        name: "pit",
        variants: [
            ModelVariant(
                "pit_b_224",
                PiT(patch: 14, stride: 7, headWidth: 64, depths: [3, 6, 4], heads: [4, 8, 16])
            ),
            ModelVariant(
                "pit_s_224",
                PiT(patch: 16, stride: 8, headWidth: 48, depths: [2, 6, 4], heads: [3, 6, 12])
            ),
            ModelVariant(
                "pit_xs_224",
                PiT(patch: 16, stride: 8, headWidth: 48, depths: [2, 6, 4], heads: [2, 4, 8])
            ),
            ModelVariant(
                "pit_ti_224",
                PiT(patch: 16, stride: 8, headWidth: 32, depths: [2, 6, 4], heads: [2, 4, 8])
            ),
            ModelVariant(
                "pit_b_distilled_224",
                PiT(
                    patch: 14,
                    stride: 7,
                    headWidth: 64,
                    depths: [3, 6, 4],
                    heads: [4, 8, 16],
                    isDistilled: true
                )
            ),
            ModelVariant(
                "pit_s_distilled_224",
                PiT(
                    patch: 16,
                    stride: 8,
                    headWidth: 48,
                    depths: [2, 6, 4],
                    heads: [3, 6, 12],
                    isDistilled: true
                )
            ),
            ModelVariant(
                "pit_xs_distilled_224",
                PiT(
                    patch: 16,
                    stride: 8,
                    headWidth: 48,
                    depths: [2, 6, 4],
                    heads: [2, 4, 8],
                    isDistilled: true
                )
            ),
            ModelVariant(
                "pit_ti_distilled_224",
                PiT(
                    patch: 16,
                    stride: 8,
                    headWidth: 32,
                    depths: [2, 6, 4],
                    heads: [2, 4, 8],
                    isDistilled: true
                )
            ),
        ]
    )
}
