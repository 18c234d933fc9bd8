internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/metaformer.py, in its order.
    static let metaFormer = ModelFamily(
        name: "metaformer",
        variants: [
            ModelVariant(
                "poolformer_s12",
                MetaFormer(
                    depths: [2, 2, 6, 2],
                    widths: [64, 128, 320, 512],
                    generation: .poolFormer,
                    hasMLPHead: false
                )
            ),
            ModelVariant(
                "poolformer_s24",
                MetaFormer(
                    depths: [4, 4, 12, 4],
                    widths: [64, 128, 320, 512],
                    generation: .poolFormer,
                    hasMLPHead: false
                )
            ),
            ModelVariant(
                "poolformer_s36",
                MetaFormer(
                    depths: [6, 6, 18, 6],
                    widths: [64, 128, 320, 512],
                    generation: .poolFormer,
                    hasMLPHead: false
                )
            ),
            ModelVariant(
                "poolformer_m36",
                MetaFormer(
                    depths: [6, 6, 18, 6],
                    widths: [96, 192, 384, 768],
                    generation: .poolFormer,
                    hasMLPHead: false
                )
            ),
            ModelVariant(
                "poolformer_m48",
                MetaFormer(
                    depths: [8, 8, 24, 8],
                    widths: [96, 192, 384, 768],
                    generation: .poolFormer,
                    hasMLPHead: false
                )
            ),
            ModelVariant(
                "poolformerv2_s12",
                MetaFormer(depths: [2, 2, 6, 2], widths: [64, 128, 320, 512], hasMLPHead: false)
            ),
            ModelVariant(
                "poolformerv2_s24",
                MetaFormer(depths: [4, 4, 12, 4], widths: [64, 128, 320, 512], hasMLPHead: false)
            ),
            ModelVariant(
                "poolformerv2_s36",
                MetaFormer(depths: [6, 6, 18, 6], widths: [64, 128, 320, 512], hasMLPHead: false)
            ),
            ModelVariant(
                "poolformerv2_m36",
                MetaFormer(depths: [6, 6, 18, 6], widths: [96, 192, 384, 768], hasMLPHead: false)
            ),
            ModelVariant(
                "poolformerv2_m48",
                MetaFormer(depths: [8, 8, 24, 8], widths: [96, 192, 384, 768], hasMLPHead: false)
            ),
            ModelVariant(
                "convformer_s18",
                MetaFormer(
                    depths: [3, 3, 9, 3],
                    widths: [64, 128, 320, 512],
                    mixers: [.convolution, .convolution, .convolution, .convolution]
                )
            ),
            ModelVariant(
                "convformer_s36",
                MetaFormer(
                    depths: [3, 12, 18, 3],
                    widths: [64, 128, 320, 512],
                    mixers: [.convolution, .convolution, .convolution, .convolution]
                )
            ),
            ModelVariant(
                "convformer_m36",
                MetaFormer(
                    depths: [3, 12, 18, 3],
                    widths: [96, 192, 384, 576],
                    mixers: [.convolution, .convolution, .convolution, .convolution]
                )
            ),
            ModelVariant(
                "convformer_b36",
                MetaFormer(
                    depths: [3, 12, 18, 3],
                    widths: [128, 256, 512, 768],
                    mixers: [.convolution, .convolution, .convolution, .convolution]
                )
            ),
            ModelVariant(
                "caformer_s18",
                MetaFormer(
                    depths: [3, 3, 9, 3],
                    widths: [64, 128, 320, 512],
                    mixers: [.convolution, .convolution, .attention, .attention]
                )
            ),
            ModelVariant(
                "caformer_s36",
                MetaFormer(
                    depths: [3, 12, 18, 3],
                    widths: [64, 128, 320, 512],
                    mixers: [.convolution, .convolution, .attention, .attention]
                )
            ),
            ModelVariant(
                "caformer_m36",
                MetaFormer(
                    depths: [3, 12, 18, 3],
                    widths: [96, 192, 384, 576],
                    mixers: [.convolution, .convolution, .attention, .attention]
                )
            ),
            ModelVariant(
                "caformer_b36",
                MetaFormer(
                    depths: [3, 12, 18, 3],
                    widths: [128, 256, 512, 768],
                    mixers: [.convolution, .convolution, .attention, .attention]
                )
            ),
        ]
    )
}
