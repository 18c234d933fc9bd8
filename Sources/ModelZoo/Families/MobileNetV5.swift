internal import Graph
internal import Tensors

// MobileNet-V5, the picture encoder of Gemma 3n: the blocks of MobileNet-V4, whose last two maps are fused.
//
// Paper of the blocks: MobileNetV4 (https://arxiv.org/abs/2404.10518).
// Source: timm/models/mobilenetv5.py (timm 1.0.31). Deviation: timm's encoder has no head at all; here its embedding is
// the average of the fused map, and its logits are the map itself, which is what timm returns.

/// The numbers of a MobileNet-V5.
struct MobileNetV5: ModelConfiguration, Equatable {
    /// Everything before the fusion.
    var network: EfficientNet
    /// Whether a classifier follows.
    var hasHead: Bool

    private static let width = 2048
    /// Rows and columns of the fused map, whatever the picture's size.
    private static let grid = Extent(16)

    private init(_ stages: [[String]], padding: PaddingRule = .symmetric, hasHead: Bool = true) {
        network = EfficientNet(
            MobileTrunk(
                stages: stages,
                stem: MobileTrunk.Stem(width: 64, isBlock: true),
                head: .none,
                activation: .geluTanh
            ),
            padding: padding,
            normalization: .rootMeanSquare,
            scalesLayers: true
        )
        self.hasHead = hasHead
    }

    /// Emits stem, blocks, fusion and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = network.layers(b, options)
        let maps = try network.stages(layers)
        let x = try b.scope("msfa") { () throws(GraphError) in try fused(layers, Array(maps.suffix(2))) }
        guard hasHead else {
            b.output(.features, x)
            b.output(.embedding, try b.globalAveragePool(x))
            return b.output(.logits, x)
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "classifier")
    }

    /// Source: `MobileNetV5MultiScaleFusionAdapter`.
    private func fused(_ layers: MobileLayers, _ maps: [Value]) throws(GraphError) -> Value {
        let b = layers.builder
        let high = Extent(height: maps[0].height, width: maps[0].width)
        var parts: [Value] = []
        for map in maps {
            let isSmaller = map.height < high.height || map.width < high.width
            let nearest = Resampling(mode: .nearest, extent: high)
            parts.append(isSmaller ? try b.append(.resample(nearest), [map]) : map)
        }
        let joined = try b.joined(parts)
        let kind = network.normalization
        let inner = try b.convolutionBlock(
            joined,
            "ffn.pw_exp",
            ChannelRounding.divisible(2 * Double(joined.channels)),
            normalization: kind,
            activation: network.trunk.activation
        )
        let mixed = try b.convolutionBlock(
            inner,
            "ffn.pw_proj",
            Self.width,
            normalization: kind,
            activation: nil
        )
        return try b.normalization(onGrid(b, mixed), "norm", nil, kind: kind)
    }

    /// A map of 16x16: averaged where the extents are multiples, else interpolated.
    private func onGrid(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let grid = Self.grid
        guard x.height != grid.height || x.width != grid.width else { return x }
        guard x.height % grid.height == 0, x.width % grid.width == 0 else {
            return try b.append(.resample(Resampling(mode: .bilinear, extent: grid)), [x])
        }
        let window = Extent(height: x.height / grid.height, width: x.width / grid.width)
        return try b.pool(x, Pooling(kind: .average(countsPadding: true), kernel: window, stride: window))
    }

    /// Takes Gemma's prefix off.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let prefix = "model.vision_tower.timm_model."
        guard tensors[prefix + "conv_stem.conv.weight"] != nil else { return }
        TensorNames.keep(prefix: prefix, of: &tensors)
    }
}

extension MobileNetV5 {
    private static let start = [
        ["er_r1_k3_s2_e4_c128", "er_r2_k3_s1_e4_c128"],
        [
            "uir_r1_a3_k5_s2_e6_c256", "uir_r1_a5_k0_s1_e4_c256", "uir_r1_a3_k0_s1_e4_c256",
            "uir_r1_a5_k0_s1_e4_c256", "uir_r1_a3_k0_s1_e4_c256",
        ],
    ]

    /// `count` times attention and a block after it.
    private static func pairs(_ count: Int, _ attention: String, width: Int) -> [String] {
        [[String]](
            repeating: ["mqa_r1_k3_\(attention)_c\(width)", "uir_r1_a0_k0_s1_e2_c\(width)"],
            count: count
        ).flatMap { $0 }
    }

    /// 300 million parameters.
    private static let stages300M =
        start + [
            ["uir_r1_a5_k5_s2_e6_c640", "uir_r7_a5_k0_s1_e4_c640", "uir_r1_a0_k0_s1_e1_c640"]
                + pairs(14, "h12_v2_s1_d64", width: 640),
            ["uir_r1_a5_k5_s2_e6_c1280"] + pairs(19, "h16_s1_d96", width: 1280),
        ]

    fileprivate static let encoder300M = MobileNetV5(stages300M, padding: .same, hasHead: false)
    fileprivate static let classifier300M = MobileNetV5(stages300M)
    fileprivate static let base = MobileNetV5(
        start + [
            ["uir_r1_a5_k5_s2_e6_c512", "uir_r2_a5_k0_s1_e4_c512", "uir_r1_a0_k0_s1_e1_c512"]
                + pairs(6, "h8_s2_d64", width: 512),
            ["uir_r1_a5_k5_s2_e6_c1024"] + pairs(7, "h16_s1_d64", width: 1024),
        ]
    )
}

extension ModelFamily {
    /// The architectures of timm/models/mobilenetv5.py, in its order.
    static let mobileNetV5 = ModelFamily(
        name: "mobilenetv5",
        variants: [
            ModelVariant("mobilenetv5_300m_enc", MobileNetV5.encoder300M),
            ModelVariant("mobilenetv5_300m", MobileNetV5.classifier300M),
            ModelVariant("mobilenetv5_base", MobileNetV5.base),
        ]
    )
}
