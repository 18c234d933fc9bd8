internal import Graph

// HardCoRe-NAS: mobile networks searched under a latency that a constraint fixes, on MobileNet-V3's blocks.
//
// Paper: HardCoRe-NAS: Hard Constrained diffeRentiable Neural Architecture Search
// (https://arxiv.org/abs/2102.11646).
// Source: timm/models/hardcorenas.py (timm 1.0.31). No deviations; equal blocks that follow each other are
// one string.

extension MobileNetV3 {
    /// The network whose stages between the first and the last convolution are `stages`.
    private static func hardCoRe(_ stages: [[String]]) -> MobileNetV3 {
        .v3(
            MobileTrunk(
                stages: [["ds_r1_k3_s1_e1_c16_nre"]] + stages + [["cn_r1_k1_s1_c960"]],
                stem: MobileTrunk.Stem(width: 32),
                head: .none,
                activation: .hardSwish
            )
        )
    }

    /// Network A.
    fileprivate static let hardCoReA = hardCoRe([
        ["ir_r1_k5_s2_e3_c24_nre", "ir_r1_k5_s1_e3_c24_nre_se0.25"],
        ["ir_r1_k5_s2_e3_c40_nre", "ir_r1_k5_s1_e6_c40_nre_se0.25"],
        ["ir_r1_k5_s2_e6_c80_se0.25", "ir_r1_k5_s1_e6_c80_se0.25"],
        ["ir_r2_k5_s1_e6_c112_se0.25"],
        ["ir_r1_k5_s2_e6_c192_se0.25", "ir_r1_k5_s1_e6_c192_se0.25"],
    ])

    /// Network B.
    fileprivate static let hardCoReB = hardCoRe([
        ["ir_r1_k5_s2_e3_c24_nre", "ir_r1_k5_s1_e3_c24_nre_se0.25", "ir_r1_k3_s1_e3_c24_nre"],
        ["ir_r1_k5_s2_e3_c40_nre", "ir_r2_k5_s1_e3_c40_nre"],
        ["ir_r1_k5_s2_e3_c80", "ir_r1_k5_s1_e3_c80", "ir_r2_k3_s1_e3_c80"],
        ["ir_r1_k5_s1_e3_c112", "ir_r3_k3_s1_e3_c112"],
        ["ir_r1_k5_s2_e6_c192_se0.25", "ir_r1_k5_s1_e6_c192_se0.25", "ir_r1_k3_s1_e3_c192_se0.25"],
    ])

    /// Network C.
    fileprivate static let hardCoReC = hardCoRe([
        ["ir_r1_k5_s2_e3_c24_nre", "ir_r1_k5_s1_e3_c24_nre_se0.25"],
        ["ir_r1_k5_s2_e3_c40_nre", "ir_r3_k5_s1_e3_c40_nre"],
        ["ir_r1_k5_s2_e4_c80", "ir_r1_k5_s1_e6_c80_se0.25", "ir_r2_k3_s1_e3_c80"],
        ["ir_r1_k5_s1_e6_c112_se0.25", "ir_r3_k3_s1_e3_c112"],
        ["ir_r1_k5_s2_e6_c192_se0.25", "ir_r1_k5_s1_e6_c192_se0.25", "ir_r1_k3_s1_e3_c192_se0.25"],
    ])

    /// Network D.
    fileprivate static let hardCoReD = hardCoRe([
        ["ir_r1_k5_s2_e3_c24_nre_se0.25", "ir_r1_k5_s1_e3_c24_nre_se0.25"],
        ["ir_r1_k5_s2_e3_c40_nre_se0.25", "ir_r1_k5_s1_e4_c40_nre_se0.25", "ir_r1_k3_s1_e3_c40_nre_se0.25"],
        ["ir_r1_k5_s2_e4_c80_se0.25", "ir_r3_k3_s1_e3_c80_se0.25"],
        [
            "ir_r1_k3_s1_e4_c112_se0.25", "ir_r1_k5_s1_e4_c112_se0.25", "ir_r1_k3_s1_e3_c112_se0.25",
            "ir_r1_k5_s1_e3_c112_se0.25",
        ],
        ["ir_r1_k5_s2_e6_c192_se0.25", "ir_r2_k5_s1_e6_c192_se0.25", "ir_r1_k3_s1_e6_c192_se0.25"],
    ])

    /// Network E.
    fileprivate static let hardCoReE = hardCoRe([
        ["ir_r1_k5_s2_e3_c24_nre_se0.25", "ir_r1_k5_s1_e3_c24_nre_se0.25"],
        ["ir_r1_k5_s2_e6_c40_nre_se0.25", "ir_r2_k5_s1_e4_c40_nre_se0.25", "ir_r1_k3_s1_e3_c40_nre_se0.25"],
        ["ir_r1_k5_s2_e4_c80_se0.25", "ir_r1_k3_s1_e6_c80_se0.25"],
        ["ir_r3_k5_s1_e6_c112_se0.25", "ir_r1_k5_s1_e3_c112_se0.25"],
        ["ir_r1_k5_s2_e6_c192_se0.25", "ir_r2_k5_s1_e6_c192_se0.25", "ir_r1_k3_s1_e6_c192_se0.25"],
    ])

    /// Network F.
    fileprivate static let hardCoReF = hardCoRe([
        ["ir_r1_k5_s2_e3_c24_nre_se0.25", "ir_r1_k5_s1_e3_c24_nre_se0.25"],
        ["ir_r1_k5_s2_e6_c40_nre_se0.25", "ir_r1_k5_s1_e6_c40_nre_se0.25"],
        ["ir_r1_k5_s2_e6_c80_se0.25", "ir_r1_k5_s1_e6_c80_se0.25", "ir_r2_k3_s1_e3_c80_se0.25"],
        ["ir_r1_k3_s1_e6_c112_se0.25", "ir_r2_k5_s1_e6_c112_se0.25", "ir_r1_k3_s1_e3_c112_se0.25"],
        ["ir_r1_k5_s2_e6_c192_se0.25", "ir_r1_k5_s1_e6_c192_se0.25", "ir_r2_k3_s1_e6_c192_se0.25"],
    ])

}

extension ModelFamily {
    /// The architectures of timm/models/hardcorenas.py, in its order.
    static let hardCoReNAS = ModelFamily(
        name: "hardcorenas",
        variants: [
            ModelVariant("hardcorenas_a", MobileNetV3.hardCoReA),
            ModelVariant("hardcorenas_b", MobileNetV3.hardCoReB),
            ModelVariant("hardcorenas_c", MobileNetV3.hardCoReC),
            ModelVariant("hardcorenas_d", MobileNetV3.hardCoReD),
            ModelVariant("hardcorenas_e", MobileNetV3.hardCoReE),
            ModelVariant("hardcorenas_f", MobileNetV3.hardCoReF),
        ]
    )
}
