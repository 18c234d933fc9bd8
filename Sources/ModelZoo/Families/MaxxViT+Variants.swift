internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/maxxvit.py, in its order.
    static let maxxViT = ModelFamily(
        name: "maxxvit",
        variants: [
            ModelVariant(
                "coatnet_pico_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [2, 3, 5, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activation: .silu
                )
            ),
            ModelVariant(
                "coatnet_nano_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [3, 4, 6, 3],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    poolsBranch: true,
                    activation: .silu
                )
            ),
            ModelVariant(
                "coatnet_0_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 3, 7, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    poolsBranch: true,
                    gatesEarly: true,
                    gateActivation: .relu,
                    activation: .silu,
                    hasShortcutBias: false
                )
            ),
            ModelVariant(
                "coatnet_1_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    gatesEarly: true,
                    gateActivation: .relu,
                    activation: .silu,
                    hasShortcutBias: false
                )
            ),
            ModelVariant(
                "coatnet_2_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [64, 128],
                    activatesFirst: true,
                    hasOutputBias: false,
                    activation: .silu
                )
            ),
            ModelVariant(
                "coatnet_3_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [96, 192],
                    activatesFirst: true,
                    hasOutputBias: false,
                    activation: .silu,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "coatnet_bn_0_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 3, 7, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    gatesEarly: true,
                    gateActivation: .relu,
                    activation: .silu,
                    hasShortcutBias: false,
                    normalizesBatch: true
                )
            ),
            ModelVariant(
                "coatnet_rmlp_nano_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [3, 4, 6, 3],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activation: .silu,
                    distances: .perceptron(hidden: 384)
                )
            ),
            ModelVariant(
                "coatnet_rmlp_0_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 3, 7, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    gateActivation: .relu,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "coatnet_rmlp_1_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    poolsBranch: true,
                    reduction: .maximum,
                    gatesEarly: true,
                    gateActivation: .relu,
                    activation: .silu,
                    hasShortcutBias: false,
                    distances: .perceptron(hidden: 384)
                )
            ),
            ModelVariant(
                "coatnet_rmlp_1_rw2_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    gateActivation: .relu,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "coatnet_rmlp_2_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [64, 128],
                    activatesFirst: true,
                    hasOutputBias: false,
                    activation: .silu,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "coatnet_rmlp_2_rw_384",
                MaxxViT(
                    size: 384,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [64, 128],
                    activatesFirst: true,
                    hasOutputBias: false,
                    activation: .silu,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "coatnet_rmlp_3_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [96, 192],
                    activatesFirst: true,
                    hasOutputBias: false,
                    activation: .silu,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "coatnet_nano_cc_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [3, 4, 6, 3],
                    blocks: [
                        [.convolution], [.convolution], [.convolution, .transformer],
                        [.convolution, .transformer],
                    ],
                    stemWidths: [32, 64],
                    activatesFirst: true,
                    hasOutputBias: false,
                    poolsBranch: true,
                    gateActivation: .relu,
                    activation: .silu
                )
            ),
            ModelVariant(
                "coatnext_nano_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [3, 4, 6, 3],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [32, 64],
                    convolutions: .convNeXt,
                    epsilon: 1e-6
                )
            ),
            ModelVariant(
                "coatnet_0_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 3, 5, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [64, 64],
                    headFeatures: 768,
                    expandsOutputs: true,
                    expandsFirst: true
                )
            ),
            ModelVariant(
                "coatnet_1_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [64, 64],
                    headFeatures: 768,
                    expandsOutputs: true,
                    expandsFirst: true
                )
            ),
            ModelVariant(
                "coatnet_2_224",
                MaxxViT(
                    size: 224,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [128, 128],
                    headFeatures: 1024,
                    expandsOutputs: true,
                    expandsFirst: true
                )
            ),
            ModelVariant(
                "coatnet_3_224",
                MaxxViT(
                    size: 224,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 6, 14, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [192, 192],
                    headFeatures: 1536,
                    expandsOutputs: true,
                    expandsFirst: true
                )
            ),
            ModelVariant(
                "coatnet_4_224",
                MaxxViT(
                    size: 224,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 12, 28, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [192, 192],
                    headFeatures: 1536,
                    expandsOutputs: true,
                    expandsFirst: true
                )
            ),
            ModelVariant(
                "coatnet_5_224",
                MaxxViT(
                    size: 224,
                    widths: [256, 512, 1280, 2048],
                    depths: [2, 12, 28, 2],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [192, 192],
                    headFeatures: 2048,
                    expandsOutputs: true,
                    expandsFirst: true
                )
            ),
            ModelVariant(
                "maxvit_pico_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [32, 64, 128, 256],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [24, 32],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu
                )
            ),
            ModelVariant(
                "maxvit_nano_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [1, 2, 3, 1],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu
                )
            ),
            ModelVariant(
                "maxvit_tiny_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu
                )
            ),
            ModelVariant(
                "maxvit_tiny_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu
                )
            ),
            ModelVariant(
                "maxvit_rmlp_pico_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [32, 64, 128, 256],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [24, 32],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "maxvit_rmlp_nano_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [1, 2, 3, 1],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "maxvit_rmlp_tiny_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "maxvit_rmlp_small_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxvit_rmlp_small_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [96, 192, 384, 768],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxvit_rmlp_base_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    headFeatures: 768,
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "maxvit_rmlp_base_rw_384",
                MaxxViT(
                    size: 384,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    headFeatures: 768,
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu,
                    distances: .perceptron(hidden: 512)
                )
            ),
            ModelVariant(
                "maxvit_tiny_pm_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.parallel], [.parallel], [.parallel], [.parallel]],
                    stemWidths: [32, 64],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu
                )
            ),
            ModelVariant(
                "maxxvit_rmlp_nano_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [1, 2, 3, 1],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxxvit_rmlp_tiny_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [32, 64],
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxxvit_rmlp_small_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [96, 192, 384, 768],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [48, 96],
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    distances: .perceptron(hidden: 512),
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxxvitv2_nano_rw_256",
                MaxxViT(
                    size: 256,
                    widths: [96, 192, 384, 768],
                    depths: [1, 2, 3, 1],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [48, 96],
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    skipsWindows: true,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxxvitv2_rmlp_base_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 12, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 128],
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    distances: .perceptron(hidden: 512),
                    skipsWindows: true,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxxvitv2_rmlp_base_rw_384",
                MaxxViT(
                    size: 384,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 12, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 128],
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    distances: .perceptron(hidden: 512),
                    skipsWindows: true,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxxvitv2_rmlp_large_rw_224",
                MaxxViT(
                    size: 224,
                    widths: [160, 320, 640, 1280],
                    depths: [2, 6, 16, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [80, 160],
                    headFeatures: 1280,
                    convolutions: .convNeXt,
                    epsilon: 1e-6,
                    distances: .perceptron(hidden: 512),
                    skipsWindows: true,
                    hasLayerScale: true
                )
            ),
            ModelVariant(
                "maxvit_tiny_tf_224",
                MaxxViT(
                    size: 224,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 512,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_tiny_tf_384",
                MaxxViT(
                    size: 384,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 512,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_tiny_tf_512",
                MaxxViT(
                    size: 512,
                    widths: [64, 128, 256, 512],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 512,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_small_tf_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 768,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_small_tf_384",
                MaxxViT(
                    size: 384,
                    widths: [96, 192, 384, 768],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 768,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_small_tf_512",
                MaxxViT(
                    size: 512,
                    widths: [96, 192, 384, 768],
                    depths: [2, 2, 5, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 768,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_base_tf_224",
                MaxxViT(
                    size: 224,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 768,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_base_tf_384",
                MaxxViT(
                    size: 384,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 768,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_base_tf_512",
                MaxxViT(
                    size: 512,
                    widths: [96, 192, 384, 768],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [64, 64],
                    hasStemBias: true,
                    headFeatures: 768,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_large_tf_224",
                MaxxViT(
                    size: 224,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [128, 128],
                    hasStemBias: true,
                    headFeatures: 1024,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_large_tf_384",
                MaxxViT(
                    size: 384,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [128, 128],
                    hasStemBias: true,
                    headFeatures: 1024,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_large_tf_512",
                MaxxViT(
                    size: 512,
                    widths: [128, 256, 512, 1024],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [128, 128],
                    hasStemBias: true,
                    headFeatures: 1024,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_xlarge_tf_224",
                MaxxViT(
                    size: 224,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [192, 192],
                    hasStemBias: true,
                    headFeatures: 1536,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_xlarge_tf_384",
                MaxxViT(
                    size: 384,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [192, 192],
                    hasStemBias: true,
                    headFeatures: 1536,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "maxvit_xlarge_tf_512",
                MaxxViT(
                    size: 512,
                    widths: [192, 384, 768, 1536],
                    depths: [2, 6, 14, 2],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [192, 192],
                    hasStemBias: true,
                    headFeatures: 1536,
                    expandsOutputs: true,
                    padding: .same,
                    activation: .geluTanh,
                    epsilon: 1e-3,
                    putsHeadsFirst: false,
                    expandsFirst: true,
                    distances: .map,
                    transformerActivation: .geluTanh,
                    transformerEpsilon: 1e-5
                )
            ),
            ModelVariant(
                "test_maxvit",
                MaxxViT(
                    size: 160,
                    widths: [32, 64, 96, 128],
                    depths: [1, 1, 1, 1],
                    blocks: [[.windowed], [.windowed], [.windowed], [.windowed]],
                    stemWidths: [16, 32],
                    hasOutputBias: false,
                    gateRatio: 0.0625,
                    activation: .silu
                )
            ),
            ModelVariant(
                "test_coatnet",
                MaxxViT(
                    size: 160,
                    widths: [32, 64, 96, 128],
                    depths: [1, 1, 2, 1],
                    blocks: [[.convolution], [.convolution], [.transformer], [.transformer]],
                    stemWidths: [16, 32],
                    poolsBranch: true,
                    activation: .silu
                )
            ),
        ]
    )
}
