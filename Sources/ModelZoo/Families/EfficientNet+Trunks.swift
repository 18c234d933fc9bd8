internal import Graph

/// The networks before scaling, in timm's order and under its block strings.
extension MobileTrunk {
    /// MnasNet-A1, with squeeze-and-excitation.
    static let mnasNetA1 = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16_noskip"],
            ["ir_r2_k3_s2_e6_c24"],
            ["ir_r3_k5_s2_e3_c40_se0.25"],
            ["ir_r4_k3_s2_e6_c80"],
            ["ir_r2_k3_s1_e6_c112_se0.25"],
            ["ir_r3_k5_s2_e6_c160_se0.25"],
            ["ir_r1_k3_s1_e6_c320"],
        ],
        stem: Stem(width: 32),
        head: .fixed(1280),
        activation: .relu
    )

    /// MnasNet-B1.
    static let mnasNetB1 = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_c16_noskip"],
            ["ir_r3_k3_s2_e3_c24"],
            ["ir_r3_k5_s2_e3_c40"],
            ["ir_r3_k5_s2_e6_c80"],
            ["ir_r2_k3_s1_e6_c96"],
            ["ir_r4_k5_s2_e6_c192"],
            ["ir_r1_k3_s1_e6_c320_noskip"],
        ],
        stem: Stem(width: 32),
        head: .fixed(1280),
        activation: .relu
    )

    /// MnasNet-small.
    static let mnasNetSmall = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_c8"],
            ["ir_r1_k3_s2_e3_c16"],
            ["ir_r2_k3_s2_e6_c16"],
            ["ir_r4_k5_s2_e6_c32_se0.25"],
            ["ir_r3_k3_s1_e6_c32_se0.25"],
            ["ir_r3_k5_s2_e6_c88_se0.25"],
            ["ir_r1_k3_s1_e6_c144"],
        ],
        stem: Stem(width: 8),
        head: .fixed(1280),
        activation: .relu
    )

    /// MobileNet-V1.
    static func mobileNetV1(head: Head = .none) -> MobileTrunk {
        MobileTrunk(
            stages: [
                ["dsa_r1_k3_s1_c64"],
                ["dsa_r2_k3_s2_c128"],
                ["dsa_r2_k3_s2_c256"],
                ["dsa_r6_k3_s2_c512"],
                ["dsa_r2_k3_s2_c1024"],
            ],
            stem: Stem(width: 32),
            head: head,
            activation: .relu6
        )
    }

    /// MobileNet-V2.
    static let mobileNetV2 = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_c16"],
            ["ir_r2_k3_s2_e6_c24"],
            ["ir_r3_k3_s2_e6_c32"],
            ["ir_r4_k3_s2_e6_c64"],
            ["ir_r3_k3_s1_e6_c96"],
            ["ir_r3_k3_s2_e6_c160"],
            ["ir_r1_k3_s1_e6_c320"],
        ],
        stem: Stem(width: 32),
        head: .scaledAtLeast(1280),
        activation: .relu6
    )

    /// MobileNet-V2 whose stem, head and outer stages do not scale.
    static var mobileNetV2FixedEnds: MobileTrunk {
        var trunk = mobileNetV2
        trunk.stem.isScaled = false
        trunk.head = .fixed(1280)
        trunk.keepsEndDepths = true
        return trunk
    }

    /// FBNet-C.
    static let fbNetC = MobileTrunk(
        stages: [
            ["ir_r1_k3_s1_e1_c16"],
            ["ir_r1_k3_s2_e6_c24", "ir_r2_k3_s1_e1_c24"],
            ["ir_r1_k5_s2_e6_c32", "ir_r1_k5_s1_e3_c32", "ir_r1_k5_s1_e6_c32", "ir_r1_k3_s1_e6_c32"],
            ["ir_r1_k5_s2_e6_c64", "ir_r1_k5_s1_e3_c64", "ir_r2_k5_s1_e6_c64"],
            ["ir_r3_k5_s1_e6_c112", "ir_r1_k5_s1_e3_c112"],
            ["ir_r4_k5_s2_e6_c184"],
            ["ir_r1_k3_s1_e6_c352"],
        ],
        stem: Stem(width: 16),
        head: .fixed(1984),
        activation: .relu
    )

    /// Single-Path NAS for the Pixel 1.
    static let singlePathNAS = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_c16_noskip"],
            ["ir_r3_k3_s2_e3_c24"],
            ["ir_r1_k5_s2_e6_c40", "ir_r3_k3_s1_e3_c40"],
            ["ir_r1_k5_s2_e6_c80", "ir_r3_k3_s1_e3_c80"],
            ["ir_r1_k5_s1_e6_c96", "ir_r3_k5_s1_e3_c96"],
            ["ir_r4_k5_s2_e6_c192"],
            ["ir_r1_k3_s1_e6_c320_noskip"],
        ],
        stem: Stem(width: 32),
        head: .fixed(1280),
        activation: .relu
    )

    /// EfficientNet-B0.
    static let efficientNet = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16_se0.25"],
            ["ir_r2_k3_s2_e6_c24_se0.25"],
            ["ir_r2_k5_s2_e6_c40_se0.25"],
            ["ir_r3_k3_s2_e6_c80_se0.25"],
            ["ir_r3_k5_s1_e6_c112_se0.25"],
            ["ir_r4_k5_s2_e6_c192_se0.25"],
            ["ir_r1_k3_s1_e6_c320_se0.25"],
        ],
        stem: Stem(width: 32),
        head: .scaled(1280),
        activation: .silu
    )

    /// EfficientNet-EdgeTPU-S; the first block's expansion counts from 24 channels whatever the stem gives.
    static let edge = MobileTrunk(
        stages: [
            ["er_r1_k3_s1_e4_c24_fc24_noskip"],
            ["er_r2_k3_s2_e8_c32"],
            ["er_r4_k3_s2_e8_c48"],
            ["ir_r5_k5_s2_e8_c96"],
            ["ir_r4_k5_s1_e8_c144"],
            ["ir_r2_k5_s2_e8_c192"],
        ],
        stem: Stem(width: 32),
        head: .scaled(1280),
        activation: .relu
    )

    /// EfficientNet-CondConv-B0 of four experts.
    static let conditional = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16_se0.25"],
            ["ir_r2_k3_s2_e6_c24_se0.25"],
            ["ir_r2_k5_s2_e6_c40_se0.25"],
            ["ir_r3_k3_s2_e6_c80_se0.25"],
            ["ir_r3_k5_s1_e6_c112_se0.25_cc4"],
            ["ir_r4_k5_s2_e6_c192_se0.25_cc4"],
            ["ir_r1_k3_s1_e6_c320_se0.25_cc4"],
        ],
        stem: Stem(width: 32),
        head: .scaled(1280),
        activation: .silu
    )

    /// EfficientNet-Lite0.
    static let lite = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16"],
            ["ir_r2_k3_s2_e6_c24"],
            ["ir_r2_k5_s2_e6_c40"],
            ["ir_r3_k3_s2_e6_c80"],
            ["ir_r3_k5_s1_e6_c112"],
            ["ir_r4_k5_s2_e6_c192"],
            ["ir_r1_k3_s1_e6_c320"],
        ],
        stem: Stem(width: 32, isScaled: false),
        head: .fixed(1280),
        activation: .relu6,
        keepsEndDepths: true
    )

    /// MixNet-S.
    static let mixNetS = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c16"],
            ["ir_r1_k3_a1.1_p1.1_s2_e6_c24", "ir_r1_k3_a1.1_p1.1_s1_e3_c24"],
            ["ir_r1_k3.5.7_s2_e6_c40_se0.5_nsw", "ir_r3_k3.5_a1.1_p1.1_s1_e6_c40_se0.5_nsw"],
            ["ir_r1_k3.5.7_p1.1_s2_e6_c80_se0.25_nsw", "ir_r2_k3.5_p1.1_s1_e6_c80_se0.25_nsw"],
            ["ir_r1_k3.5.7_a1.1_p1.1_s1_e6_c120_se0.5_nsw", "ir_r2_k3.5.7.9_a1.1_p1.1_s1_e3_c120_se0.5_nsw"],
            ["ir_r1_k3.5.7.9.11_s2_e6_c200_se0.5_nsw", "ir_r2_k3.5.7.9_p1.1_s1_e6_c200_se0.5_nsw"],
        ],
        stem: Stem(width: 16),
        head: .fixed(1536),
        activation: .relu
    )

    /// MixNet-M.
    static let mixNetM = MobileTrunk(
        stages: [
            ["ds_r1_k3_s1_e1_c24"],
            ["ir_r1_k3.5.7_a1.1_p1.1_s2_e6_c32", "ir_r1_k3_a1.1_p1.1_s1_e3_c32"],
            ["ir_r1_k3.5.7.9_s2_e6_c40_se0.5_nsw", "ir_r3_k3.5_a1.1_p1.1_s1_e6_c40_se0.5_nsw"],
            ["ir_r1_k3.5.7_s2_e6_c80_se0.25_nsw", "ir_r3_k3.5.7.9_a1.1_p1.1_s1_e6_c80_se0.25_nsw"],
            ["ir_r1_k3_s1_e6_c120_se0.5_nsw", "ir_r3_k3.5.7.9_a1.1_p1.1_s1_e3_c120_se0.5_nsw"],
            ["ir_r1_k3.5.7.9_s2_e6_c200_se0.5_nsw", "ir_r3_k3.5.7.9_p1.1_s1_e6_c200_se0.5_nsw"],
        ],
        stem: Stem(width: 24),
        head: .fixed(1536),
        activation: .relu,
        depthRounding: .nearest
    )

    /// TinyNet: EfficientNet's blocks under a fixed stem and other rounding.
    static var tinyNet: MobileTrunk {
        var trunk = efficientNet
        trunk.stem.isScaled = false
        trunk.head = .scaledAtLeast(1280)
        trunk.depthRounding = .nearest
        return trunk
    }
}
