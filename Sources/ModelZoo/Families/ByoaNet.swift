internal import Graph

// ByoaNet ("bring your own attention"): ResNets some of whose 3x3 convolutions are attention over the map: BoTNet, HaloNet,
// LambdaNet and mixtures. Networks of ``ByobNet``.
//
// Papers: Bottleneck Transformers for Visual Recognition (https://arxiv.org/abs/2101.11605), LambdaNetworks
// (https://arxiv.org/abs/2102.08602), Scaling Local Self-Attention for Parameter Efficient Visual Backbones
// (https://arxiv.org/abs/2103.12731).
// Source: timm/models/byoanet.py (timm 1.0.31). Deviation: LambdaNet's three-dimensional convolution, whose third extent is
// one, is a two-dimensional one over each value's map.
extension ByobNet {
    /// A ResNet with the tiered stem in whose stages the blocks at `places` attend, each stage in its own way.
    fileprivate static func attentive(
        _ depths: [Int],
        _ places: [[Int]],
        _ attention: [ResidualAttention],
        widths: [Int] = [256, 512, 1024, 2048],
        lastRatio: Double = 0.25,
        groupSize: Int = 0,
        pool: Pool = .maximum,
        finalWidth: Int = 0,
        gate: ChannelAttention? = nil,
        activation: Activation = .silu
    ) -> ByobNet {
        var stages = bottlenecks(depths, widths, groupSize: groupSize)
        stages[3].bottleneck = lastRatio
        return ByobNet(
            stem: .chain(tiered, pool: pool),
            stages: exchanged(stages, places, attention),
            finalWidth: finalWidth,
            attention: gate,
            activation: activation
        )
    }

    /// ResNet-26-T: attention in the second half of the third stage and all of the fourth.
    fileprivate static func attentive26(
        _ attention: ResidualAttention,
        groupSize: Int = 0,
        gate: ChannelAttention? = nil,
        activation: Activation = .relu
    ) -> ByobNet {
        attentive(
            [2, 2, 2, 2],
            [[], [], [1], [0, 1]],
            [ResidualAttention](repeating: attention, count: 4),
            groupSize: groupSize,
            gate: gate,
            activation: activation
        )
    }

    /// ResNet-33-TS with squeeze-and-excitation where there is no attention.
    fileprivate static func attentive33(_ attention: ResidualAttention) -> ByobNet {
        attentive(
            [2, 3, 3, 2],
            [[], [2], [2], [0, 1]],
            [ResidualAttention](repeating: attention, count: 4),
            widths: [256, 512, 1024, 1536],
            lastRatio: 0.333,
            pool: .none,
            finalWidth: 1280,
            gate: .squeezeExcitation()
        )
    }

    /// ResNet-50-TS: attention at the end of the second stage and in every second block after it.
    fileprivate static func attentive50(_ attention: ResidualAttention, first: ResidualAttention? = nil)
        -> ByobNet
    {
        attentive(
            [3, 4, 6, 3],
            [[], [3], [1, 3, 5], [1]],
            [attention, first ?? attention, attention, attention]
        )
    }

    /// ResNet-50-TS with a kind of attention for each of the last three stages, in every second block.
    fileprivate static func mixed50(_ attention: [ResidualAttention]) -> ByobNet {
        attentive([3, 4, 6, 3], [[], [1, 3], [1, 3, 5], [1]], [attention[0]] + attention, pool: .none)
    }

    /// HaloNet-H1, with attention in all blocks.
    fileprivate static let haloH1 = ByobNet(
        stem: .chain([64], kernel: 7, pool: .maximum),
        stages: exchanged(
            bottlenecks([3, 3, 10, 3], [64, 128, 256, 512], ratio: 1),
            [3, 3, 10, 3].map { Array(0..<$0) },
            [ResidualAttention](repeating: .halo(reach: 3), count: 4)
        )
    )

    /// RegNetZ-B with attention.
    fileprivate static let haloRegNetZ: ByobNet = {
        var model = regNetZ16(ratio: 3)
        model.stages = exchanged(
            model.stages,
            [[], [], [3, 7, 11], [0, 1]],
            [ResidualAttention](repeating: .halo(block: 7, reach: 2, ratio: 0.33), count: 4)
        )
        return model
    }()

    private static func exchanged(
        _ stages: [Stage],
        _ places: [[Int]],
        _ attention: [ResidualAttention]
    ) -> [Stage] {
        stages.indices.map { index in
            var stage = stages[index]
            for place in places[index] { stage.exceptions[place] = .attention(attention[index]) }
            return stage
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/byoanet.py, in its order.
    static let byoaNet = ModelFamily(
        name: "byoanet",
        variants: [
            ModelVariant("botnet26t_256", ByobNet.attentive26(.bottleneck())),
            ModelVariant("sebotnet33ts_256", ByobNet.attentive33(.bottleneck())),
            ModelVariant("botnet50ts_256", ByobNet.attentive50(.bottleneck())),
            ModelVariant(
                "eca_botnext26ts_256",
                ByobNet.attentive26(
                    .bottleneck(headWidth: 16),
                    groupSize: 16,
                    gate: .efficient,
                    activation: .silu
                )
            ),
            ModelVariant("halonet_h1", ByobNet.haloH1),
            ModelVariant("halonet26t", ByobNet.attentive26(.halo(reach: 2))),
            ModelVariant("sehalonet33ts", ByobNet.attentive33(.halo(reach: 3))),
            ModelVariant(
                "halonet50ts",
                ByobNet.attentive50(.halo(reach: 3), first: .halo(reach: 3, heads: 4))
            ),
            ModelVariant(
                "eca_halonext26ts",
                ByobNet.attentive26(
                    .halo(reach: 2, headWidth: 16),
                    groupSize: 16,
                    gate: .efficient,
                    activation: .silu
                )
            ),
            ModelVariant("lambda_resnet26t", ByobNet.attentive26(.lambda(extent: 9))),
            ModelVariant("lambda_resnet50ts", ByobNet.attentive50(.lambda(extent: 9))),
            ModelVariant("lambda_resnet26rpt_256", ByobNet.attentive26(.lambda(extent: nil))),
            ModelVariant("haloregnetz_b", ByobNet.haloRegNetZ),
            ModelVariant(
                "lamhalobotnet50ts_256",
                ByobNet.mixed50([.lambda(extent: 13), .halo(reach: 3), .bottleneck()])
            ),
            ModelVariant(
                "halo2botnet50ts_256",
                ByobNet.mixed50([.halo(reach: 3), .halo(reach: 3), .bottleneck()])
            ),
        ]
    )
}
