internal import Graph

/// The networks of MobileNet-V3 and its relatives before scaling, in timm's order and under its block strings.
extension MobileTrunk {
    /// MobileNet-V3 large as it was known before the paper's code.
    static let mobileNetV3Early = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16_nre_noskip"],
            ["ir_r1_k3_s2_e4_c24_nre", "ir_r1_k3_s1_e3_c24_nre"],
            ["ir_r3_k5_s2_e3_c40_se0.25_nre"],
            ["ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80"],
            ["ir_r2_k3_s1_e6_c112_se0.25"],
            ["ir_r3_k5_s2_e6_c160_se0.25"],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .hardSwish
    )

    /// MobileNet-V3 large.
    static let mobileNetV3Large = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16_nre"],
            ["ir_r1_k3_s2_e4_c24_nre", "ir_r1_k3_s1_e3_c24_nre"],
            ["ir_r3_k5_s2_e3_c40_se0.25_nre"],
            ["ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80"],
            ["ir_r2_k3_s1_e6_c112_se0.25"],
            ["ir_r3_k5_s2_e6_c160_se0.25"],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .hardSwish
    )

    /// MobileNet-V3 large without gates and 5x5 filters.
    static let mobileNetV3LargeMinimal = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16"],
            ["ir_r1_k3_s2_e4_c24", "ir_r1_k3_s1_e3_c24"],
            ["ir_r3_k3_s2_e3_c40"],
            ["ir_r1_k3_s2_e6_c80", "ir_r1_k3_s1_e2.5_c80", "ir_r2_k3_s1_e2.3_c80"],
            ["ir_r2_k3_s1_e6_c112"],
            ["ir_r3_k3_s2_e6_c160"],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .relu
    )

    /// MobileNet-V3 small.
    static let mobileNetV3Small = MobileTrunk(
        stages: [
            ["ds_r1_k3_s2_e1_c16_se0.25_nre"],
            ["ir_r1_k3_s2_e4.5_c24_nre", "ir_r1_k3_s1_e3.67_c24_nre"],
            ["ir_r1_k5_s2_e4_c40_se0.25", "ir_r2_k5_s1_e6_c40_se0.25"],
            ["ir_r2_k5_s1_e3_c48_se0.25"],
            ["ir_r3_k5_s2_e6_c96_se0.25"],
            ["cn_r1_k1_s1_c576"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .hardSwish
    )

    /// MobileNet-V3 small without gates and 5x5 filters.
    static let mobileNetV3SmallMinimal = MobileTrunk(
        stages: [
            ["ds_r1_k3_s2_e1_c16"],
            ["ir_r1_k3_s2_e4.5_c24", "ir_r1_k3_s1_e3.67_c24"],
            ["ir_r1_k3_s2_e4_c40", "ir_r2_k3_s1_e6_c40"],
            ["ir_r2_k3_s1_e3_c48"],
            ["ir_r3_k3_s2_e6_c96"],
            ["cn_r1_k1_s1_c576"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .relu
    )

    /// FBNet-V3 B.
    static let fbNetV3B = MobileTrunk(
        stages: [
            ["ds_r2_k3_s1_e1_c16"],
            ["ir_r1_k5_s2_e4_c24", "ir_r3_k5_s1_e2_c24"],
            ["ir_r1_k5_s2_e5_c40_se0.25", "ir_r4_k5_s1_e3_c40_se0.25"],
            ["ir_r1_k5_s2_e5_c72", "ir_r4_k3_s1_e3_c72"],
            ["ir_r1_k3_s1_e5_c120_se0.25", "ir_r5_k5_s1_e3_c120_se0.25"],
            ["ir_r1_k3_s2_e6_c184_se0.25", "ir_r5_k5_s1_e4_c184_se0.25", "ir_r1_k5_s1_e6_c224_se0.25"],
            ["cn_r1_k1_s1_c1344"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .hardSwish,
        roundingLimit: 0.95
    )

    /// FBNet-V3 D.
    static let fbNetV3D = MobileTrunk(
        stages: [
            ["ds_r2_k3_s1_e1_c16"],
            ["ir_r1_k3_s2_e5_c24", "ir_r5_k3_s1_e2_c24"],
            ["ir_r1_k5_s2_e4_c40_se0.25", "ir_r4_k3_s1_e3_c40_se0.25"],
            ["ir_r1_k3_s2_e5_c72", "ir_r4_k3_s1_e3_c72"],
            ["ir_r1_k3_s1_e5_c128_se0.25", "ir_r6_k5_s1_e3_c128_se0.25"],
            ["ir_r1_k3_s2_e6_c208_se0.25", "ir_r5_k5_s1_e5_c208_se0.25", "ir_r1_k5_s1_e6_c240_se0.25"],
            ["cn_r1_k1_s1_c1440"],
        ],
        stem: Stem(width: 24),
        head: .none,
        activation: .hardSwish,
        roundingLimit: 0.95
    )

    /// FBNet-V3 G.
    static let fbNetV3G = MobileTrunk(
        stages: [
            ["ds_r3_k3_s1_e1_c24"],
            ["ir_r1_k5_s2_e4_c40", "ir_r4_k5_s1_e2_c40"],
            ["ir_r1_k5_s2_e4_c56_se0.25", "ir_r4_k5_s1_e3_c56_se0.25"],
            ["ir_r1_k5_s2_e5_c104", "ir_r4_k3_s1_e3_c104"],
            ["ir_r1_k3_s1_e5_c160_se0.25", "ir_r8_k5_s1_e3_c160_se0.25"],
            ["ir_r1_k3_s2_e6_c264_se0.25", "ir_r6_k5_s1_e5_c264_se0.25", "ir_r2_k5_s1_e6_c288_se0.25"],
            ["cn_r1_k1_s1_c1728"],
        ],
        stem: Stem(width: 32),
        head: .none,
        activation: .hardSwish,
        roundingLimit: 0.95
    )

    /// PP-LCNet.
    static let lcNet = MobileTrunk(
        stages: [
            ["dsa_r1_k3_s1_c32"],
            ["dsa_r2_k3_s2_c64"],
            ["dsa_r2_k3_s2_c128"],
            ["dsa_r1_k3_s2_c256", "dsa_r1_k5_s1_c256"],
            ["dsa_r4_k5_s1_c256"],
            ["dsa_r2_k5_s2_c512_se0.25"],
        ],
        stem: Stem(width: 16),
        head: .none,
        activation: .hardSwish
    )

    /// MobileNet-V4 hybrid, medium.
    static let mobileNetV4HybridMedium = MobileTrunk(
        stages: [
            ["er_r1_k3_s2_e4_c48"],
            ["uir_r1_a3_k5_s2_e4_c80", "uir_r1_a3_k3_s1_e2_c80"],
            [
                "uir_r1_a3_k5_s2_e6_c160", "uir_r1_a0_k0_s1_e2_c160", "uir_r1_a3_k3_s1_e4_c160",
                "uir_r1_a3_k5_s1_e4_c160", "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k3_s1_e4_c160",
                "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k0_s1_e4_c160",
                "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k3_s1_e4_c160",
                "mqa_r1_k3_h4_s1_v2_d64_c160", "uir_r1_a3_k0_s1_e4_c160",
            ],
            [
                "uir_r1_a5_k5_s2_e6_c256", "uir_r1_a5_k5_s1_e4_c256", "uir_r2_a3_k5_s1_e4_c256",
                "uir_r1_a0_k0_s1_e2_c256", "uir_r1_a3_k5_s1_e2_c256", "uir_r1_a0_k0_s1_e2_c256",
                "uir_r1_a0_k0_s1_e4_c256", "mqa_r1_k3_h4_s1_d64_c256", "uir_r1_a3_k0_s1_e4_c256",
                "mqa_r1_k3_h4_s1_d64_c256", "uir_r1_a5_k5_s1_e4_c256", "mqa_r1_k3_h4_s1_d64_c256",
                "uir_r1_a5_k0_s1_e4_c256", "mqa_r1_k3_h4_s1_d64_c256", "uir_r1_a5_k0_s1_e4_c256",
            ],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 32),
        head: .none,
        activation: .relu
    )

    /// MobileNet-V4 hybrid, large.
    static let mobileNetV4HybridLarge = MobileTrunk(
        stages: [
            ["er_r1_k3_s2_e4_c48"],
            ["uir_r1_a3_k5_s2_e4_c96", "uir_r1_a3_k3_s1_e4_c96"],
            [
                "uir_r1_a3_k5_s2_e4_c192", "uir_r3_a3_k3_s1_e4_c192", "uir_r1_a3_k5_s1_e4_c192",
                "uir_r2_a5_k3_s1_e4_c192", "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a5_k3_s1_e4_c192",
                "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a5_k3_s1_e4_c192",
                "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a5_k3_s1_e4_c192",
                "mqa_r1_k3_h8_s1_v2_d48_c192", "uir_r1_a3_k0_s1_e4_c192",
            ],
            [
                "uir_r4_a5_k5_s2_e4_c512", "uir_r1_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512",
                "uir_r2_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512", "uir_r1_a5_k5_s1_e4_c512",
                "mqa_r1_k3_h8_s1_d64_c512", "uir_r1_a5_k0_s1_e4_c512", "mqa_r1_k3_h8_s1_d64_c512",
                "uir_r1_a5_k0_s1_e4_c512", "mqa_r1_k3_h8_s1_d64_c512", "uir_r1_a5_k0_s1_e4_c512",
                "mqa_r1_k3_h8_s1_d64_c512", "uir_r1_a5_k0_s1_e4_c512",
            ],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 24),
        head: .none,
        activation: .gelu
    )

    /// MobileNet-V4, small.
    static let mobileNetV4Small = MobileTrunk(
        stages: [
            ["cn_r1_k3_s2_e1_c32", "cn_r1_k1_s1_e1_c32"],
            ["cn_r1_k3_s2_e1_c96", "cn_r1_k1_s1_e1_c64"],
            ["uir_r1_a5_k5_s2_e3_c96", "uir_r4_a0_k3_s1_e2_c96", "uir_r1_a3_k0_s1_e4_c96"],
            [
                "uir_r1_a3_k3_s2_e6_c128", "uir_r1_a5_k5_s1_e4_c128", "uir_r1_a0_k5_s1_e4_c128",
                "uir_r1_a0_k5_s1_e3_c128", "uir_r2_a0_k3_s1_e4_c128",
            ],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 32),
        head: .none,
        activation: .relu
    )

    /// MobileNet-V4, medium.
    static let mobileNetV4Medium = MobileTrunk(
        stages: [
            ["er_r1_k3_s2_e4_c48"],
            ["uir_r1_a3_k5_s2_e4_c80", "uir_r1_a3_k3_s1_e2_c80"],
            [
                "uir_r1_a3_k5_s2_e6_c160", "uir_r2_a3_k3_s1_e4_c160", "uir_r1_a3_k5_s1_e4_c160",
                "uir_r1_a3_k3_s1_e4_c160", "uir_r1_a3_k0_s1_e4_c160", "uir_r1_a0_k0_s1_e2_c160",
                "uir_r1_a3_k0_s1_e4_c160",
            ],
            [
                "uir_r1_a5_k5_s2_e6_c256", "uir_r1_a5_k5_s1_e4_c256", "uir_r2_a3_k5_s1_e4_c256",
                "uir_r1_a0_k0_s1_e4_c256", "uir_r1_a3_k0_s1_e4_c256", "uir_r1_a3_k5_s1_e2_c256",
                "uir_r1_a5_k5_s1_e4_c256", "uir_r2_a0_k0_s1_e4_c256", "uir_r1_a5_k0_s1_e2_c256",
            ],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 32),
        head: .none,
        activation: .relu
    )

    /// MobileNet-V4, large.
    static let mobileNetV4Large = MobileTrunk(
        stages: [
            ["er_r1_k3_s2_e4_c48"],
            ["uir_r1_a3_k5_s2_e4_c96", "uir_r1_a3_k3_s1_e4_c96"],
            [
                "uir_r1_a3_k5_s2_e4_c192", "uir_r3_a3_k3_s1_e4_c192", "uir_r1_a3_k5_s1_e4_c192",
                "uir_r5_a5_k3_s1_e4_c192", "uir_r1_a3_k0_s1_e4_c192",
            ],
            [
                "uir_r4_a5_k5_s2_e4_c512", "uir_r1_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512",
                "uir_r2_a5_k0_s1_e4_c512", "uir_r1_a5_k3_s1_e4_c512", "uir_r1_a5_k5_s1_e4_c512",
                "uir_r3_a5_k0_s1_e4_c512",
            ],
            ["cn_r1_k1_s1_c960"],
        ],
        stem: Stem(width: 24),
        head: .none,
        activation: .relu
    )
}
