internal import Graph

extension CSPNet {
    /// A CSPResNet: four stages of 3, 3, 5 and 2 bottlenecks.
    static func resNet(
        stem widths: [Int],
        kernel: Extent,
        firstWidth: Int,
        groups: Int = 1,
        blockRatio: Double,
        bottleneck: Double,
        expansion: Double
    ) -> CSPNet {
        CSPNet(
            stem: Stem(widths: widths, kernel: kernel, isPooled: true),
            stages: [3, 3, 5, 2].enumerated().map { index, depth in
                Stage(
                    depth: depth,
                    width: firstWidth << index,
                    stride: index == 0 ? 1 : 2,
                    groups: groups,
                    blockRatio: blockRatio,
                    bottleneck: bottleneck,
                    expansion: expansion
                )
            },
            isCrossLinear: true
        )
    }

    /// A DarkNet: five stages that halve the extents each.
    static func darkNet(
        _ depths: [Int],
        attention: ChannelAttention? = nil,
        averagesDown: Bool = false
    ) -> CSPNet {
        CSPNet(
            stem: Stem(stride: 1),
            stages: depths.enumerated().map { Stage(depth: $1, width: 64 << $0, bottleneck: 0.5) },
            stageKind: .dark,
            blockKind: .dark,
            attention: attention,
            averagesDown: averagesDown
        )
    }

    /// CSPDarkNet-53.
    static let crossStageDarkNet53 = CSPNet(
        stem: Stem(stride: 1),
        stages: [1, 2, 8, 8, 4].enumerated().map { index, depth in
            Stage(
                depth: depth,
                width: 64 << index,
                blockRatio: index == 0 ? 1 : 0.5,
                bottleneck: index == 0 ? 0.5 : 1,
                expansion: index == 0 ? 2 : 1
            )
        },
        blockKind: .dark,
        growsDown: true
    )

    /// A network of CS3 stages; `isFocused` has one 6x6 convolution for a stem.
    ///
    /// Source: `_cs3_cfg`.
    static func crossStage3(
        width: Double = 1,
        depth: Double = 1,
        isFocused: Bool = false,
        attention: ChannelAttention? = nil,
        bottleneck: Double = 1,
        block: BlockKind = .dark
    ) -> CSPNet {
        func scaled(_ channels: Int) -> Int { ChannelRounding.divisible(Double(channels) * width) }
        return CSPNet(
            stem: isFocused
                ? Stem(widths: [scaled(64)], kernel: 6, padding: Edges(2))
                : Stem(widths: [scaled(32), scaled(64)]),
            stages: [3, 6, 9, 3].enumerated().map { index, blocks in
                Stage(
                    depth: Int(Double(blocks) * depth),
                    width: scaled(128 << index),
                    blockRatio: 0.5,
                    bottleneck: bottleneck
                )
            },
            stageKind: .crossStage3,
            blockKind: block,
            attention: attention,
            activation: .silu
        )
    }

    /// cs3sedarknet_xdw, whose later stages are depthwise and whose stages are those of CSPNet.
    static let depthwiseDarkNet = CSPNet(
        stem: Stem(widths: [32, 64]),
        stages: zip([3, 6, 12, 4], [1, 1, 256, 512]).enumerated().map { index, numbers in
            Stage(
                depth: numbers.0,
                width: 256 << index,
                groups: numbers.1,
                blockRatio: 0.5,
                bottleneck: 0.5
            )
        },
        attention: .squeezeExcitation(),
        activation: .silu
    )
}

extension ModelFamily {
    /// The architectures of timm/models/cspnet.py, in its order.
    static let cspNet = ModelFamily(
        name: "cspnet",
        variants: [
            ModelVariant(
                "cspresnet50",
                CSPNet.resNet(
                    stem: [64],
                    kernel: 7,
                    firstWidth: 128,
                    blockRatio: 1,
                    bottleneck: 0.5,
                    expansion: 2
                )
            ),
            ModelVariant(
                "cspresnet50d",
                CSPNet.resNet(
                    stem: [32, 32, 64],
                    kernel: 3,
                    firstWidth: 128,
                    blockRatio: 1,
                    bottleneck: 0.5,
                    expansion: 2
                )
            ),
            ModelVariant(
                "cspresnet50w",
                CSPNet.resNet(
                    stem: [32, 32, 64],
                    kernel: 3,
                    firstWidth: 256,
                    blockRatio: 0.5,
                    bottleneck: 0.25,
                    expansion: 1
                )
            ),
            ModelVariant(
                "cspresnext50",
                CSPNet.resNet(
                    stem: [64],
                    kernel: 7,
                    firstWidth: 256,
                    groups: 32,
                    blockRatio: 0.5,
                    bottleneck: 1,
                    expansion: 1
                )
            ),
            ModelVariant("cspdarknet53", CSPNet.crossStageDarkNet53),
            ModelVariant("darknet17", CSPNet.darkNet([1, 1, 1, 1, 1])),
            ModelVariant("darknet21", CSPNet.darkNet([1, 1, 1, 2, 2])),
            ModelVariant("sedarknet21", CSPNet.darkNet([1, 1, 1, 2, 2], attention: .squeezeExcitation())),
            ModelVariant("darknet53", CSPNet.darkNet([1, 2, 8, 8, 4])),
            ModelVariant("darknetaa53", CSPNet.darkNet([1, 2, 8, 8, 4], averagesDown: true)),
            ModelVariant("cs3darknet_s", CSPNet.crossStage3(width: 0.5, depth: 0.5)),
            ModelVariant("cs3darknet_m", CSPNet.crossStage3(width: 0.75, depth: 0.67)),
            ModelVariant("cs3darknet_l", CSPNet.crossStage3()),
            ModelVariant("cs3darknet_x", CSPNet.crossStage3(width: 1.25, depth: 1.33)),
            ModelVariant(
                "cs3darknet_focus_s",
                CSPNet.crossStage3(width: 0.5, depth: 0.5, isFocused: true)
            ),
            ModelVariant(
                "cs3darknet_focus_m",
                CSPNet.crossStage3(width: 0.75, depth: 0.67, isFocused: true)
            ),
            ModelVariant("cs3darknet_focus_l", CSPNet.crossStage3(isFocused: true)),
            ModelVariant(
                "cs3darknet_focus_x",
                CSPNet.crossStage3(width: 1.25, depth: 1.33, isFocused: true)
            ),
            ModelVariant(
                "cs3sedarknet_l",
                CSPNet.crossStage3(attention: .squeezeExcitation(ratio: 0.25))
            ),
            ModelVariant(
                "cs3sedarknet_x",
                CSPNet.crossStage3(width: 1.25, depth: 1.33, attention: .squeezeExcitation())
            ),
            ModelVariant("cs3sedarknet_xdw", CSPNet.depthwiseDarkNet),
            ModelVariant(
                "cs3edgenet_x",
                CSPNet.crossStage3(width: 1.25, depth: 1.33, bottleneck: 1.5, block: .edge)
            ),
            ModelVariant(
                "cs3se_edgenet_x",
                CSPNet.crossStage3(
                    width: 1.25,
                    depth: 1.33,
                    attention: .squeezeExcitation(ratio: 0.25),
                    bottleneck: 1.5,
                    block: .edge
                )
            ),
        ]
    )
}
