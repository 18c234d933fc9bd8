internal import Graph

// MobileViT and MobileViT-V2: inverted residuals, and transformers over patches in the last three stages. Networks of
// ``ByobNet``.
//
// Papers: MobileViT: Light-weight, General-purpose, and Mobile-friendly Vision Transformer
// (https://arxiv.org/abs/2110.02178), Separable Self-attention for Mobile Vision Transformers
// (https://arxiv.org/abs/2206.02680).
// Source: timm/models/mobilevit.py (timm 1.0.31). No deviations.
extension ByobNet {
    /// Inverted residuals in five stages; each of the last three ends with one of `transformers`.
    private static func mobile(
        stem: Int,
        _ depths: [Int],
        _ widths: [Int],
        ratio: Double,
        transformers: [BlockKind],
        finalWidth: Int = 0
    ) -> ByobNet {
        var stages = bottlenecks(depths, widths, groupSize: 1, ratio: ratio)
        for (index, transformer) in transformers.enumerated() {
            stages[index + 2].exceptions = [stages[index + 2].depth: transformer]
            stages[index + 2].depth += 1
        }
        return ByobNet(
            stem: .single(stem),
            stages: stages,
            shortcut: .none,
            finalWidth: finalWidth,
            isLinear: true,
            activation: .silu
        )
    }

    /// MobileViT, with the widths of the transformers.
    fileprivate static func mobileViT(
        _ widths: [Int],
        _ inner: [Int],
        ratio: Double = 4,
        finalWidth: Int
    ) -> ByobNet {
        mobile(
            stem: 16,
            [1, 3, 1, 1, 1],
            widths,
            ratio: ratio,
            transformers: zip(inner, [2, 4, 3]).map { .mobileViT(width: $0, depth: $1) },
            finalWidth: finalWidth
        )
    }

    /// MobileViT-V2 of `factor` times the widths.
    fileprivate static func mobileViTV2(_ factor: Double) -> ByobNet {
        mobile(
            stem: Int(32 * factor),
            [1, 2, 1, 1, 1],
            [64, 128, 256, 384, 512].map { Int($0 * factor) },
            ratio: 2,
            transformers: [2, 4, 3].map { .mobileViTV2(depth: $0) }
        )
    }
}

extension ModelFamily {
    /// The architectures of timm/models/mobilevit.py, in its order.
    static let mobileViT = ModelFamily(
        name: "mobilevit",
        variants: [
            ModelVariant(
                "mobilevit_xxs",
                ByobNet.mobileViT([16, 24, 48, 64, 80], [64, 80, 96], ratio: 2, finalWidth: 320)
            ),
            ModelVariant(
                "mobilevit_xs",
                ByobNet.mobileViT([32, 48, 64, 80, 96], [96, 120, 144], finalWidth: 384)
            ),
            ModelVariant(
                "mobilevit_s",
                ByobNet.mobileViT([32, 64, 96, 128, 160], [144, 192, 240], finalWidth: 640)
            ),
            ModelVariant("mobilevitv2_050", ByobNet.mobileViTV2(0.5)),
            ModelVariant("mobilevitv2_075", ByobNet.mobileViTV2(0.75)),
            ModelVariant("mobilevitv2_100", ByobNet.mobileViTV2(1)),
            ModelVariant("mobilevitv2_125", ByobNet.mobileViTV2(1.25)),
            ModelVariant("mobilevitv2_150", ByobNet.mobileViTV2(1.5)),
            ModelVariant("mobilevitv2_175", ByobNet.mobileViTV2(1.75)),
            ModelVariant("mobilevitv2_200", ByobNet.mobileViTV2(2)),
        ]
    )
}
