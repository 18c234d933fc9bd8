internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/twins.py, in its order.
    static let twins = ModelFamily(
        name: "twins",
        variants: [
            ModelVariant(
                "twins_pcpvt_small",
                Twins(
                    widths: [64, 128, 320, 512],
                    heads: [1, 2, 5, 8],
                    ratios: [8, 8, 4, 4],
                    depths: [3, 4, 6, 3],
                    hasWindows: false
                )
            ),
            ModelVariant(
                "twins_pcpvt_base",
                Twins(
                    widths: [64, 128, 320, 512],
                    heads: [1, 2, 5, 8],
                    ratios: [8, 8, 4, 4],
                    depths: [3, 4, 18, 3],
                    hasWindows: false
                )
            ),
            ModelVariant(
                "twins_pcpvt_large",
                Twins(
                    widths: [64, 128, 320, 512],
                    heads: [1, 2, 5, 8],
                    ratios: [8, 8, 4, 4],
                    depths: [3, 8, 27, 3],
                    hasWindows: false
                )
            ),
            ModelVariant(
                "twins_svt_small",
                Twins(
                    widths: [64, 128, 256, 512],
                    heads: [2, 4, 8, 16],
                    ratios: [4, 4, 4, 4],
                    depths: [2, 2, 10, 4],
                    hasWindows: true
                )
            ),
            ModelVariant(
                "twins_svt_base",
                Twins(
                    widths: [96, 192, 384, 768],
                    heads: [3, 6, 12, 24],
                    ratios: [4, 4, 4, 4],
                    depths: [2, 2, 18, 2],
                    hasWindows: true
                )
            ),
            ModelVariant(
                "twins_svt_large",
                Twins(
                    widths: [128, 256, 512, 1024],
                    heads: [4, 8, 16, 32],
                    ratios: [4, 4, 4, 4],
                    depths: [2, 2, 18, 2],
                    hasWindows: true
                )
            ),
        ]
    )
}
