internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/swin_transformer_v2.py, in its order.
    static let swinTransformerV2 = ModelFamily(
        name: "swin_transformer_v2",
        variants: [
            ModelVariant(
                "swinv2_tiny_window16_256",
                SwinTransformerV2(width: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24], window: 16)
            ),
            ModelVariant(
                "swinv2_tiny_window8_256",
                SwinTransformerV2(width: 96, depths: [2, 2, 6, 2], heads: [3, 6, 12, 24], window: 8)
            ),
            ModelVariant(
                "swinv2_small_window16_256",
                SwinTransformerV2(width: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24], window: 16)
            ),
            ModelVariant(
                "swinv2_small_window8_256",
                SwinTransformerV2(width: 96, depths: [2, 2, 18, 2], heads: [3, 6, 12, 24], window: 8)
            ),
            ModelVariant(
                "swinv2_base_window16_256",
                SwinTransformerV2(width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32], window: 16)
            ),
            ModelVariant(
                "swinv2_base_window8_256",
                SwinTransformerV2(width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32], window: 8)
            ),
            ModelVariant(
                "swinv2_base_window12_192",
                SwinTransformerV2(width: 128, depths: [2, 2, 18, 2], heads: [4, 8, 16, 32], window: 12)
            ),
            ModelVariant(
                "swinv2_base_window12to16_192to256",
                SwinTransformerV2(
                    width: 128,
                    depths: [2, 2, 18, 2],
                    heads: [4, 8, 16, 32],
                    window: 16,
                    pretrainedWindows: [12, 12, 12, 6]
                )
            ),
            ModelVariant(
                "swinv2_base_window12to24_192to384",
                SwinTransformerV2(
                    width: 128,
                    depths: [2, 2, 18, 2],
                    heads: [4, 8, 16, 32],
                    window: 24,
                    pretrainedWindows: [12, 12, 12, 6]
                )
            ),
            ModelVariant(
                "swinv2_large_window12_192",
                SwinTransformerV2(width: 192, depths: [2, 2, 18, 2], heads: [6, 12, 24, 48], window: 12)
            ),
            ModelVariant(
                "swinv2_large_window12to16_192to256",
                SwinTransformerV2(
                    width: 192,
                    depths: [2, 2, 18, 2],
                    heads: [6, 12, 24, 48],
                    window: 16,
                    pretrainedWindows: [12, 12, 12, 6]
                )
            ),
            ModelVariant(
                "swinv2_large_window12to24_192to384",
                SwinTransformerV2(
                    width: 192,
                    depths: [2, 2, 18, 2],
                    heads: [6, 12, 24, 48],
                    window: 24,
                    pretrainedWindows: [12, 12, 12, 6]
                )
            ),
        ]
    )
}
