internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/mlp_mixer.py, in its order.
    static let mlpMixer = ModelFamily(
        name: "mlp_mixer",
        variants: [
            ModelVariant("mixer_s32_224", MLPMixer(patch: 32, depth: 8, width: 512)),
            ModelVariant("mixer_s16_224", MLPMixer(depth: 8, width: 512)),
            ModelVariant("mixer_b32_224", MLPMixer(patch: 32, depth: 12, width: 768)),
            ModelVariant("mixer_b16_224", MLPMixer(depth: 12, width: 768)),
            ModelVariant("mixer_l32_224", MLPMixer(patch: 32, depth: 24, width: 1024)),
            ModelVariant("mixer_l16_224", MLPMixer(depth: 24, width: 1024)),
            ModelVariant(
                "gmixer_12_224",
                MLPMixer(depth: 12, width: 384, block: .gatedMixer, ratios: [1, 4])
            ),
            ModelVariant(
                "gmixer_24_224",
                MLPMixer(depth: 24, width: 384, block: .gatedMixer, ratios: [1, 4])
            ),
            ModelVariant("resmlp_12_224", MLPMixer(depth: 12, width: 384, block: .residual)),
            ModelVariant("resmlp_24_224", MLPMixer(depth: 24, width: 384, block: .residual)),
            ModelVariant("resmlp_36_224", MLPMixer(depth: 36, width: 384, block: .residual)),
            ModelVariant("resmlp_big_24_224", MLPMixer(patch: 8, depth: 24, width: 768, block: .residual)),
            ModelVariant("gmlp_ti16_224", MLPMixer(depth: 30, width: 128, block: .gating, ratios: [0, 6])),
            ModelVariant("gmlp_s16_224", MLPMixer(depth: 30, width: 256, block: .gating, ratios: [0, 6])),
            ModelVariant("gmlp_b16_224", MLPMixer(depth: 30, width: 512, block: .gating, ratios: [0, 6])),
        ]
    )
}
