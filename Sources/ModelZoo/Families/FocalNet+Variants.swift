internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/focalnet.py, in its order.
    static let focalNet = ModelFamily(
        name: "focalnet",
        variants: [
            ModelVariant("focalnet_tiny_srf", FocalNet(width: 96, depths: [2, 2, 6, 2])),
            ModelVariant("focalnet_small_srf", FocalNet(width: 96, depths: [2, 2, 18, 2])),
            ModelVariant("focalnet_base_srf", FocalNet(width: 128, depths: [2, 2, 18, 2])),
            ModelVariant("focalnet_tiny_lrf", FocalNet(width: 96, depths: [2, 2, 6, 2], levels: 3)),
            ModelVariant("focalnet_small_lrf", FocalNet(width: 96, depths: [2, 2, 18, 2], levels: 3)),
            ModelVariant("focalnet_base_lrf", FocalNet(width: 128, depths: [2, 2, 18, 2], levels: 3)),
            ModelVariant(
                "focalnet_large_fl3",
                FocalNet(width: 192, depths: [2, 2, 18, 2], levels: 3, window: 5, isLarge: true)
            ),
            ModelVariant(
                "focalnet_large_fl4",
                FocalNet(width: 192, depths: [2, 2, 18, 2], levels: 4, isLarge: true)
            ),
            ModelVariant(
                "focalnet_xlarge_fl3",
                FocalNet(width: 256, depths: [2, 2, 18, 2], levels: 3, window: 5, isLarge: true)
            ),
            ModelVariant(
                "focalnet_xlarge_fl4",
                FocalNet(width: 256, depths: [2, 2, 18, 2], levels: 4, isLarge: true)
            ),
            ModelVariant(
                "focalnet_huge_fl3",
                FocalNet(
                    width: 352,
                    depths: [2, 2, 18, 2],
                    levels: 3,
                    isLarge: true,
                    normalizesModulation: true
                )
            ),
            ModelVariant(
                "focalnet_huge_fl4",
                FocalNet(
                    width: 352,
                    depths: [2, 2, 18, 2],
                    levels: 4,
                    isLarge: true,
                    normalizesModulation: true
                )
            ),
        ]
    )
}
