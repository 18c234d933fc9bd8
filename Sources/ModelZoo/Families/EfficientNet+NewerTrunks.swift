internal import Graph

/// EfficientNet-V2 and X, MobileNet-EdgeTPU and timm's test network, before scaling.
extension MobileTrunk {
    /// EfficientNet-V2-B0.
    static let v2Base = MobileTrunk(
        stages: [
            ["cn_r1_k3_s1_e1_c16_skip"],
            ["er_r2_k3_s2_e4_c32"],
            ["er_r2_k3_s2_e4_c48"],
            ["ir_r3_k3_s2_e4_c96_se0.25"],
            ["ir_r5_k3_s1_e6_c112_se0.25"],
            ["ir_r8_k3_s2_e6_c192_se0.25"],
        ],
        stem: Stem(width: 32),
        head: .scaled(1280),
        activation: .silu,
        roundingLimit: 0
    )

    /// EfficientNet-V2-S.
    static let v2Small = MobileTrunk(
        stages: [
            ["cn_r2_k3_s1_e1_c24_skip"],
            ["er_r4_k3_s2_e4_c48"],
            ["er_r4_k3_s2_e4_c64"],
            ["ir_r6_k3_s2_e4_c128_se0.25"],
            ["ir_r9_k3_s1_e6_c160_se0.25"],
            ["ir_r15_k3_s2_e6_c256_se0.25"],
        ],
        stem: Stem(width: 24),
        head: .scaled(1280),
        activation: .silu
    )

    /// timm's EfficientNet-V2-S of before the official release.
    static var v2SmallWightman: MobileTrunk {
        var trunk = v2Small
        trunk.stages[0] = ["er_r2_k3_s1_e1_c24"]
        trunk.stages[5] = ["ir_r15_k3_s2_e6_c272_se0.25"]
        trunk.head = .scaled(1792)
        return trunk
    }

    /// EfficientNet-V2-M.
    static let v2Medium = MobileTrunk(
        stages: [
            ["cn_r3_k3_s1_e1_c24_skip"],
            ["er_r5_k3_s2_e4_c48"],
            ["er_r5_k3_s2_e4_c80"],
            ["ir_r7_k3_s2_e4_c160_se0.25"],
            ["ir_r14_k3_s1_e6_c176_se0.25"],
            ["ir_r18_k3_s2_e6_c304_se0.25"],
            ["ir_r5_k3_s1_e6_c512_se0.25"],
        ],
        stem: Stem(width: 24),
        head: .fixed(1280),
        activation: .silu
    )

    /// EfficientNet-V2-L.
    static let v2Large = MobileTrunk(
        stages: [
            ["cn_r4_k3_s1_e1_c32_skip"],
            ["er_r7_k3_s2_e4_c64"],
            ["er_r7_k3_s2_e4_c96"],
            ["ir_r10_k3_s2_e4_c192_se0.25"],
            ["ir_r19_k3_s1_e6_c224_se0.25"],
            ["ir_r25_k3_s2_e6_c384_se0.25"],
            ["ir_r7_k3_s1_e6_c640_se0.25"],
        ],
        stem: Stem(width: 32),
        head: .fixed(1280),
        activation: .silu
    )

    /// EfficientNet-V2-XL.
    static let v2ExtraLarge = MobileTrunk(
        stages: [
            ["cn_r4_k3_s1_e1_c32_skip"],
            ["er_r8_k3_s2_e4_c64"],
            ["er_r8_k3_s2_e4_c96"],
            ["ir_r16_k3_s2_e4_c192_se0.25"],
            ["ir_r24_k3_s1_e6_c256_se0.25"],
            ["ir_r32_k3_s2_e6_c512_se0.25"],
            ["ir_r8_k3_s1_e6_c640_se0.25"],
        ],
        stem: Stem(width: 32),
        head: .fixed(1280),
        activation: .silu
    )

    /// EfficientNet-X (`expansion` 6) and H (4), which turn space into depth early.
    static func x(expansion: Int) -> MobileTrunk {
        MobileTrunk(
            stages: [
                ["ds_r1_k3_s1_e1_c16_se0.25_d1"],
                ["er_r2_k3_s2_e\(expansion)_c24_se0.25_nre"],
                ["er_r2_k5_s2_e\(expansion)_c40_se0.25_nre"],
                ["ir_r3_k3_s2_e\(expansion)_c80_se0.25"],
                ["ir_r3_k5_s1_e6_c112_se0.25"],
                ["ir_r4_k5_s2_e6_c192_se0.25"],
                ["ir_r1_k3_s1_e6_c320_se0.25"],
            ],
            stem: Stem(width: 32),
            head: .scaled(1280),
            activation: .silu
        )
    }

    /// MobileNet-EdgeTPU, first version.
    static let edgeTPU = MobileTrunk(
        stages: [
            ["cn_r1_k1_s1_c16"],
            ["er_r1_k3_s2_e8_c32", "er_r3_k3_s1_e4_c32"],
            ["er_r1_k3_s2_e8_c48", "er_r3_k3_s1_e4_c48"],
            ["ir_r1_k3_s2_e8_c96", "ir_r3_k3_s1_e4_c96"],
            ["ir_r1_k3_s1_e8_c96_noskip", "ir_r3_k3_s1_e4_c96"],
            ["ir_r1_k5_s2_e8_c160", "ir_r3_k5_s1_e4_c160"],
            ["ir_r1_k3_s1_e8_c192"],
        ],
        stem: Stem(width: 32),
        head: .fixed(1280),
        activation: .relu
    )

    /// MobileNet-EdgeTPU, second version: seven stages of `widths`, grouped convolutions of `groupSize` channels.
    static func edgeTPUV2(widths c: [Int], stem: Stem, head: Int, groupSize: Int = 64) -> MobileTrunk {
        let grouped = "er_r1_k3_s1_e4_gs\(groupSize)_c"
        return MobileTrunk(
            stages: [
                ["cn_r1_k1_s1_c\(c[0])"],
                ["er_r1_k3_s2_e8_c\(c[1])", grouped + "\(c[1])"],
                [
                    "er_r1_k3_s2_e8_c\(c[2])", grouped + "\(c[2])",
                    "er_r1_k3_s1_e4_c\(c[2])", grouped + "\(c[2])",
                ],
                ["er_r1_k3_s2_e8_c\(c[3])", "ir_r3_k3_s1_e4_c\(c[3])"],
                ["ir_r1_k3_s1_e8_c\(c[4])", "ir_r3_k3_s1_e4_c\(c[4])"],
                ["ir_r1_k3_s2_e8_c\(c[5])", "ir_r3_k3_s1_e4_c\(c[5])"],
                ["ir_r1_k3_s1_e8_c\(c[6])"],
            ],
            stem: stem,
            head: .fixed(head),
            activation: .relu
        )
    }

    /// timm's small network for tests.
    static let test = MobileTrunk(
        stages: [
            ["cn_r1_k3_s1_e1_c16_skip"],
            ["er_r1_k3_s2_e4_c24"],
            ["er_r1_k3_s2_e4_c32"],
            ["ir_r1_k3_s2_e4_c48_se0.25"],
            ["ir_r1_k3_s2_e4_c64_se0.25"],
        ],
        stem: Stem(width: 24),
        head: .scaled(256),
        activation: .silu,
        roundingLimit: 0
    )
}
