internal import Graph

// MobileNet-V3 and V4 and their relatives: the mobile blocks under a head that pools before its last convolution.
//
// Papers: Searching for MobileNetV3 (https://arxiv.org/abs/1905.02244), MobileNetV4 (https://arxiv.org/abs/2404.10518),
// FBNetV3 (https://arxiv.org/abs/2006.02049), PP-LCNet (https://arxiv.org/abs/2109.15099).
// Source: timm/models/mobilenetv3.py (timm 1.0.31). No deviations; attention scales its queries and multiplies plainly,
// as PyTorch's fused attention does up to rounding.

/// The numbers of a MobileNet-V3.
struct MobileNetV3: ModelConfiguration, Equatable {
    /// The last convolution, after the pooling.
    struct Head: Sendable, Equatable {
        var width = 1280
        var hasBias = true
        /// Whether a normalisation follows.
        var isNormalized = false
    }

    /// Everything before the pooling.
    var network: EfficientNet
    var head = Head()

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let features = try network.features(b, options)
        var x = try b.globalAveragePool(features, keepsAxes: true)
        x = try b.convolution(x, "conv_head", head.width, hasBias: head.hasBias)
        if head.isNormalized {
            x = try b.normalization(x, "norm_head", network.trunk.activation, kind: network.normalization)
        } else {
            x = try b.activation(x, network.trunk.activation)
        }
        try b.classifier(
            b.reshape(x, [head.width]),
            features: features,
            classCount: options.classCount,
            name: "classifier"
        )
    }
}

extension MobileNetV3 {
    private static func squeeze(
        _ rounding: EfficientNet.Squeeze.Rounding,
        countsFromExpansion: Bool = true,
        activation: Activation? = .relu
    ) -> EfficientNet.Squeeze {
        EfficientNet.Squeeze(
            countsFromExpansion: countsFromExpansion,
            rounding: rounding,
            activation: activation,
            gate: .hardSigmoid
        )
    }

    /// MobileNet-V3; narrow networks keep the stem's width.
    static func v3(
        _ trunk: MobileTrunk,
        width: Double = 1,
        depth: Double = 1,
        headWidth: Int = 1280,
        padding: PaddingRule = .symmetric,
        epsilon: Float = 1e-5
    ) -> MobileNetV3 {
        var trunk = trunk
        trunk.stem.isScaled = width >= 0.75
        return MobileNetV3(
            network: EfficientNet(
                trunk,
                width: width,
                depth: depth,
                padding: padding,
                normalization: .batch(epsilon: epsilon),
                squeeze: squeeze(.divisible(limit: 0.9))
            ),
            head: Head(width: headWidth)
        )
    }

    /// The variant with TensorFlow's padding and epsilon, whose weights come from there.
    static func tensorFlow(_ trunk: MobileTrunk, width: Double = 1, headWidth: Int = 1280) -> MobileNetV3 {
        v3(trunk, width: width, headWidth: headWidth, padding: .same, epsilon: 1e-3)
    }

    /// The variant from before the paper's code.
    static let early = MobileNetV3(
        network: EfficientNet(
            .mobileNetV3Early,
            normalization: .batch(epsilon: 1e-3),
            squeeze: squeeze(.nearest, activation: nil)
        ),
        head: Head(hasBias: false)
    )

    /// FBNet-V3.
    static func fbNet(_ trunk: MobileTrunk) -> MobileNetV3 {
        MobileNetV3(
            network: EfficientNet(
                trunk,
                squeeze: squeeze(.divisible(limit: 0.95), countsFromExpansion: false, activation: nil)
            ),
            head: Head(width: 1984, hasBias: false)
        )
    }

    /// PP-LCNet.
    static func lcNet(width: Double) -> MobileNetV3 {
        MobileNetV3(network: EfficientNet(.lcNet, width: width, squeeze: squeeze(.nearest)))
    }

    /// MobileNet-V4; narrow networks keep the stem's width.
    static func v4(
        _ trunk: MobileTrunk,
        width: Double = 1,
        antiAliasing: AntiAliasing? = nil,
        scalesLayers: Bool = false
    ) -> MobileNetV3 {
        var trunk = trunk
        trunk.stem.isScaled = width >= 1
        return MobileNetV3(
            network: EfficientNet(
                trunk,
                width: width,
                antiAliasing: antiAliasing,
                scalesLayers: scalesLayers
            ),
            head: Head(hasBias: false, isNormalized: true)
        )
    }
}

extension ModelFamily {
    /// The architectures of timm/models/mobilenetv3.py, in its order.
    static let mobileNetV3 = ModelFamily(
        name: "mobilenetv3",
        variants: [
            ModelVariant("mobilenetv3_large_075", MobileNetV3.v3(.mobileNetV3Large, width: 0.75)),
            ModelVariant("mobilenetv3_large_100", MobileNetV3.v3(.mobileNetV3Large)),
            ModelVariant(
                "mobilenetv3_large_150d",
                MobileNetV3.v3(.mobileNetV3Large, width: 1.5, depth: 1.2)
            ),
            ModelVariant(
                "mobilenetv3_small_050",
                MobileNetV3.v3(.mobileNetV3Small, width: 0.5, headWidth: 1024)
            ),
            ModelVariant(
                "mobilenetv3_small_075",
                MobileNetV3.v3(.mobileNetV3Small, width: 0.75, headWidth: 1024)
            ),
            ModelVariant("mobilenetv3_small_100", MobileNetV3.v3(.mobileNetV3Small, headWidth: 1024)),
            ModelVariant("mobilenetv3_rw", MobileNetV3.early),
            ModelVariant(
                "tf_mobilenetv3_large_075",
                MobileNetV3.tensorFlow(.mobileNetV3Large, width: 0.75)
            ),
            ModelVariant("tf_mobilenetv3_large_100", MobileNetV3.tensorFlow(.mobileNetV3Large)),
            ModelVariant(
                "tf_mobilenetv3_large_minimal_100",
                MobileNetV3.tensorFlow(.mobileNetV3LargeMinimal)
            ),
            ModelVariant(
                "tf_mobilenetv3_small_075",
                MobileNetV3.tensorFlow(.mobileNetV3Small, width: 0.75, headWidth: 1024)
            ),
            ModelVariant(
                "tf_mobilenetv3_small_100",
                MobileNetV3.tensorFlow(.mobileNetV3Small, headWidth: 1024)
            ),
            ModelVariant(
                "tf_mobilenetv3_small_minimal_100",
                MobileNetV3.tensorFlow(.mobileNetV3SmallMinimal, headWidth: 1024)
            ),
            ModelVariant("fbnetv3_b", MobileNetV3.fbNet(.fbNetV3B)),
            ModelVariant("fbnetv3_d", MobileNetV3.fbNet(.fbNetV3D)),
            ModelVariant("fbnetv3_g", MobileNetV3.fbNet(.fbNetV3G)),
            ModelVariant("lcnet_035", MobileNetV3.lcNet(width: 0.35)),
            ModelVariant("lcnet_050", MobileNetV3.lcNet(width: 0.5)),
            ModelVariant("lcnet_075", MobileNetV3.lcNet(width: 0.75)),
            ModelVariant("lcnet_100", MobileNetV3.lcNet(width: 1)),
            ModelVariant("lcnet_150", MobileNetV3.lcNet(width: 1.5)),
            ModelVariant("mobilenetv4_conv_small_035", MobileNetV3.v4(.mobileNetV4Small, width: 0.35)),
            ModelVariant("mobilenetv4_conv_small_050", MobileNetV3.v4(.mobileNetV4Small, width: 0.5)),
            ModelVariant("mobilenetv4_conv_small", MobileNetV3.v4(.mobileNetV4Small)),
            ModelVariant("mobilenetv4_conv_medium", MobileNetV3.v4(.mobileNetV4Medium)),
            ModelVariant("mobilenetv4_conv_large", MobileNetV3.v4(.mobileNetV4Large)),
            ModelVariant(
                "mobilenetv4_hybrid_medium",
                MobileNetV3.v4(.mobileNetV4HybridMedium, scalesLayers: true)
            ),
            ModelVariant(
                "mobilenetv4_hybrid_large",
                MobileNetV3.v4(.mobileNetV4HybridLarge, scalesLayers: true)
            ),
            ModelVariant(
                "mobilenetv4_conv_aa_medium",
                MobileNetV3.v4(.mobileNetV4Medium, antiAliasing: .average)
            ),
            ModelVariant(
                "mobilenetv4_conv_blur_medium",
                MobileNetV3.v4(.mobileNetV4Medium, antiAliasing: .blur(edges: .zero))
            ),
            ModelVariant(
                "mobilenetv4_conv_aa_large",
                MobileNetV3.v4(.mobileNetV4Large, antiAliasing: .average)
            ),
            ModelVariant(
                "mobilenetv4_hybrid_medium_075",
                MobileNetV3.v4(.mobileNetV4HybridMedium, width: 0.75, scalesLayers: true)
            ),
            ModelVariant(
                "mobilenetv4_hybrid_large_075",
                MobileNetV3.v4(.mobileNetV4HybridLarge, width: 0.75, scalesLayers: true)
            ),
        ]
    )
}
