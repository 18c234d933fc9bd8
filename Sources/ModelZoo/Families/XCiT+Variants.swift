internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/xcit.py, in its order.
    static let xciT = ModelFamily(
        name: "xcit",
        variants: [
            ModelVariant(
                "xcit_nano_12_p16_224",
                XCiT(patch: 16, width: 128, depth: 12, heads: 4, normalizesTokens: false)
            ),
            ModelVariant(
                "xcit_nano_12_p16_384",
                XCiT(patch: 16, width: 128, depth: 12, heads: 4, normalizesTokens: false)
            ),
            ModelVariant("xcit_tiny_12_p16_224", XCiT(patch: 16, width: 192, depth: 12, heads: 4)),
            ModelVariant("xcit_tiny_12_p16_384", XCiT(patch: 16, width: 192, depth: 12, heads: 4)),
            ModelVariant("xcit_small_12_p16_224", XCiT(patch: 16, width: 384, depth: 12, heads: 8)),
            ModelVariant("xcit_small_12_p16_384", XCiT(patch: 16, width: 384, depth: 12, heads: 8)),
            ModelVariant("xcit_tiny_24_p16_224", XCiT(patch: 16, width: 192, depth: 24, heads: 4)),
            ModelVariant("xcit_tiny_24_p16_384", XCiT(patch: 16, width: 192, depth: 24, heads: 4)),
            ModelVariant("xcit_small_24_p16_224", XCiT(patch: 16, width: 384, depth: 24, heads: 8)),
            ModelVariant("xcit_small_24_p16_384", XCiT(patch: 16, width: 384, depth: 24, heads: 8)),
            ModelVariant("xcit_medium_24_p16_224", XCiT(patch: 16, width: 512, depth: 24, heads: 8)),
            ModelVariant("xcit_medium_24_p16_384", XCiT(patch: 16, width: 512, depth: 24, heads: 8)),
            ModelVariant("xcit_large_24_p16_224", XCiT(patch: 16, width: 768, depth: 24, heads: 16)),
            ModelVariant("xcit_large_24_p16_384", XCiT(patch: 16, width: 768, depth: 24, heads: 16)),
            ModelVariant(
                "xcit_nano_12_p8_224",
                XCiT(patch: 8, width: 128, depth: 12, heads: 4, normalizesTokens: false)
            ),
            ModelVariant(
                "xcit_nano_12_p8_384",
                XCiT(patch: 8, width: 128, depth: 12, heads: 4, normalizesTokens: false)
            ),
            ModelVariant("xcit_tiny_12_p8_224", XCiT(patch: 8, width: 192, depth: 12, heads: 4)),
            ModelVariant("xcit_tiny_12_p8_384", XCiT(patch: 8, width: 192, depth: 12, heads: 4)),
            ModelVariant("xcit_small_12_p8_224", XCiT(patch: 8, width: 384, depth: 12, heads: 8)),
            ModelVariant("xcit_small_12_p8_384", XCiT(patch: 8, width: 384, depth: 12, heads: 8)),
            ModelVariant("xcit_tiny_24_p8_224", XCiT(patch: 8, width: 192, depth: 24, heads: 4)),
            ModelVariant("xcit_tiny_24_p8_384", XCiT(patch: 8, width: 192, depth: 24, heads: 4)),
            ModelVariant("xcit_small_24_p8_224", XCiT(patch: 8, width: 384, depth: 24, heads: 8)),
            ModelVariant("xcit_small_24_p8_384", XCiT(patch: 8, width: 384, depth: 24, heads: 8)),
            ModelVariant("xcit_medium_24_p8_224", XCiT(patch: 8, width: 512, depth: 24, heads: 8)),
            ModelVariant("xcit_medium_24_p8_384", XCiT(patch: 8, width: 512, depth: 24, heads: 8)),
            ModelVariant("xcit_large_24_p8_224", XCiT(patch: 8, width: 768, depth: 24, heads: 16)),
            ModelVariant("xcit_large_24_p8_384", XCiT(patch: 8, width: 768, depth: 24, heads: 16)),
        ]
    )
}
