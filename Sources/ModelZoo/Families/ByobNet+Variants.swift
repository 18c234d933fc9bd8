internal import Graph

extension ByobNet {
    /// A stage: blocks, width, stride, channels of a group and bottleneck ratio.
    typealias Numbers = (kind: BlockKind, depth: Int, width: Int, stride: Int, groupSize: Int, ratio: Double)

    private static func stages(_ rows: [Numbers]) -> [Stage] {
        rows.map {
            Stage(
                kind: $0.kind,
                depth: $0.depth,
                width: $0.width,
                stride: $0.stride,
                groupSize: $0.groupSize,
                bottleneck: $0.ratio
            )
        }
    }

    /// Stages of bottlenecks, the widths inside `ratio` times those outside.
    static func bottlenecks(
        _ depths: [Int],
        _ widths: [Int],
        firstStride: Int = 1,
        groupSize: Int = 0,
        ratio: Double = 0.25
    ) -> [Stage] {
        zip(depths, widths).enumerated().map { index, numbers in
            Stage(
                depth: numbers.0,
                width: numbers.1,
                stride: index == 0 ? firstStride : 2,
                groupSize: groupSize,
                bottleneck: ratio
            )
        }
    }

    /// GENet.
    static func geNet(stem: Int = 32, _ rows: [Numbers], finalWidth: Int = 2560) -> ByobNet {
        ByobNet(stem: .single(stem), stages: stages(rows), finalWidth: finalWidth)
    }

    /// RepVGG, its four widths as multiples of 64, 128, 256 and 512.
    static func repVGG(
        _ factors: [Double],
        depths: [Int] = [4, 6, 16, 1],
        stem: Int = 64,
        groups: Int = 0,
        attention: ChannelAttention? = nil
    ) -> ByobNet {
        ByobNet(
            stem: .repVGG(stem),
            stages: zip(depths, factors).enumerated().map { index, numbers in
                Stage(
                    kind: .repVGG(groups: groups),
                    depth: numbers.0,
                    width: Int(Double(64 << index) * numbers.1)
                )
            },
            attention: attention
        )
    }

    /// MobileOne, its four widths as multiples of 64, 128, 256 and 512.
    static func mobileOne(
        _ factors: [Double],
        stem: Int = 64,
        branches: Int = 1,
        gated: [Int] = [0, 0, 0, 0]
    ) -> ByobNet {
        ByobNet(
            stem: .mobileOne(stem),
            stages: [2, 8, 10, 1].enumerated().map { index, depth in
                Stage(
                    kind: .mobileOne(branches: branches, gated: gated[index]),
                    depth: depth,
                    width: Int(Double(64 << index) * factors[index])
                )
            }
        )
    }

    /// Widths of the tiered stem.
    static let tiered = [24, 32, 64]

    /// ResNet-51-Q.
    static let quad51 = ByobNet(
        stem: .chain([16, 32, 64, 128], plain: 2),
        stages: stages([
            (.bottleneck, 2, 256, 1, 32, 0.25), (.bottleneck, 4, 512, 2, 32, 0.25),
            (.bottleneck, 6, 1536, 2, 32, 0.25), (.bottleneck, 4, 1536, 2, 1, 1),
        ]),
        finalWidth: 2048,
        activation: .silu
    )

    /// ResNet-61-Q.
    static let quad61 = ByobNet(
        stem: .chain([16, 32, 64, 128]),
        stages: stages([
            (.edge, 1, 256, 1, 0, 1), (.bottleneck, 4, 512, 2, 32, 0.25),
            (.bottleneck, 6, 1536, 2, 32, 0.25), (.bottleneck, 4, 1536, 2, 1, 1),
        ]).map { stage in
            var stage = stage
            stage.hasExtraConvolution = stage.kind == .bottleneck
            return stage
        },
        finalWidth: 2048,
        activation: .silu
    )

    /// A ResNeXt with the tiered stem and SiLU.
    static func tieredResNeXt(_ depths: [Int], attention: ChannelAttention? = nil) -> ByobNet {
        ByobNet(
            stem: .chain(tiered, pool: .maximum),
            stages: bottlenecks(depths, [256, 512, 1024, 2048], groupSize: 32),
            attention: attention,
            activation: .silu
        )
    }

    /// ResNet-32-TS and 33-TS.
    static func tieredResNet(finalWidth: Int = 1280, attention: ChannelAttention? = nil) -> ByobNet {
        ByobNet(
            stem: .chain(tiered),
            stages: bottlenecks([2, 3, 3, 2], [256, 512, 1536, 1536]),
            finalWidth: finalWidth,
            attention: attention,
            activation: .silu
        )
    }

    /// GC-ResNet-50-T.
    static let tieredGlobalContext50 = ByobNet(
        stem: .chain(tiered),
        stages: bottlenecks([3, 4, 6, 3], [256, 512, 1024, 2048]),
        attention: .addedGlobalContext()
    )

    /// RegNetZ; its blocks have a shortcut only where the shapes agree.
    static func regNetZ(
        stem: Stem,
        _ depths: [Int],
        _ widths: [Int],
        firstStride: Int = 1,
        groupSize: Int,
        ratio: Double = 4,
        finalWidth: Int,
        normalization: Normalization = .batch()
    ) -> ByobNet {
        ByobNet(
            stem: stem,
            stages: bottlenecks(
                depths,
                widths,
                firstStride: firstStride,
                groupSize: groupSize,
                ratio: ratio
            ),
            shortcut: .none,
            finalWidth: finalWidth,
            attention: .squeezeExcitation(ratio: 0.25),
            isLinear: true,
            activation: .silu,
            normalization: normalization
        )
    }

    /// RegNetZ B16 and C16.
    static func regNetZ16(ratio: Double, normalization: Normalization = .batch()) -> ByobNet {
        regNetZ(
            stem: .single(32),
            [2, 6, 12, 2],
            [48, 96, 192, 288],
            firstStride: 2,
            groupSize: 16,
            ratio: ratio,
            finalWidth: 1536,
            normalization: normalization
        )
    }

    /// RegNetZ D.
    static func regNetZD(
        stem: [Int] = tiered,
        groupSize: Int,
        normalization: Normalization = .batch()
    ) -> ByobNet {
        regNetZ(
            stem: .chain(stem),
            [3, 6, 12, 3],
            [64, 128, 256, 384],
            groupSize: groupSize,
            finalWidth: 1792,
            normalization: normalization
        )
    }

    /// A ResNet of CLIP; `width` counts in 64ths of the stem.
    static func clip(_ depths: [Int], width: Int = 64, head: Head = .attention) -> ByobNet {
        ByobNet(
            stem: .chain([width / 2, width / 2, width], pool: .average),
            stages: bottlenecks(depths, [4, 8, 16, 32].map { $0 * width }),
            shortcut: .average,
            antiAliasing: .average,
            head: head
        )
    }

    /// timm's smallest, with one block of each kind.
    static let smallest = ByobNet(
        stem: .single(24),
        stages: stages([
            (.edge, 1, 32, 2, 0, 0.5), (.dark, 1, 64, 2, 0, 0.5), (.basic, 1, 128, 2, 32, 0.25),
            (.bottleneck, 1, 256, 2, 64, 0.25),
        ]),
        shortcut: .average,
        attention: .squeezeExcitation(ratio: 0.25)
    )
}

extension ModelFamily {
    /// The architectures of timm/models/byobnet.py, in its order.
    static let byobNet = ModelFamily(
        name: "byobnet",
        variants: [
            ModelVariant(
                "gernet_l",
                ByobNet.geNet([
                    (.basic, 1, 128, 2, 0, 1), (.basic, 2, 192, 2, 0, 1), (.bottleneck, 6, 640, 2, 0, 0.25),
                    (.bottleneck, 5, 640, 2, 1, 3), (.bottleneck, 4, 640, 1, 1, 3),
                ])
            ),
            ModelVariant(
                "gernet_m",
                ByobNet.geNet([
                    (.basic, 1, 128, 2, 0, 1), (.basic, 2, 192, 2, 0, 1), (.bottleneck, 6, 640, 2, 0, 0.25),
                    (.bottleneck, 4, 640, 2, 1, 3), (.bottleneck, 1, 640, 1, 1, 3),
                ])
            ),
            ModelVariant(
                "gernet_s",
                ByobNet.geNet(
                    stem: 13,
                    [
                        (.basic, 1, 48, 2, 0, 1), (.basic, 3, 48, 2, 0, 1),
                        (.bottleneck, 7, 384, 2, 0, 0.25), (.bottleneck, 2, 560, 2, 1, 3),
                        (.bottleneck, 1, 256, 1, 1, 3),
                    ],
                    finalWidth: 1920
                )
            ),
            ModelVariant(
                "repvgg_a0",
                ByobNet.repVGG([0.75, 0.75, 0.75, 2.5], depths: [2, 4, 14, 1], stem: 48)
            ),
            ModelVariant("repvgg_a1", ByobNet.repVGG([1, 1, 1, 2.5], depths: [2, 4, 14, 1])),
            ModelVariant("repvgg_a2", ByobNet.repVGG([1.5, 1.5, 1.5, 2.75], depths: [2, 4, 14, 1])),
            ModelVariant("repvgg_b0", ByobNet.repVGG([1, 1, 1, 2.5])),
            ModelVariant("repvgg_b1", ByobNet.repVGG([2, 2, 2, 4])),
            ModelVariant("repvgg_b1g4", ByobNet.repVGG([2, 2, 2, 4], groups: 4)),
            ModelVariant("repvgg_b2", ByobNet.repVGG([2.5, 2.5, 2.5, 5])),
            ModelVariant("repvgg_b2g4", ByobNet.repVGG([2.5, 2.5, 2.5, 5], groups: 4)),
            ModelVariant("repvgg_b3", ByobNet.repVGG([3, 3, 3, 5])),
            ModelVariant("repvgg_b3g4", ByobNet.repVGG([3, 3, 3, 5], groups: 4)),
            ModelVariant(
                "repvgg_d2se",
                ByobNet.repVGG(
                    [2.5, 2.5, 2.5, 5],
                    depths: [8, 14, 24, 1],
                    attention: .squeezeExcitation(ratio: 1.0 / 16, divisor: 1)
                )
            ),
            ModelVariant("resnet51q", ByobNet.quad51),
            ModelVariant("resnet61q", ByobNet.quad61),
            ModelVariant("resnext26ts", ByobNet.tieredResNeXt([2, 2, 2, 2])),
            ModelVariant(
                "gcresnext26ts",
                ByobNet.tieredResNeXt([2, 2, 2, 2], attention: .addedGlobalContext())
            ),
            ModelVariant(
                "seresnext26ts",
                ByobNet.tieredResNeXt([2, 2, 2, 2], attention: .squeezeExcitation())
            ),
            ModelVariant("eca_resnext26ts", ByobNet.tieredResNeXt([2, 2, 2, 2], attention: .efficient)),
            ModelVariant(
                "bat_resnext26ts",
                ByobNet.tieredResNeXt([2, 2, 2, 2], attention: .bilinear(blocks: 8))
            ),
            ModelVariant("resnet32ts", ByobNet.tieredResNet(finalWidth: 0)),
            ModelVariant("resnet33ts", ByobNet.tieredResNet()),
            ModelVariant("gcresnet33ts", ByobNet.tieredResNet(attention: .addedGlobalContext())),
            ModelVariant("seresnet33ts", ByobNet.tieredResNet(attention: .squeezeExcitation())),
            ModelVariant("eca_resnet33ts", ByobNet.tieredResNet(attention: .efficient)),
            ModelVariant("gcresnet50t", ByobNet.tieredGlobalContext50),
            ModelVariant(
                "gcresnext50ts",
                ByobNet.tieredResNeXt([3, 4, 6, 3], attention: .addedGlobalContext())
            ),
            ModelVariant("regnetz_b16", ByobNet.regNetZ16(ratio: 3)),
            ModelVariant("regnetz_c16", ByobNet.regNetZ16(ratio: 4)),
            ModelVariant("regnetz_d32", ByobNet.regNetZD(groupSize: 32)),
            ModelVariant("regnetz_d8", ByobNet.regNetZD(groupSize: 8)),
            ModelVariant(
                "regnetz_e8",
                ByobNet.regNetZ(
                    stem: .chain([24, 32, 64]),
                    [3, 8, 16, 3],
                    [96, 192, 384, 512],
                    groupSize: 8,
                    finalWidth: 2048
                )
            ),
            ModelVariant(
                "regnetz_b16_evos",
                ByobNet.regNetZ16(ratio: 3, normalization: .evolvedS0a(groupSize: 16))
            ),
            ModelVariant(
                "regnetz_c16_evos",
                ByobNet.regNetZ16(ratio: 4, normalization: .evolvedS0a(groupSize: 16))
            ),
            ModelVariant(
                "regnetz_d8_evos",
                ByobNet.regNetZD(
                    stem: [64, 64, 64],
                    groupSize: 8,
                    normalization: .evolvedS0a(groupSize: 16)
                )
            ),
            ModelVariant("mobileone_s0", ByobNet.mobileOne([0.75, 1, 1, 2], stem: 48, branches: 4)),
            ModelVariant("mobileone_s1", ByobNet.mobileOne([1.5, 1.5, 2, 2.5])),
            ModelVariant("mobileone_s2", ByobNet.mobileOne([1.5, 2, 2.5, 4])),
            ModelVariant("mobileone_s3", ByobNet.mobileOne([2, 2.5, 3, 4])),
            ModelVariant("mobileone_s4", ByobNet.mobileOne([3, 3.5, 3.5, 4], gated: [0, 0, 5, 1])),
            ModelVariant("resnet50_clip", ByobNet.clip([3, 4, 6, 3])),
            ModelVariant("resnet101_clip", ByobNet.clip([3, 4, 23, 3])),
            ModelVariant("resnet50x4_clip", ByobNet.clip([4, 6, 10, 6], width: 80)),
            ModelVariant("resnet50x16_clip", ByobNet.clip([6, 8, 18, 8], width: 96)),
            ModelVariant("resnet50x64_clip", ByobNet.clip([3, 15, 36, 10], width: 128)),
            ModelVariant("resnet50_clip_gap", ByobNet.clip([3, 4, 6, 3], head: .average)),
            ModelVariant("resnet101_clip_gap", ByobNet.clip([3, 4, 23, 3], head: .average)),
            ModelVariant("resnet50x4_clip_gap", ByobNet.clip([4, 6, 10, 6], width: 80, head: .average)),
            ModelVariant("resnet50x16_clip_gap", ByobNet.clip([6, 8, 18, 8], width: 96, head: .average)),
            ModelVariant(
                "resnet50x64_clip_gap",
                ByobNet.clip([3, 15, 36, 10], width: 128, head: .average)
            ),
            ModelVariant("resnet50_mlp", ByobNet.clip([3, 4, 6, 3], head: .perceptron(hidden: 1024))),
            ModelVariant("test_byobnet", ByobNet.smallest),
        ]
    )
}
