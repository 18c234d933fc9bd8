extension ModelFamily {
    /// The architectures of timm/models/resnet.py, in its order.
    static let resNet = ModelFamily(
        name: "resnet",
        variants: [
            ModelVariant("resnet10t", ResNet(.basic, [1, 1, 1, 1], .t)),
            ModelVariant("resnet14t", ResNet(.bottleneck, [1, 1, 1, 1], .t)),
            ModelVariant("resnet18", ResNet(.basic, [2, 2, 2, 2])),
            ModelVariant("resnet18d", ResNet(.basic, [2, 2, 2, 2], .d)),
            ModelVariant("resnet34", ResNet(.basic, [3, 4, 6, 3])),
            ModelVariant("resnet34d", ResNet(.basic, [3, 4, 6, 3], .d)),
            ModelVariant("resnet26", ResNet(.bottleneck, [2, 2, 2, 2])),
            ModelVariant("resnet26t", ResNet(.bottleneck, [2, 2, 2, 2], .t)),
            ModelVariant("resnet26d", ResNet(.bottleneck, [2, 2, 2, 2], .d)),
            ModelVariant("resnet50", ResNet(.bottleneck, [3, 4, 6, 3])),
            ModelVariant("resnet50c", ResNet(.bottleneck, [3, 4, 6, 3], .c)),
            ModelVariant("resnet50d", ResNet(.bottleneck, [3, 4, 6, 3], .d)),
            ModelVariant("resnet50s", ResNet(.bottleneck, [3, 4, 6, 3], .s)),
            ModelVariant("resnet50t", ResNet(.bottleneck, [3, 4, 6, 3], .t)),
            ModelVariant("resnet101", ResNet(.bottleneck, [3, 4, 23, 3])),
            ModelVariant("resnet101c", ResNet(.bottleneck, [3, 4, 23, 3], .c)),
            ModelVariant("resnet101d", ResNet(.bottleneck, [3, 4, 23, 3], .d)),
            ModelVariant("resnet101s", ResNet(.bottleneck, [3, 4, 23, 3], .s)),
            ModelVariant("resnet152", ResNet(.bottleneck, [3, 8, 36, 3])),
            ModelVariant("resnet152c", ResNet(.bottleneck, [3, 8, 36, 3], .c)),
            ModelVariant("resnet152d", ResNet(.bottleneck, [3, 8, 36, 3], .d)),
            ModelVariant("resnet152s", ResNet(.bottleneck, [3, 8, 36, 3], .s)),
            ModelVariant("resnet200", ResNet(.bottleneck, [3, 24, 36, 3])),
            ModelVariant("resnet200d", ResNet(.bottleneck, [3, 24, 36, 3], .d)),
            ModelVariant("wide_resnet50_2", ResNet(.bottleneck, [3, 4, 6, 3], baseWidth: 128)),
            ModelVariant("wide_resnet101_2", ResNet(.bottleneck, [3, 4, 23, 3], baseWidth: 128)),
            ModelVariant("resnet50_gn", ResNet(.bottleneck, [3, 4, 6, 3], normalization: .groups(32))),
            ModelVariant(
                "resnext50_32x4d",
                ResNet(.bottleneck, [3, 4, 6, 3], cardinality: 32, baseWidth: 4)
            ),
            ModelVariant(
                "resnext50d_32x4d",
                ResNet(.bottleneck, [3, 4, 6, 3], .d, cardinality: 32, baseWidth: 4)
            ),
            ModelVariant(
                "resnext101_32x4d",
                ResNet(.bottleneck, [3, 4, 23, 3], cardinality: 32, baseWidth: 4)
            ),
            ModelVariant(
                "resnext101_32x8d",
                ResNet(.bottleneck, [3, 4, 23, 3], cardinality: 32, baseWidth: 8)
            ),
            ModelVariant(
                "resnext101_32x16d",
                ResNet(.bottleneck, [3, 4, 23, 3], cardinality: 32, baseWidth: 16)
            ),
            ModelVariant(
                "resnext101_32x32d",
                ResNet(.bottleneck, [3, 4, 23, 3], cardinality: 32, baseWidth: 32)
            ),
            ModelVariant(
                "resnext101_64x4d",
                ResNet(.bottleneck, [3, 4, 23, 3], cardinality: 64, baseWidth: 4)
            ),
            ModelVariant("ecaresnet26t", ResNet(.bottleneck, [2, 2, 2, 2], .t, attention: .efficient)),
            ModelVariant("ecaresnet50d", ResNet(.bottleneck, [3, 4, 6, 3], .d, attention: .efficient)),
            ModelVariant(
                "ecaresnet50d_pruned",
                ResNet(
                    .bottleneck,
                    [3, 4, 6, 3],
                    .d,
                    attention: .efficient,
                    prunedName: "ecaresnet50d_pruned"
                )
            ),
            ModelVariant("ecaresnet50t", ResNet(.bottleneck, [3, 4, 6, 3], .t, attention: .efficient)),
            ModelVariant(
                "ecaresnetlight",
                ResNet(
                    .bottleneck,
                    [1, 1, 11, 3],
                    ResNet.Layout(stem: .plain, shortcut: .average),
                    attention: .efficient
                )
            ),
            ModelVariant("ecaresnet101d", ResNet(.bottleneck, [3, 4, 23, 3], .d, attention: .efficient)),
            ModelVariant(
                "ecaresnet101d_pruned",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    .d,
                    attention: .efficient,
                    prunedName: "ecaresnet101d_pruned"
                )
            ),
            ModelVariant("ecaresnet200d", ResNet(.bottleneck, [3, 24, 36, 3], .d, attention: .efficient)),
            ModelVariant("ecaresnet269d", ResNet(.bottleneck, [3, 30, 48, 8], .d, attention: .efficient)),
            ModelVariant(
                "ecaresnext26t_32x4d",
                ResNet(.bottleneck, [2, 2, 2, 2], .t, cardinality: 32, baseWidth: 4, attention: .efficient)
            ),
            ModelVariant(
                "ecaresnext50t_32x4d",
                ResNet(.bottleneck, [3, 4, 6, 3], .t, cardinality: 32, baseWidth: 4, attention: .efficient)
            ),
            ModelVariant("seresnet18", ResNet(.basic, [2, 2, 2, 2], attention: .squeezeExcitation())),
            ModelVariant("seresnet34", ResNet(.basic, [3, 4, 6, 3], attention: .squeezeExcitation())),
            ModelVariant("seresnet50", ResNet(.bottleneck, [3, 4, 6, 3], attention: .squeezeExcitation())),
            ModelVariant(
                "seresnet50t",
                ResNet(.bottleneck, [3, 4, 6, 3], .t, attention: .squeezeExcitation())
            ),
            ModelVariant("seresnet101", ResNet(.bottleneck, [3, 4, 23, 3], attention: .squeezeExcitation())),
            ModelVariant("seresnet152", ResNet(.bottleneck, [3, 8, 36, 3], attention: .squeezeExcitation())),
            ModelVariant(
                "seresnet152d",
                ResNet(.bottleneck, [3, 8, 36, 3], .d, attention: .squeezeExcitation())
            ),
            ModelVariant(
                "seresnet200d",
                ResNet(.bottleneck, [3, 24, 36, 3], .d, attention: .squeezeExcitation())
            ),
            ModelVariant(
                "seresnet269d",
                ResNet(.bottleneck, [3, 30, 48, 8], .d, attention: .squeezeExcitation())
            ),
            ModelVariant(
                "seresnext26d_32x4d",
                ResNet(
                    .bottleneck,
                    [2, 2, 2, 2],
                    .d,
                    cardinality: 32,
                    baseWidth: 4,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "seresnext26t_32x4d",
                ResNet(
                    .bottleneck,
                    [2, 2, 2, 2],
                    .t,
                    cardinality: 32,
                    baseWidth: 4,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "seresnext50_32x4d",
                ResNet(
                    .bottleneck,
                    [3, 4, 6, 3],
                    cardinality: 32,
                    baseWidth: 4,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "seresnext101_32x4d",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    cardinality: 32,
                    baseWidth: 4,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "seresnext101_32x8d",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    cardinality: 32,
                    baseWidth: 8,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "seresnext101d_32x8d",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    .d,
                    cardinality: 32,
                    baseWidth: 8,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "seresnext101_64x4d",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    cardinality: 64,
                    baseWidth: 4,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "senet154",
                ResNet(
                    .bottleneck,
                    [3, 8, 36, 3],
                    ResNet.Layout(stem: .deep(width: 64), shortcut: .convolution(kernel: 3)),
                    cardinality: 64,
                    baseWidth: 4,
                    firstReduction: 2,
                    attention: .squeezeExcitation()
                )
            ),
            ModelVariant(
                "resnetblur18",
                ResNet(.basic, [2, 2, 2, 2], antiAliasing: .blur(edges: .reflected))
            ),
            ModelVariant(
                "resnetblur50",
                ResNet(.bottleneck, [3, 4, 6, 3], antiAliasing: .blur(edges: .reflected))
            ),
            ModelVariant(
                "resnetblur50d",
                ResNet(.bottleneck, [3, 4, 6, 3], .d, antiAliasing: .blur(edges: .reflected))
            ),
            ModelVariant(
                "resnetblur101d",
                ResNet(.bottleneck, [3, 4, 23, 3], .d, antiAliasing: .blur(edges: .reflected))
            ),
            ModelVariant("resnetaa34d", ResNet(.basic, [3, 4, 6, 3], .d, antiAliasing: .average)),
            ModelVariant("resnetaa50", ResNet(.bottleneck, [3, 4, 6, 3], antiAliasing: .average)),
            ModelVariant("resnetaa50d", ResNet(.bottleneck, [3, 4, 6, 3], .d, antiAliasing: .average)),
            ModelVariant("resnetaa101d", ResNet(.bottleneck, [3, 4, 23, 3], .d, antiAliasing: .average)),
            ModelVariant(
                "seresnetaa50d",
                ResNet(
                    .bottleneck,
                    [3, 4, 6, 3],
                    .d,
                    attention: .squeezeExcitation(),
                    antiAliasing: .average
                )
            ),
            ModelVariant(
                "seresnextaa101d_32x8d",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    .d,
                    cardinality: 32,
                    baseWidth: 8,
                    attention: .squeezeExcitation(),
                    antiAliasing: .average
                )
            ),
            ModelVariant(
                "seresnextaa201d_32x8d",
                ResNet(
                    .bottleneck,
                    [3, 24, 36, 4],
                    .e,
                    cardinality: 32,
                    baseWidth: 8,
                    attention: .squeezeExcitation(),
                    antiAliasing: .average
                )
            ),
            ModelVariant(
                "resnetrs50",
                ResNet(
                    .bottleneck,
                    [3, 4, 6, 3],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "resnetrs101",
                ResNet(
                    .bottleneck,
                    [3, 4, 23, 3],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "resnetrs152",
                ResNet(
                    .bottleneck,
                    [3, 8, 36, 3],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "resnetrs200",
                ResNet(
                    .bottleneck,
                    [3, 24, 36, 3],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "resnetrs270",
                ResNet(
                    .bottleneck,
                    [4, 29, 53, 4],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "resnetrs350",
                ResNet(
                    .bottleneck,
                    [4, 36, 72, 4],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "resnetrs420",
                ResNet(
                    .bottleneck,
                    [4, 44, 87, 4],
                    .d,
                    pool: .convolution,
                    attention: .squeezeExcitation(ratio: 0.25)
                )
            ),
            ModelVariant(
                "test_resnet",
                ResNet(
                    [.basic, .basic, .bottleneck, .basic],
                    [1, 1, 1, 1],
                    ResNet.Layout(stem: .deep(width: 16), shortcut: .average),
                    widths: [32, 48, 48, 96]
                )
            ),
        ]
    )
}
