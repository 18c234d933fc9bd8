internal import Graph

extension ModelFamily {
    /// The architectures of timm/models/efficientnet.py, in its order.
    static let efficientNet = ModelFamily(
        name: "efficientnet",
        variants: [
            ModelVariant("mnasnet_050", EfficientNet(.mnasNetB1, width: 0.5)),
            ModelVariant("mnasnet_075", EfficientNet(.mnasNetB1, width: 0.75)),
            ModelVariant("mnasnet_100", EfficientNet(.mnasNetB1)),
            ModelVariant("mnasnet_140", EfficientNet(.mnasNetB1, width: 1.4)),
            ModelVariant("semnasnet_050", EfficientNet(.mnasNetA1, width: 0.5)),
            ModelVariant("semnasnet_075", EfficientNet(.mnasNetA1, width: 0.75)),
            ModelVariant("semnasnet_100", EfficientNet(.mnasNetA1)),
            ModelVariant("semnasnet_140", EfficientNet(.mnasNetA1, width: 1.4)),
            ModelVariant("mnasnet_small", EfficientNet(.mnasNetSmall)),
            ModelVariant("mobilenetv1_100", EfficientNet(.mobileNetV1())),
            ModelVariant("mobilenetv1_100h", EfficientNet(.mobileNetV1(head: .scaledAtLeast(1024)))),
            ModelVariant("mobilenetv1_125", EfficientNet(.mobileNetV1(), width: 1.25)),
            ModelVariant("mobilenetv2_035", EfficientNet(.mobileNetV2, width: 0.35)),
            ModelVariant("mobilenetv2_050", EfficientNet(.mobileNetV2, width: 0.5)),
            ModelVariant("mobilenetv2_075", EfficientNet(.mobileNetV2, width: 0.75)),
            ModelVariant("mobilenetv2_100", EfficientNet(.mobileNetV2)),
            ModelVariant("mobilenetv2_140", EfficientNet(.mobileNetV2, width: 1.4)),
            ModelVariant("mobilenetv2_110d", EfficientNet(.mobileNetV2FixedEnds, width: 1.1, depth: 1.2)),
            ModelVariant("mobilenetv2_120d", EfficientNet(.mobileNetV2FixedEnds, width: 1.2, depth: 1.4)),
            ModelVariant("fbnetc_100", EfficientNet(.fbNetC, pretrainedNormalization: .batch(epsilon: 1e-3))),
            ModelVariant("spnasnet_100", EfficientNet(.singlePathNAS)),
            ModelVariant("efficientnet_b0", EfficientNet(.efficientNet)),
            ModelVariant("efficientnet_b1", EfficientNet(.efficientNet, depth: 1.1)),
            ModelVariant("efficientnet_b2", EfficientNet(.efficientNet, width: 1.1, depth: 1.2)),
            ModelVariant("efficientnet_b3", EfficientNet(.efficientNet, width: 1.2, depth: 1.4)),
            ModelVariant("efficientnet_b4", EfficientNet(.efficientNet, width: 1.4, depth: 1.8)),
            ModelVariant("efficientnet_b5", EfficientNet(.efficientNet, width: 1.6, depth: 2.2)),
            ModelVariant("efficientnet_b6", EfficientNet(.efficientNet, width: 1.8, depth: 2.6)),
            ModelVariant("efficientnet_b7", EfficientNet(.efficientNet, width: 2, depth: 3.1)),
            ModelVariant("efficientnet_b8", EfficientNet(.efficientNet, width: 2.2, depth: 3.6)),
            ModelVariant("efficientnet_l2", EfficientNet(.efficientNet, width: 4.3, depth: 5.3)),
            ModelVariant("efficientnet_b0_gn", EfficientNet(.efficientNet, normalization: .groupsOfSize(8))),
            ModelVariant(
                "efficientnet_b0_g8_gn",
                EfficientNet(.efficientNet, groupSize: 8, normalization: .groupsOfSize(8))
            ),
            ModelVariant("efficientnet_b0_g16_evos", EfficientNet(.efficientNet, divisor: 16, groupSize: 16)),
            ModelVariant(
                "efficientnet_b3_gn",
                EfficientNet(
                    .efficientNet,
                    width: 1.2,
                    depth: 1.4,
                    divisor: 16,
                    normalization: .groupsOfSize(16)
                )
            ),
            ModelVariant(
                "efficientnet_b3_g8_gn",
                EfficientNet(
                    .efficientNet,
                    width: 1.2,
                    depth: 1.4,
                    divisor: 16,
                    groupSize: 8,
                    normalization: .groupsOfSize(16)
                )
            ),
            ModelVariant(
                "efficientnet_blur_b0",
                EfficientNet(.efficientNet, antiAliasing: .blur(edges: .zero))
            ),
            ModelVariant("efficientnet_es", EfficientNet(.edge)),
            ModelVariant("efficientnet_es_pruned", EfficientNet(.edge)),
            ModelVariant("efficientnet_em", EfficientNet(.edge, depth: 1.1)),
            ModelVariant("efficientnet_el", EfficientNet(.edge, width: 1.2, depth: 1.4)),
            ModelVariant("efficientnet_el_pruned", EfficientNet(.edge, width: 1.2, depth: 1.4)),
            ModelVariant("efficientnet_cc_b0_4e", EfficientNet(.conditional)),
            ModelVariant("efficientnet_cc_b0_8e", EfficientNet(.conditional, experts: 2)),
            ModelVariant("efficientnet_cc_b1_8e", EfficientNet(.conditional, depth: 1.1, experts: 2)),
            ModelVariant("efficientnet_lite0", EfficientNet(.lite)),
            ModelVariant("efficientnet_lite1", EfficientNet(.lite, depth: 1.1)),
            ModelVariant("efficientnet_lite2", EfficientNet(.lite, width: 1.1, depth: 1.2)),
            ModelVariant("efficientnet_lite3", EfficientNet(.lite, width: 1.2, depth: 1.4)),
            ModelVariant("efficientnet_lite4", EfficientNet(.lite, width: 1.4, depth: 1.8)),
            ModelVariant(
                "efficientnet_b1_pruned",
                EfficientNet.tensorFlow(.efficientNet, depth: 1.1, prunedName: "efficientnet_b1_pruned")
            ),
            ModelVariant(
                "efficientnet_b2_pruned",
                EfficientNet.tensorFlow(
                    .efficientNet,
                    width: 1.1,
                    depth: 1.2,
                    prunedName: "efficientnet_b2_pruned"
                )
            ),
            ModelVariant(
                "efficientnet_b3_pruned",
                EfficientNet.tensorFlow(
                    .efficientNet,
                    width: 1.2,
                    depth: 1.4,
                    prunedName: "efficientnet_b3_pruned"
                )
            ),
            ModelVariant("efficientnetv2_rw_t", EfficientNet(.v2Small, width: 0.8, depth: 0.9)),
            ModelVariant(
                "gc_efficientnetv2_rw_t",
                EfficientNet(.v2Small, width: 0.8, depth: 0.9, attention: .globalContext)
            ),
            ModelVariant("efficientnetv2_rw_s", EfficientNet(.v2SmallWightman)),
            ModelVariant(
                "efficientnetv2_rw_m",
                EfficientNet(.v2SmallWightman, width: 1.2, depths: [1.2, 1.2, 1.2, 1.2, 1.6, 1.6])
            ),
            ModelVariant("efficientnetv2_s", EfficientNet(.v2Small)),
            ModelVariant("efficientnetv2_m", EfficientNet(.v2Medium)),
            ModelVariant("efficientnetv2_l", EfficientNet(.v2Large)),
            ModelVariant("efficientnetv2_xl", EfficientNet(.v2ExtraLarge)),
            ModelVariant("tf_efficientnet_b0", EfficientNet.tensorFlow(.efficientNet)),
            ModelVariant("tf_efficientnet_b1", EfficientNet.tensorFlow(.efficientNet, depth: 1.1)),
            ModelVariant(
                "tf_efficientnet_b2",
                EfficientNet.tensorFlow(.efficientNet, width: 1.1, depth: 1.2)
            ),
            ModelVariant(
                "tf_efficientnet_b3",
                EfficientNet.tensorFlow(.efficientNet, width: 1.2, depth: 1.4)
            ),
            ModelVariant(
                "tf_efficientnet_b4",
                EfficientNet.tensorFlow(.efficientNet, width: 1.4, depth: 1.8)
            ),
            ModelVariant(
                "tf_efficientnet_b5",
                EfficientNet.tensorFlow(.efficientNet, width: 1.6, depth: 2.2)
            ),
            ModelVariant(
                "tf_efficientnet_b6",
                EfficientNet.tensorFlow(.efficientNet, width: 1.8, depth: 2.6)
            ),
            ModelVariant("tf_efficientnet_b7", EfficientNet.tensorFlow(.efficientNet, width: 2, depth: 3.1)),
            ModelVariant(
                "tf_efficientnet_b8",
                EfficientNet.tensorFlow(.efficientNet, width: 2.2, depth: 3.6)
            ),
            ModelVariant(
                "tf_efficientnet_l2",
                EfficientNet.tensorFlow(.efficientNet, width: 4.3, depth: 5.3)
            ),
            ModelVariant("tf_efficientnet_es", EfficientNet.tensorFlow(.edge)),
            ModelVariant("tf_efficientnet_em", EfficientNet.tensorFlow(.edge, depth: 1.1)),
            ModelVariant("tf_efficientnet_el", EfficientNet.tensorFlow(.edge, width: 1.2, depth: 1.4)),
            ModelVariant("tf_efficientnet_cc_b0_4e", EfficientNet.tensorFlow(.conditional)),
            ModelVariant("tf_efficientnet_cc_b0_8e", EfficientNet.tensorFlow(.conditional, experts: 2)),
            ModelVariant(
                "tf_efficientnet_cc_b1_8e",
                EfficientNet.tensorFlow(.conditional, depth: 1.1, experts: 2)
            ),
            ModelVariant("tf_efficientnet_lite0", EfficientNet.tensorFlow(.lite)),
            ModelVariant("tf_efficientnet_lite1", EfficientNet.tensorFlow(.lite, depth: 1.1)),
            ModelVariant("tf_efficientnet_lite2", EfficientNet.tensorFlow(.lite, width: 1.1, depth: 1.2)),
            ModelVariant("tf_efficientnet_lite3", EfficientNet.tensorFlow(.lite, width: 1.2, depth: 1.4)),
            ModelVariant("tf_efficientnet_lite4", EfficientNet.tensorFlow(.lite, width: 1.4, depth: 1.8)),
            ModelVariant("tf_efficientnetv2_s", EfficientNet.tensorFlow(.v2Small)),
            ModelVariant("tf_efficientnetv2_m", EfficientNet.tensorFlow(.v2Medium)),
            ModelVariant("tf_efficientnetv2_l", EfficientNet.tensorFlow(.v2Large)),
            ModelVariant("tf_efficientnetv2_xl", EfficientNet.tensorFlow(.v2ExtraLarge)),
            ModelVariant("tf_efficientnetv2_b0", EfficientNet.tensorFlow(.v2Base)),
            ModelVariant("tf_efficientnetv2_b1", EfficientNet.tensorFlow(.v2Base, depth: 1.1)),
            ModelVariant("tf_efficientnetv2_b2", EfficientNet.tensorFlow(.v2Base, width: 1.1, depth: 1.2)),
            ModelVariant("tf_efficientnetv2_b3", EfficientNet.tensorFlow(.v2Base, width: 1.2, depth: 1.4)),
            ModelVariant("efficientnet_x_b3", EfficientNet(.x(expansion: 6), width: 1.2, depth: 1.4)),
            ModelVariant("efficientnet_x_b5", EfficientNet(.x(expansion: 6), width: 1.6, depth: 2.2)),
            ModelVariant("efficientnet_h_b5", EfficientNet(.x(expansion: 4), width: 1.92, depth: 2.2)),
            ModelVariant("mixnet_s", EfficientNet(.mixNetS)),
            ModelVariant("mixnet_m", EfficientNet(.mixNetM)),
            ModelVariant("mixnet_l", EfficientNet(.mixNetM, width: 1.3)),
            ModelVariant("mixnet_xl", EfficientNet(.mixNetM, width: 1.6, depth: 1.2)),
            ModelVariant("mixnet_xxl", EfficientNet(.mixNetM, width: 2.4, depth: 1.3)),
            ModelVariant("tf_mixnet_s", EfficientNet.tensorFlow(.mixNetS)),
            ModelVariant("tf_mixnet_m", EfficientNet.tensorFlow(.mixNetM)),
            ModelVariant("tf_mixnet_l", EfficientNet.tensorFlow(.mixNetM, width: 1.3)),
            ModelVariant("tinynet_a", EfficientNet(.tinyNet, depth: 1.2)),
            ModelVariant("tinynet_b", EfficientNet(.tinyNet, width: 0.75, depth: 1.1)),
            ModelVariant("tinynet_c", EfficientNet(.tinyNet, width: 0.54, depth: 0.85)),
            ModelVariant("tinynet_d", EfficientNet(.tinyNet, width: 0.54, depth: 0.695)),
            ModelVariant("tinynet_e", EfficientNet(.tinyNet, width: 0.51, depth: 0.6)),
            ModelVariant("mobilenet_edgetpu_100", EfficientNet(.edgeTPU)),
            ModelVariant(
                "mobilenet_edgetpu_v2_xs",
                EfficientNet(
                    .edgeTPUV2(widths: [16, 32, 48, 96, 144, 160, 192], stem: .init(width: 32), head: 1280)
                )
            ),
            ModelVariant(
                "mobilenet_edgetpu_v2_s",
                EfficientNet(
                    .edgeTPUV2(
                        widths: [24, 48, 64, 128, 160, 192, 256],
                        stem: .init(width: 64, kernel: 5),
                        head: 1280
                    )
                )
            ),
            ModelVariant(
                "mobilenet_edgetpu_v2_m",
                EfficientNet(
                    .edgeTPUV2(
                        widths: [32, 64, 80, 160, 192, 240, 320],
                        stem: .init(width: 64, kernel: 5),
                        head: 1344
                    )
                )
            ),
            ModelVariant(
                "mobilenet_edgetpu_v2_l",
                EfficientNet(
                    .edgeTPUV2(
                        widths: [32, 64, 96, 192, 240, 256, 384],
                        stem: .init(width: 64, kernel: 7),
                        head: 1408,
                        groupSize: 128
                    )
                )
            ),
            ModelVariant("test_efficientnet", EfficientNet(.test)),
            ModelVariant("test_efficientnet_gn", EfficientNet(.test, normalization: .groupsOfSize(8))),
            ModelVariant("test_efficientnet_ln", EfficientNet(.test, normalization: .layer)),
            ModelVariant(
                "test_efficientnet_evos",
                EfficientNet(.test, normalization: .evolvedS0(groupSize: 8))
            ),
        ]
    )
}
