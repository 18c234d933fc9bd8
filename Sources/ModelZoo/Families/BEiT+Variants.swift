internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/beit.py, in its order.
    static let beiT = ModelFamily(
        name: "beit",
        variants: [
            ModelVariant("beit_base_patch16_224", BEiT(size: 224, width: 768, depth: 12, heads: 12)),
            ModelVariant("beit_base_patch16_384", BEiT(size: 384, width: 768, depth: 12, heads: 12)),
            ModelVariant("beit_large_patch16_224", BEiT(size: 224, width: 1024, depth: 24, heads: 16)),
            ModelVariant("beit_large_patch16_384", BEiT(size: 384, width: 1024, depth: 24, heads: 16)),
            ModelVariant("beit_large_patch16_512", BEiT(size: 512, width: 1024, depth: 24, heads: 16)),
            ModelVariant("beitv2_base_patch16_224", BEiT(size: 224, width: 768, depth: 12, heads: 12)),
            ModelVariant("beitv2_large_patch16_224", BEiT(size: 224, width: 1024, depth: 24, heads: 16)),
        ]
    )
}
