internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/nfnet.py, in its order.
    static let nfNet = ModelFamily(
        name: "nfnet",
        variants: [
            ModelVariant(
                "dm_nfnet_f0",
                NFNet(
                    depths: [1, 2, 6, 3],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "dm_nfnet_f1",
                NFNet(
                    depths: [2, 4, 12, 6],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "dm_nfnet_f2",
                NFNet(
                    depths: [3, 6, 18, 9],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "dm_nfnet_f3",
                NFNet(
                    depths: [4, 8, 24, 12],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "dm_nfnet_f4",
                NFNet(
                    depths: [5, 10, 30, 15],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "dm_nfnet_f5",
                NFNet(
                    depths: [6, 12, 36, 18],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "dm_nfnet_f6",
                NFNet(
                    depths: [7, 14, 42, 21],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu,
                    scalesActivations: true,
                    padding: .same,
                    hasSkipGain: true
                )
            ),
            ModelVariant(
                "nfnet_f0",
                NFNet(
                    depths: [1, 2, 6, 3],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f1",
                NFNet(
                    depths: [2, 4, 12, 6],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f2",
                NFNet(
                    depths: [3, 6, 18, 9],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f3",
                NFNet(
                    depths: [4, 8, 24, 12],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f4",
                NFNet(
                    depths: [5, 10, 30, 15],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f5",
                NFNet(
                    depths: [6, 12, 36, 18],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f6",
                NFNet(
                    depths: [7, 14, 42, 21],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_f7",
                NFNet(
                    depths: [8, 16, 48, 24],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 128,
                    ratio: 0.5,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .gelu
                )
            ),
            ModelVariant(
                "nfnet_l0",
                NFNet(
                    depths: [1, 2, 6, 3],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 64,
                    ratio: 0.25,
                    features: 2304,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.25),
                    activation: .silu
                )
            ),
            ModelVariant(
                "eca_nfnet_l0",
                NFNet(
                    depths: [1, 2, 6, 3],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 64,
                    ratio: 0.25,
                    features: 2304,
                    hasSecondConvolution: true,
                    attention: .efficient,
                    activation: .silu
                )
            ),
            ModelVariant(
                "eca_nfnet_l1",
                NFNet(
                    depths: [2, 4, 12, 6],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 64,
                    ratio: 0.25,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .efficient,
                    activation: .silu
                )
            ),
            ModelVariant(
                "eca_nfnet_l2",
                NFNet(
                    depths: [3, 6, 18, 9],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 64,
                    ratio: 0.25,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .efficient,
                    activation: .silu
                )
            ),
            ModelVariant(
                "eca_nfnet_l3",
                NFNet(
                    depths: [4, 8, 24, 12],
                    widths: [256, 512, 1536, 1536],
                    groupWidth: 64,
                    ratio: 0.25,
                    features: 3072,
                    hasSecondConvolution: true,
                    attention: .efficient,
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_regnet_b0",
                NFNet(
                    depths: [1, 3, 6, 6],
                    widths: [48, 104, 208, 440],
                    stem: .single,
                    stemWidth: 48,
                    factor: 0.75,
                    groupWidth: 8,
                    ratio: 2.25,
                    features: 1280,
                    isRegNet: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_regnet_b1",
                NFNet(
                    depths: [2, 4, 7, 7],
                    widths: [48, 104, 208, 440],
                    stem: .single,
                    stemWidth: 48,
                    factor: 0.75,
                    groupWidth: 8,
                    ratio: 2.25,
                    features: 1280,
                    isRegNet: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_regnet_b2",
                NFNet(
                    depths: [2, 4, 8, 8],
                    widths: [56, 112, 232, 488],
                    stem: .single,
                    stemWidth: 56,
                    factor: 0.75,
                    groupWidth: 8,
                    ratio: 2.25,
                    features: 1419,
                    isRegNet: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_regnet_b3",
                NFNet(
                    depths: [2, 5, 9, 9],
                    widths: [56, 128, 248, 528],
                    stem: .single,
                    stemWidth: 56,
                    factor: 0.75,
                    groupWidth: 8,
                    ratio: 2.25,
                    features: 1536,
                    isRegNet: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_regnet_b4",
                NFNet(
                    depths: [2, 6, 11, 11],
                    widths: [64, 144, 288, 616],
                    stem: .single,
                    stemWidth: 64,
                    factor: 0.75,
                    groupWidth: 8,
                    ratio: 2.25,
                    features: 1792,
                    isRegNet: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_regnet_b5",
                NFNet(
                    depths: [3, 7, 14, 14],
                    widths: [80, 168, 336, 704],
                    stem: .single,
                    stemWidth: 80,
                    factor: 0.75,
                    groupWidth: 8,
                    ratio: 2.25,
                    features: 2048,
                    isRegNet: true,
                    attention: .squeezeExcitation(ratio: 0.5),
                    activation: .silu
                )
            ),
            ModelVariant(
                "nf_resnet26",
                NFNet(
                    depths: [2, 2, 2, 2],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_resnet50",
                NFNet(
                    depths: [3, 4, 6, 3],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_resnet101",
                NFNet(
                    depths: [3, 4, 23, 3],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_seresnet26",
                NFNet(
                    depths: [2, 2, 2, 2],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    attention: .squeezeExcitation(ratio: 0.0625),
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_seresnet50",
                NFNet(
                    depths: [3, 4, 6, 3],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    attention: .squeezeExcitation(ratio: 0.0625),
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_seresnet101",
                NFNet(
                    depths: [3, 4, 23, 3],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    attention: .squeezeExcitation(ratio: 0.0625),
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_ecaresnet26",
                NFNet(
                    depths: [2, 2, 2, 2],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    attention: .efficient,
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_ecaresnet50",
                NFNet(
                    depths: [3, 4, 6, 3],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    attention: .efficient,
                    activation: .relu
                )
            ),
            ModelVariant(
                "nf_ecaresnet101",
                NFNet(
                    depths: [3, 4, 23, 3],
                    widths: [256, 512, 1024, 2048],
                    stem: .pooled,
                    stemWidth: 64,
                    ratio: 0.25,
                    attention: .efficient,
                    activation: .relu
                )
            ),
            ModelVariant(
                "test_nfnet",
                NFNet(
                    depths: [1, 1, 1, 1],
                    widths: [32, 64, 96, 128],
                    groupWidth: 8,
                    ratio: 0.25,
                    features: 192,
                    hasSecondConvolution: true,
                    attention: .squeezeExcitation(ratio: 0.25),
                    activation: .silu
                )
            ),
        ]
    )
}
