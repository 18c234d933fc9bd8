internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/swin_transformer.py, in its order.
    static let swinTransformer = ModelFamily(
        name: "swin_transformer",
        variants: [
            ModelVariant(
                "swin_tiny_patch4_window7_224",
                SwinTransformer(
                    width: 96,
                    depths: [2, 2, 6, 2],
                    heads: [3, 6, 12, 24],
                    windows: [7, 7, 7, 7]
                )
            ),
            ModelVariant(
                "swin_small_patch4_window7_224",
                SwinTransformer(
                    width: 96,
                    depths: [2, 2, 18, 2],
                    heads: [3, 6, 12, 24],
                    windows: [7, 7, 7, 7]
                )
            ),
            ModelVariant(
                "swin_base_patch4_window7_224",
                SwinTransformer(
                    width: 128,
                    depths: [2, 2, 18, 2],
                    heads: [4, 8, 16, 32],
                    windows: [7, 7, 7, 7]
                )
            ),
            ModelVariant(
                "swin_base_patch4_window12_384",
                SwinTransformer(
                    size: 384,
                    width: 128,
                    depths: [2, 2, 18, 2],
                    heads: [4, 8, 16, 32],
                    windows: [12, 12, 12, 12]
                )
            ),
            ModelVariant(
                "swin_large_patch4_window7_224",
                SwinTransformer(
                    width: 192,
                    depths: [2, 2, 18, 2],
                    heads: [6, 12, 24, 48],
                    windows: [7, 7, 7, 7]
                )
            ),
            ModelVariant(
                "swin_large_patch4_window12_384",
                SwinTransformer(
                    size: 384,
                    width: 192,
                    depths: [2, 2, 18, 2],
                    heads: [6, 12, 24, 48],
                    windows: [12, 12, 12, 12]
                )
            ),
            ModelVariant(
                "swin_s3_tiny_224",
                SwinTransformer(
                    width: 96,
                    depths: [2, 2, 6, 2],
                    heads: [3, 6, 12, 24],
                    windows: [7, 7, 14, 7]
                )
            ),
            ModelVariant(
                "swin_s3_small_224",
                SwinTransformer(
                    width: 96,
                    depths: [2, 2, 18, 2],
                    heads: [3, 6, 12, 24],
                    windows: [14, 14, 14, 7]
                )
            ),
            ModelVariant(
                "swin_s3_base_224",
                SwinTransformer(
                    width: 96,
                    depths: [2, 2, 30, 2],
                    heads: [3, 6, 12, 24],
                    windows: [7, 7, 14, 7]
                )
            ),
        ]
    )
}
