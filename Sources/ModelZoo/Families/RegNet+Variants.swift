internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/regnet.py, in its order.
    static let regNet = ModelFamily(
        name: "regnet",
        variants: [
            ModelVariant(
                "regnetx_002",
                RegNet(
                    depth: 13,
                    initialWidth: 24,
                    slope: 36.44,
                    factor: 2.49,
                    groupSize: 8
                )
            ),
            ModelVariant(
                "regnetx_004",
                RegNet(
                    depth: 22,
                    initialWidth: 24,
                    slope: 24.48,
                    factor: 2.54,
                    groupSize: 16
                )
            ),
            ModelVariant(
                "regnetx_004_tv",
                RegNet(
                    depth: 22,
                    initialWidth: 24,
                    slope: 24.48,
                    factor: 2.54,
                    groupSize: 16,
                    roundingLimit: 0.9
                )
            ),
            ModelVariant(
                "regnetx_006",
                RegNet(
                    depth: 16,
                    initialWidth: 48,
                    slope: 36.97,
                    factor: 2.24,
                    groupSize: 24
                )
            ),
            ModelVariant(
                "regnetx_008",
                RegNet(
                    depth: 16,
                    initialWidth: 56,
                    slope: 35.73,
                    factor: 2.28,
                    groupSize: 16
                )
            ),
            ModelVariant(
                "regnetx_016",
                RegNet(
                    depth: 18,
                    initialWidth: 80,
                    slope: 34.01,
                    factor: 2.25,
                    groupSize: 24
                )
            ),
            ModelVariant(
                "regnetx_032",
                RegNet(
                    depth: 25,
                    initialWidth: 88,
                    slope: 26.31,
                    factor: 2.25,
                    groupSize: 48
                )
            ),
            ModelVariant(
                "regnetx_040",
                RegNet(
                    depth: 23,
                    initialWidth: 96,
                    slope: 38.65,
                    factor: 2.43,
                    groupSize: 40
                )
            ),
            ModelVariant(
                "regnetx_064",
                RegNet(
                    depth: 17,
                    initialWidth: 184,
                    slope: 60.83,
                    factor: 2.07,
                    groupSize: 56
                )
            ),
            ModelVariant(
                "regnetx_080",
                RegNet(
                    depth: 23,
                    initialWidth: 80,
                    slope: 49.56,
                    factor: 2.88,
                    groupSize: 120
                )
            ),
            ModelVariant(
                "regnetx_120",
                RegNet(
                    depth: 19,
                    initialWidth: 168,
                    slope: 73.36,
                    factor: 2.37,
                    groupSize: 112
                )
            ),
            ModelVariant(
                "regnetx_160",
                RegNet(
                    depth: 22,
                    initialWidth: 216,
                    slope: 55.59,
                    factor: 2.1,
                    groupSize: 128
                )
            ),
            ModelVariant(
                "regnetx_320",
                RegNet(
                    depth: 23,
                    initialWidth: 320,
                    slope: 69.86,
                    factor: 2.0,
                    groupSize: 168
                )
            ),
            ModelVariant(
                "regnety_002",
                RegNet(
                    depth: 13,
                    initialWidth: 24,
                    slope: 36.44,
                    factor: 2.49,
                    groupSize: 8,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_004",
                RegNet(
                    depth: 16,
                    initialWidth: 48,
                    slope: 27.89,
                    factor: 2.09,
                    groupSize: 8,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_006",
                RegNet(
                    depth: 15,
                    initialWidth: 48,
                    slope: 32.54,
                    factor: 2.32,
                    groupSize: 16,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_008",
                RegNet(
                    depth: 14,
                    initialWidth: 56,
                    slope: 38.84,
                    factor: 2.4,
                    groupSize: 16,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_008_tv",
                RegNet(
                    depth: 14,
                    initialWidth: 56,
                    slope: 38.84,
                    factor: 2.4,
                    groupSize: 16,
                    squeezeRatio: 0.25,
                    roundingLimit: 0.9
                )
            ),
            ModelVariant(
                "regnety_016",
                RegNet(
                    depth: 27,
                    initialWidth: 48,
                    slope: 20.71,
                    factor: 2.65,
                    groupSize: 24,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_032",
                RegNet(
                    depth: 21,
                    initialWidth: 80,
                    slope: 42.63,
                    factor: 2.66,
                    groupSize: 24,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_040",
                RegNet(
                    depth: 22,
                    initialWidth: 96,
                    slope: 31.41,
                    factor: 2.24,
                    groupSize: 64,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_064",
                RegNet(
                    depth: 25,
                    initialWidth: 112,
                    slope: 33.22,
                    factor: 2.27,
                    groupSize: 72,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_080",
                RegNet(
                    depth: 17,
                    initialWidth: 192,
                    slope: 76.82,
                    factor: 2.19,
                    groupSize: 56,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_080_tv",
                RegNet(
                    depth: 17,
                    initialWidth: 192,
                    slope: 76.82,
                    factor: 2.19,
                    groupSize: 56,
                    squeezeRatio: 0.25,
                    roundingLimit: 0.9
                )
            ),
            ModelVariant(
                "regnety_120",
                RegNet(
                    depth: 19,
                    initialWidth: 168,
                    slope: 73.36,
                    factor: 2.37,
                    groupSize: 112,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_160",
                RegNet(
                    depth: 18,
                    initialWidth: 200,
                    slope: 106.23,
                    factor: 2.48,
                    groupSize: 112,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_320",
                RegNet(
                    depth: 20,
                    initialWidth: 232,
                    slope: 115.89,
                    factor: 2.53,
                    groupSize: 232,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_640",
                RegNet(
                    depth: 20,
                    initialWidth: 352,
                    slope: 147.48,
                    factor: 2.4,
                    groupSize: 328,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_1280",
                RegNet(
                    depth: 27,
                    initialWidth: 456,
                    slope: 160.83,
                    factor: 2.52,
                    groupSize: 264,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_2560",
                RegNet(
                    depth: 27,
                    initialWidth: 640,
                    slope: 230.83,
                    factor: 2.53,
                    groupSize: 373,
                    squeezeRatio: 0.25
                )
            ),
            ModelVariant(
                "regnety_040_sgn",
                RegNet(
                    depth: 22,
                    initialWidth: 96,
                    slope: 31.41,
                    factor: 2.24,
                    groupSize: 64,
                    squeezeRatio: 0.25,
                    activation: .silu,
                    normalization: .groupsOfSize(16)
                )
            ),
            ModelVariant(
                "regnetv_040",
                RegNet(
                    depth: 22,
                    initialWidth: 96,
                    slope: 31.41,
                    factor: 2.24,
                    groupSize: 64,
                    squeezeRatio: 0.25,
                    normalizesFirst: true,
                    activation: .silu
                )
            ),
            ModelVariant(
                "regnetv_064",
                RegNet(
                    depth: 25,
                    initialWidth: 112,
                    slope: 33.22,
                    factor: 2.27,
                    groupSize: 72,
                    squeezeRatio: 0.25,
                    shortcut: .average,
                    normalizesFirst: true,
                    activation: .silu
                )
            ),
            ModelVariant(
                "regnetz_005",
                RegNet(
                    depth: 21,
                    initialWidth: 16,
                    slope: 10.7,
                    factor: 2.51,
                    groupSize: 4,
                    bottleneck: 4,
                    squeezeRatio: 0.25,
                    shortcut: .none,
                    isLinear: true,
                    headWidth: 1024,
                    activation: .silu
                )
            ),
            ModelVariant(
                "regnetz_040",
                RegNet(
                    depth: 28,
                    initialWidth: 48,
                    slope: 14.5,
                    factor: 2.226,
                    groupSize: 8,
                    bottleneck: 4,
                    squeezeRatio: 0.25,
                    shortcut: .none,
                    isLinear: true,
                    activation: .silu
                )
            ),
            ModelVariant(
                "regnetz_040_h",
                RegNet(
                    depth: 28,
                    initialWidth: 48,
                    slope: 14.5,
                    factor: 2.226,
                    groupSize: 8,
                    bottleneck: 4,
                    squeezeRatio: 0.25,
                    shortcut: .none,
                    isLinear: true,
                    headWidth: 1536,
                    activation: .silu
                )
            ),
        ]
    )
}
