internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/davit.py, in its order.
    static let daViT = ModelFamily(
        name: "davit",
        variants: [
            ModelVariant(
                "davit_tiny",
                DaViT(depths: [1, 1, 3, 1], widths: [96, 192, 384, 768], heads: [3, 6, 12, 24])
            ),
            ModelVariant(
                "davit_small",
                DaViT(depths: [1, 1, 9, 1], widths: [96, 192, 384, 768], heads: [3, 6, 12, 24])
            ),
            ModelVariant(
                "davit_base",
                DaViT(depths: [1, 1, 9, 1], widths: [128, 256, 512, 1024], heads: [4, 8, 16, 32])
            ),
            ModelVariant(
                "davit_large",
                DaViT(depths: [1, 1, 9, 1], widths: [192, 384, 768, 1536], heads: [6, 12, 24, 48])
            ),
            ModelVariant(
                "davit_huge",
                DaViT(depths: [1, 1, 9, 1], widths: [256, 512, 1024, 2048], heads: [8, 16, 32, 64])
            ),
            ModelVariant(
                "davit_giant",
                DaViT(depths: [1, 1, 12, 3], widths: [384, 768, 1536, 3072], heads: [12, 24, 48, 96])
            ),
            ModelVariant(
                "davit_base_fl",
                DaViT(
                    depths: [1, 1, 9, 1],
                    widths: [128, 256, 512, 1024],
                    heads: [4, 8, 16, 32],
                    isFlorence: true
                )
            ),
            ModelVariant(
                "davit_huge_fl",
                DaViT(
                    depths: [1, 1, 9, 1],
                    widths: [256, 512, 1024, 2048],
                    heads: [8, 16, 32, 64],
                    isFlorence: true
                )
            ),
        ]
    )
}
