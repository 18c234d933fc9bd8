internal import Graph

extension ModelFamily {
    private static func volo1(_ size: Int) -> VOLO {
        VOLO(size: size, depths: [4, 4, 8, 2], widths: [192, 384, 384, 384], heads: [6, 12, 12, 12])
    }

    private static func volo2(_ size: Int) -> VOLO {
        VOLO(size: size, depths: [6, 4, 10, 4], widths: [256, 512, 512, 512], heads: [8, 16, 16, 16])
    }

    private static func volo3(_ size: Int) -> VOLO {
        VOLO(size: size, depths: [8, 8, 16, 4], widths: [256, 512, 512, 512], heads: [8, 16, 16, 16])
    }

    private static func volo4(_ size: Int) -> VOLO {
        VOLO(size: size, depths: [8, 8, 16, 4], widths: [384, 768, 768, 768], heads: [12, 16, 16, 16])
    }

    private static func volo5(_ size: Int) -> VOLO {
        VOLO(
            size: size,
            depths: [12, 12, 20, 4],
            widths: [384, 768, 768, 768],
            heads: [12, 16, 16, 16],
            ratio: 4,
            stemWidth: 128
        )
    }

    /// The architectures of timm/models/volo.py, in its order.
    static let volo = ModelFamily(
        name: "volo",
        variants: [
            ModelVariant("volo_d1_224", volo1(224)),
            ModelVariant("volo_d1_384", volo1(384)),
            ModelVariant("volo_d2_224", volo2(224)),
            ModelVariant("volo_d2_384", volo2(384)),
            ModelVariant("volo_d3_224", volo3(224)),
            ModelVariant("volo_d3_448", volo3(448)),
            ModelVariant("volo_d4_224", volo4(224)),
            ModelVariant("volo_d4_448", volo4(448)),
            ModelVariant("volo_d5_224", volo5(224)),
            ModelVariant("volo_d5_448", volo5(448)),
            ModelVariant("volo_d5_512", volo5(512)),
        ]
    )
}
