internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/cait.py, in its order.
    static let caiT = ModelFamily(
        name: "cait",
        variants: [
            ModelVariant("cait_xxs24_224", CaiT(size: 224, width: 192, depth: 24, heads: 4)),
            ModelVariant("cait_xxs24_384", CaiT(size: 384, width: 192, depth: 24, heads: 4)),
            ModelVariant("cait_xxs36_224", CaiT(size: 224, width: 192, depth: 36, heads: 4)),
            ModelVariant("cait_xxs36_384", CaiT(size: 384, width: 192, depth: 36, heads: 4)),
            ModelVariant("cait_xs24_384", CaiT(size: 384, width: 288, depth: 24, heads: 6)),
            ModelVariant("cait_s24_224", CaiT(size: 224, width: 384, depth: 24, heads: 8)),
            ModelVariant("cait_s24_384", CaiT(size: 384, width: 384, depth: 24, heads: 8)),
            ModelVariant("cait_s36_384", CaiT(size: 384, width: 384, depth: 36, heads: 8)),
            ModelVariant("cait_m36_384", CaiT(size: 384, width: 768, depth: 36, heads: 16)),
            ModelVariant("cait_m48_448", CaiT(size: 448, width: 768, depth: 48, heads: 16)),
        ]
    )
}
