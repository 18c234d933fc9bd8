internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/convnext.py, in its order.
    static let convNeXt = ModelFamily(
        name: "convnext",
        variants: [
            ModelVariant(
                "convnext_zepto_rms",
                ConvNeXt(
                    depths: [2, 2, 4, 2],
                    widths: [32, 64, 128, 256],
                    normalization: .deviation(),
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_zepto_rms_ols",
                ConvNeXt(
                    depths: [2, 2, 4, 2],
                    widths: [32, 64, 128, 256],
                    stem: .overlappingActivated,
                    normalization: .deviation(),
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_atto",
                ConvNeXt(depths: [2, 2, 6, 2], widths: [40, 80, 160, 320], hasConvolutionalMLP: true)
            ),
            ModelVariant(
                "convnext_atto_ols",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [40, 80, 160, 320],
                    stem: .overlappingTiered,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_atto_rms",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [40, 80, 160, 320],
                    normalization: .rootMeanSquare(),
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_femto",
                ConvNeXt(depths: [2, 2, 6, 2], widths: [48, 96, 192, 384], hasConvolutionalMLP: true)
            ),
            ModelVariant(
                "convnext_femto_ols",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [48, 96, 192, 384],
                    stem: .overlappingTiered,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_pico",
                ConvNeXt(depths: [2, 2, 6, 2], widths: [64, 128, 256, 512], hasConvolutionalMLP: true)
            ),
            ModelVariant(
                "convnext_pico_ols",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [64, 128, 256, 512],
                    stem: .overlappingTiered,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_nano",
                ConvNeXt(depths: [2, 2, 8, 2], widths: [80, 160, 320, 640], hasConvolutionalMLP: true)
            ),
            ModelVariant(
                "convnext_nano_ols",
                ConvNeXt(
                    depths: [2, 2, 8, 2],
                    widths: [80, 160, 320, 640],
                    stem: .overlapping,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnext_tiny_hnf",
                ConvNeXt(
                    depths: [3, 3, 9, 3],
                    widths: [96, 192, 384, 768],
                    hasConvolutionalMLP: true,
                    normalizesBeforePooling: true
                )
            ),
            ModelVariant("convnext_tiny", ConvNeXt(depths: [3, 3, 9, 3], widths: [96, 192, 384, 768])),
            ModelVariant("convnext_small", ConvNeXt(depths: [3, 3, 27, 3], widths: [96, 192, 384, 768])),
            ModelVariant("convnext_base", ConvNeXt(depths: [3, 3, 27, 3], widths: [128, 256, 512, 1024])),
            ModelVariant("convnext_large", ConvNeXt(depths: [3, 3, 27, 3], widths: [192, 384, 768, 1536])),
            ModelVariant(
                "convnext_large_mlp",
                ConvNeXt(depths: [3, 3, 27, 3], widths: [192, 384, 768, 1536], headFeatures: 1536)
            ),
            ModelVariant(
                "convnext_xlarge",
                ConvNeXt(depths: [3, 3, 27, 3], widths: [256, 512, 1024, 2048])
            ),
            ModelVariant(
                "convnext_xxlarge",
                ConvNeXt(
                    depths: [3, 4, 30, 3],
                    widths: [384, 768, 1536, 3072],
                    normalization: .layer(epsilon: 1e-5)
                )
            ),
            ModelVariant(
                "convnextv2_atto",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [40, 80, 160, 320],
                    hasLayerScale: false,
                    normalizesResponse: true,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnextv2_femto",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [48, 96, 192, 384],
                    hasLayerScale: false,
                    normalizesResponse: true,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnextv2_pico",
                ConvNeXt(
                    depths: [2, 2, 6, 2],
                    widths: [64, 128, 256, 512],
                    hasLayerScale: false,
                    normalizesResponse: true,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnextv2_nano",
                ConvNeXt(
                    depths: [2, 2, 8, 2],
                    widths: [80, 160, 320, 640],
                    hasLayerScale: false,
                    normalizesResponse: true,
                    hasConvolutionalMLP: true
                )
            ),
            ModelVariant(
                "convnextv2_tiny",
                ConvNeXt(
                    depths: [3, 3, 9, 3],
                    widths: [96, 192, 384, 768],
                    hasLayerScale: false,
                    normalizesResponse: true
                )
            ),
            ModelVariant(
                "convnextv2_small",
                ConvNeXt(
                    depths: [3, 3, 27, 3],
                    widths: [96, 192, 384, 768],
                    hasLayerScale: false,
                    normalizesResponse: true
                )
            ),
            ModelVariant(
                "convnextv2_base",
                ConvNeXt(
                    depths: [3, 3, 27, 3],
                    widths: [128, 256, 512, 1024],
                    hasLayerScale: false,
                    normalizesResponse: true
                )
            ),
            ModelVariant(
                "convnextv2_large",
                ConvNeXt(
                    depths: [3, 3, 27, 3],
                    widths: [192, 384, 768, 1536],
                    hasLayerScale: false,
                    normalizesResponse: true
                )
            ),
            ModelVariant(
                "convnextv2_huge",
                ConvNeXt(
                    depths: [3, 3, 27, 3],
                    widths: [352, 704, 1408, 2816],
                    hasLayerScale: false,
                    normalizesResponse: true
                )
            ),
            ModelVariant(
                "test_convnext",
                ConvNeXt(
                    depths: [1, 2, 4, 2],
                    widths: [24, 32, 48, 64],
                    activation: .geluTanh,
                    normalization: .layer(epsilon: 1e-5)
                )
            ),
            ModelVariant(
                "test_convnext2",
                ConvNeXt(
                    depths: [1, 1, 1, 1],
                    widths: [32, 64, 96, 128],
                    activation: .geluTanh,
                    normalization: .layer(epsilon: 1e-5)
                )
            ),
            ModelVariant(
                "test_convnext3",
                ConvNeXt(
                    depths: [1, 1, 1, 1],
                    widths: [32, 64, 96, 128],
                    kernels: [7, 5, 5, 3],
                    activation: .silu,
                    normalization: .layer(epsilon: 1e-5)
                )
            ),
        ]
    )
}
