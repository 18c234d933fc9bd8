internal import Graph

// EfficientViT of MIT: mobile convolutions, and linear attention over the positions at two scales.
//
// Paper: EfficientViT: Multi-Scale Linear Attention for High-Resolution Dense Prediction
// (https://arxiv.org/abs/2205.14756).
// Source: timm/models/efficientvit_mit.py (timm 1.0.31). No deviations. timm registers no encoder of its
// segment-anything models.

/// The numbers of an EfficientViT of MIT.
struct EfficientViTMIT: ModelConfiguration, Equatable {
    /// Of stem and stages.
    var widths: [Int]
    /// Blocks of stem and stages; the first block of a stage comes before them where the others are of another kind.
    var depths: [Int]
    /// Channels of a head.
    var headWidth = 32
    /// Widths of the classifier's two layers.
    var classifierWidths: [Int]
    /// Whether full convolutions stand in the first stages: `EfficientVitLarge`.
    var isLarge = false

    private static let scale = 5

    private var activation: Activation { isLarge ? .geluTanh : .hardSwish }
    private var epsilon: Float { isLarge ? 1e-7 : 1e-5 }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try unit(b, b.input, "stem.in_conv", widths[0], kernel: 3, stride: 2)
        for index in 0..<depths[0] {
            x = try residual(b, "stem.res\(index)", x) { y throws(GraphError) in
                guard isLarge else { return try separable(b, y) }
                let inner = try unit(b, y, "conv1", y.channels, kernel: 3)
                return try unit(b, inner, "conv2", y.channels, kernel: 3, isActivated: false)
            }
        }
        for stage in 1..<depths.count {
            x = try b.scope("stages.\(stage - 1).blocks") { () throws(GraphError) in
                isLarge ? try largeStage(b, x, stage) : try stageOf(b, x, stage)
            }
        }
        try classifier(b, x, classCount: options.classCount)
    }

    /// Source: `EfficientVitStage`.
    private func stageOf(_ b: GraphBuilder, _ x: Value, _ stage: Int) throws(GraphError) -> Value {
        let attends = stage > 2
        var y = try b.scope("0.main") { () throws(GraphError) in
            try inverted(b, x, widths[stage], stride: 2, expansion: 4, normalizesLastOnly: attends)
        }
        let rest = attends ? 1...depths[stage] : 1...depths[stage] - 1
        for index in rest {
            guard !attends else {
                y = try b.scope(index) { () throws(GraphError) in try attentionBlock(b, y, expansion: 4) }
                continue
            }
            y = try residual(b, "\(index)", y) { z throws(GraphError) in
                try inverted(b, z, z.channels, expansion: 4)
            }
        }
        return y
    }

    /// Source: `EfficientVitLargeStage`.
    private func largeStage(_ b: GraphBuilder, _ x: Value, _ stage: Int) throws(GraphError) -> Value {
        let (isFused, attends) = (stage < 3, stage > 3)
        func local(_ x: Value, stride: Int, expansion: Int) throws(GraphError) -> Value {
            let width = widths[stage]
            guard isFused else {
                return try inverted(
                    b,
                    x,
                    width,
                    stride: stride,
                    expansion: expansion,
                    normalizesLastOnly: true
                )
            }
            let hidden = x.channels * expansion
            let inner = try unit(b, x, "spatial_conv", hidden, kernel: 3, stride: stride)
            return try unit(b, inner, "point_conv", width, isActivated: false)
        }
        var y = try b.scope("0.main") { () throws(GraphError) in
            try local(x, stride: 2, expansion: attends ? 24 : 16)
        }
        for index in 1...depths[stage] {
            guard !attends else {
                y = try b.scope(index) { () throws(GraphError) in try attentionBlock(b, y, expansion: 6) }
                continue
            }
            y = try residual(b, "\(index)", y) { z throws(GraphError) in
                try local(z, stride: 1, expansion: 4)
            }
        }
        return y
    }

    /// Source: `EfficientVitBlock`.
    private func attentionBlock(_ b: GraphBuilder, _ x: Value, expansion: Int) throws(GraphError) -> Value {
        let y = try residual(b, "context_module", x) { y throws(GraphError) in try attention(b, y) }
        return try residual(b, "local_module", y) { z throws(GraphError) in
            try inverted(b, z, z.channels, expansion: expansion, normalizesLastOnly: true)
        }
    }

    /// The input plus what the layers called `main` make of it.
    private func residual(
        _ b: GraphBuilder,
        _ name: String,
        _ x: Value,
        _ main: (Value) throws(GraphError) -> Value
    ) throws(GraphError) -> Value {
        try b.scope("\(name).main") { () throws(GraphError) in try b.add(main(x), x) }
    }

    /// A depthwise and a 1x1 convolution: `DSConv`.
    private func separable(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let inner = try unit(b, x, "depth_conv", x.channels, kernel: 3, groups: x.channels)
        return try unit(b, inner, "point_conv", x.channels, isActivated: false)
    }

    /// 1x1, depthwise, 1x1: `MBConv`; layers without normalisation have a bias.
    private func inverted(
        _ b: GraphBuilder,
        _ x: Value,
        _ outputs: Int,
        stride: Int = 1,
        expansion: Int,
        normalizesLastOnly: Bool = false
    ) throws(GraphError) -> Value {
        let hidden = x.channels * expansion
        var y = try unit(b, x, "inverted_conv", hidden, isNormalized: !normalizesLastOnly)
        y = try unit(
            b,
            y,
            "depth_conv",
            hidden,
            kernel: 3,
            stride: stride,
            groups: hidden,
            isNormalized: !normalizesLastOnly
        )
        return try unit(b, y, "point_conv", outputs, isActivated: false)
    }

    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        isNormalized: Bool = true,
        isActivated: Bool = true,
        epsilon: Float? = nil
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            hasBias: !isNormalized,
            layers: ("conv", "norm"),
            normalization: isNormalized ? .batch(epsilon: epsilon ?? self.epsilon) : nil,
            activation: isActivated ? activation : nil
        )
    }

    /// Linear attention: keys and values are summed over the positions before a query sees them.
    ///
    /// Everything stands with the positions last, as the map does, so that nothing is turned.
    ///
    /// Source: `LiteMLA`.
    private func attention(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let heads = x.channels / headWidth
        let (all, positions) = (3 * heads * headWidth, x.height * x.width)
        let near = try b.convolution(x, "qkv.conv", all)
        var wide = try b.convolution(near, "aggreg.0.0", all, kernel: Extent(Self.scale), groups: all)
        wide = try b.convolution(wide, "aggreg.0.1", all, groups: 3 * heads)
        let groups = try b.reshape(b.joined([near, wide]), [2 * heads, 3 * headWidth, positions])
        func part(_ index: Int) throws(GraphError) -> Value {
            try b.slice(groups, axis: 2, index * headWidth, headWidth)
        }
        let query = try b.activation(part(0), .relu)
        let key = try b.activation(part(1), .relu)
        // A row of ones beside the values gives the sum of the weights.
        let ones = PaddingAmounts(mode: .constant(1), before: [0, 0, 0, 0], after: [0, 0, 1, 0])
        let value = try b.append(.padding(ones), [part(2)])
        let context = try b.append(.matrixProduct(transposesRight: true), [value, key])
        let mixed = try b.append(.matrixProduct(transposesRight: false), [context, query])
        let weights = try b.affine(b.slice(mixed, axis: 2, headWidth, 1), 1, 1e-5)
        let mean = try b.append(.binary(.divide), [b.slice(mixed, axis: 2, 0, headWidth), weights])
        let map = try b.reshape(mean, [2 * heads * headWidth, x.height, x.width])
        return try unit(b, map, "proj", x.channels, isActivated: false)
    }

    /// A convolution before the average, two layers after it.
    ///
    /// Source: `ClassifierHead`, whose convolution has PyTorch's own epsilon.
    private func classifier(_ b: GraphBuilder, _ x: Value, classCount: Int) throws(GraphError) {
        let map = try unit(b, x, "head.in_conv", classifierWidths[0], epsilon: 1e-5)
        var y = try b.linear(
            b.globalAveragePool(map),
            "head.classifier.0",
            classifierWidths[1],
            hasBias: false
        )
        y = try b.layerNormalization(y, "head.classifier.1", epsilon: epsilon)
        y = try b.activation(y, activation)
        try b.linearClassifier(
            features: x,
            embedding: y,
            classCount: classCount,
            name: "head.classifier.4"
        )
    }
}

extension ModelFamily {
    private static func large(_ width: Int, _ depths: [Int], _ classifier: [Int]) -> EfficientViTMIT {
        EfficientViTMIT(
            widths: (0..<5).map { width << $0 },
            depths: depths,
            classifierWidths: classifier,
            isLarge: true
        )
    }

    private static func base(_ width: Int, _ depths: [Int], headWidth: Int, _ classifier: [Int])
        -> EfficientViTMIT
    {
        EfficientViTMIT(
            widths: (0..<5).map { width << $0 },
            depths: depths,
            headWidth: headWidth,
            classifierWidths: classifier
        )
    }

    /// The architectures of timm/models/efficientvit_mit.py, in its order.
    static let efficientViTMIT = ModelFamily(
        name: "efficientvit_mit",
        variants: [
            ("b0", base(8, [1, 2, 2, 2, 2], headWidth: 16, [1024, 1280])),
            ("b1", base(16, [1, 2, 3, 3, 4], headWidth: 16, [1536, 1600])),
            ("b2", base(24, [1, 3, 4, 4, 6], headWidth: 32, [2304, 2560])),
            ("b3", base(32, [1, 4, 6, 6, 9], headWidth: 32, [2304, 2560])),
            ("l1", large(32, [1, 1, 1, 6, 6], [3072, 3200])),
            ("l2", large(32, [1, 2, 2, 8, 8], [3072, 3200])),
            ("l3", large(64, [1, 2, 2, 8, 8], [6144, 6400])),
        ].map { ModelVariant("efficientvit_\($0)", $1) }
    )
}
