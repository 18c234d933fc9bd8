internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/pvt_v2.py, in its order.
    static let pvtV2 = ModelFamily(
        name: "pvt_v2",
        variants: [
            ModelVariant("pvt_v2_b0", PVTv2(widths: [32, 64, 160, 256], depths: [2, 2, 2, 2])),
            ModelVariant("pvt_v2_b1", PVTv2(widths: [64, 128, 320, 512], depths: [2, 2, 2, 2])),
            ModelVariant("pvt_v2_b2", PVTv2(widths: [64, 128, 320, 512], depths: [3, 4, 6, 3])),
            ModelVariant("pvt_v2_b3", PVTv2(widths: [64, 128, 320, 512], depths: [3, 4, 18, 3])),
            ModelVariant("pvt_v2_b4", PVTv2(widths: [64, 128, 320, 512], depths: [3, 8, 27, 3])),
            ModelVariant(
                "pvt_v2_b5",
                PVTv2(widths: [64, 128, 320, 512], depths: [3, 6, 40, 3], ratios: [4, 4, 4, 4])
            ),
            ModelVariant(
                "pvt_v2_b2_li",
                PVTv2(widths: [64, 128, 320, 512], depths: [3, 4, 6, 3], isLinear: true)
            ),
        ]
    )
}
