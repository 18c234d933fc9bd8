internal import Graph

// ResNet-V2: normalisation before convolution; Big Transfer's wide networks with standardised filters.
//
// Papers: Identity Mappings in Deep Residual Networks (https://arxiv.org/abs/1603.05027), Big Transfer
// (https://arxiv.org/abs/1912.11370), Evolving Normalization-Activation Layers (https://arxiv.org/abs/2004.02967),
// Filter Response Normalization (https://arxiv.org/abs/1911.09737).
// Source: timm/models/resnetv2.py (timm 1.0.31). No deviations; `.npz` checkpoints of Big Transfer are not renamed, the
// hub has them under timm's names.

/// The numbers of a ResNet-V2.
struct ResNetV2: ModelConfiguration, Equatable {
    /// The layers before the first stage; all but Big Transfer's end in a maximum padded with nothing.
    enum Stem: Sendable, Equatable {
        /// One 7x7 convolution.
        case plain
        /// One 7x7 convolution, and a maximum padded with zeros.
        case bigTransfer
        /// One 7x7 convolution, and a maximum that gives the half of the extents, rounded up.
        case same
        /// Three 3x3 convolutions of half, half and the whole width.
        case deep
        /// Three 3x3 convolutions of three eighths, half and the whole width.
        case tiered
    }

    /// Blocks a stage.
    var depths: [Int]
    /// Multiplies all widths.
    var widthFactor = 1
    var stem = Stem.plain
    /// Whether blocks are two 3x3 convolutions.
    var isBasic = false
    /// Whether shortcuts average before they convolve.
    var averagesDown = false
    /// Epsilon of the standardised filters; nil for plain ones.
    var standardization: Float?
    var normalization = Normalization.batch()
    /// Whether blocks normalise before they convolve; else they are those of the first ResNet.
    var isPreactivated = true

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let x = try normalized(b, stages(b), "norm")
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc", layer: .pointwise)
    }

    /// Emits stem and stages.
    func stages(_ b: GraphBuilder) throws(GraphError) -> Value {
        var x = try b.scope("stem") { () throws(GraphError) in try stemLayers(b) }
        for (stage, depth) in depths.enumerated() {
            let width = ((isBasic ? 64 : 256) << stage) * widthFactor
            for index in 0..<depth {
                x = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    let stride = stage > 0 && index == 0 ? 2 : 1
                    return isPreactivated
                        ? try block(b, x, width, stride: stride, isFirst: index == 0)
                        : try postNormalizedBlock(b, x, width, stride: stride, isFirst: index == 0)
                }
            }
        }
        return x
    }

    /// Emits the stem at the current path.
    func stemLayers(_ b: GraphBuilder) throws(GraphError) -> Value {
        let width = 64 * widthFactor
        var x: Value
        switch stem {
        case .plain, .bigTransfer, .same:
            x = try convolution(b, b.input, "conv", width, kernel: 7, stride: 2)
        case .deep, .tiered:
            let first = stem == .tiered ? 3 * width / 8 : width / 2
            x = try convolution(b, b.input, "conv1", first, kernel: 3, stride: 2)
            x = try normalized(b, x, "norm1")
            x = try convolution(b, x, "conv2", width / 2, kernel: 3)
            x = try normalized(b, x, "norm2")
            x = try convolution(b, x, "conv3", width, kernel: 3)
        }
        if !isPreactivated { x = try normalized(b, x, "norm") }
        if stem == .same {
            let edges = PaddingRule.same.edges(height: x.height, width: x.width, kernel: 3, stride: 2)
            return try b.pool(x, Pooling(kind: .maximum, kernel: 3, stride: 2, padding: edges))
        }
        guard stem == .bigTransfer else { return try b.maximumPool(x, padding: 1) }
        let zeros = PaddingAmounts(mode: .constant(0), before: [0, 0, 1, 1], after: [0, 0, 1, 1])
        return try b.maximumPool(b.append(.padding(zeros), [x]))
    }

    /// Source: `PreActBasic`, `PreActBottleneck`.
    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        stride: Int,
        isFirst: Bool
    ) throws(GraphError) -> Value {
        let normal = try normalized(b, x, "norm1")
        let hasPath = isFirst && (!isBasic || stride != 1 || x.channels != width)
        let shortcut = hasPath ? try self.shortcut(b, normal, width, stride: stride) : x
        var y: Value
        if isBasic {
            y = try convolution(b, normal, "conv1", width, kernel: 3, stride: stride)
            y = try convolution(b, normalized(b, y, "norm2"), "conv2", width, kernel: 3)
        } else {
            let inner = ChannelRounding.divisible(Double(width) / 4)
            y = try convolution(b, normal, "conv1", inner)
            y = try convolution(b, normalized(b, y, "norm2"), "conv2", inner, kernel: 3, stride: stride)
            y = try convolution(b, normalized(b, y, "norm3"), "conv3", width)
        }
        return try b.add(y, shortcut)
    }

    /// Source: `Bottleneck`.
    private func postNormalizedBlock(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        stride: Int,
        isFirst: Bool
    ) throws(GraphError) -> Value {
        let inner = ChannelRounding.divisible(Double(width) / 4)
        var y = try normalized(b, convolution(b, x, "conv1", inner), "norm1")
        y = try normalized(b, convolution(b, y, "conv2", inner, kernel: 3, stride: stride), "norm2")
        y = try b.normalization(convolution(b, y, "conv3", width), "norm3", nil, kind: normalization)
        var shortcut = x
        if isFirst {
            shortcut = try self.shortcut(b, x, width, stride: stride)
            shortcut = try b.normalization(shortcut, "downsample.norm", nil, kind: normalization)
        }
        return try b.activation(b.add(y, shortcut), .relu)
    }

    private func shortcut(_ b: GraphBuilder, _ x: Value, _ width: Int, stride: Int) throws(GraphError)
        -> Value
    {
        guard averagesDown else { return try convolution(b, x, "downsample.conv", width, stride: stride) }
        let pooled =
            stride > 1
            ? try b.averagePool(x, kernel: 2, stride: stride, countsPadding: false, roundsUp: true) : x
        return try convolution(b, pooled, "downsample.conv", width)
    }

    private func normalized(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.normalization(x, name, .relu, kind: normalization)
    }

    private func convolution(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1
    ) throws(GraphError) -> Value {
        guard let standardization else {
            return try b.convolution(x, name, outputs, kernel: Extent(kernel), stride: stride)
        }
        return try b.standardizedConvolution(
            x,
            name,
            outputs,
            kernel: kernel,
            stride: stride,
            padding: stem == .same ? .same : .symmetric,
            epsilon: standardization
        )
    }

    /// A network of Big Transfer.
    static func bigTransfer(_ depths: [Int], widthFactor: Int) -> ResNetV2 {
        ResNetV2(
            depths: depths,
            widthFactor: widthFactor,
            stem: .bigTransfer,
            standardization: 1e-8,
            normalization: .groups(32)
        )
    }

    /// The d variant with another normalisation.
    static func normalized50d(_ normalization: Normalization) -> ResNetV2 {
        ResNetV2(depths: [3, 4, 6, 3], stem: .deep, averagesDown: true, normalization: normalization)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/resnetv2.py, in its order.
    static let resNetV2 = ModelFamily(
        name: "resnetv2",
        variants: [
            ModelVariant("resnetv2_50x1_bit", ResNetV2.bigTransfer([3, 4, 6, 3], widthFactor: 1)),
            ModelVariant("resnetv2_50x3_bit", ResNetV2.bigTransfer([3, 4, 6, 3], widthFactor: 3)),
            ModelVariant("resnetv2_101x1_bit", ResNetV2.bigTransfer([3, 4, 23, 3], widthFactor: 1)),
            ModelVariant("resnetv2_101x3_bit", ResNetV2.bigTransfer([3, 4, 23, 3], widthFactor: 3)),
            ModelVariant("resnetv2_152x2_bit", ResNetV2.bigTransfer([3, 8, 36, 3], widthFactor: 2)),
            ModelVariant("resnetv2_152x4_bit", ResNetV2.bigTransfer([3, 8, 36, 3], widthFactor: 4)),
            ModelVariant("resnetv2_18", ResNetV2(depths: [2, 2, 2, 2], isBasic: true)),
            ModelVariant(
                "resnetv2_18d",
                ResNetV2(depths: [2, 2, 2, 2], stem: .deep, isBasic: true, averagesDown: true)
            ),
            ModelVariant("resnetv2_34", ResNetV2(depths: [3, 4, 6, 3], isBasic: true)),
            ModelVariant(
                "resnetv2_34d",
                ResNetV2(depths: [3, 4, 6, 3], stem: .deep, isBasic: true, averagesDown: true)
            ),
            ModelVariant("resnetv2_50", ResNetV2(depths: [3, 4, 6, 3])),
            ModelVariant("resnetv2_50d", ResNetV2.normalized50d(.batch())),
            ModelVariant(
                "resnetv2_50t",
                ResNetV2(depths: [3, 4, 6, 3], stem: .tiered, averagesDown: true)
            ),
            ModelVariant("resnetv2_101", ResNetV2(depths: [3, 4, 23, 3])),
            ModelVariant(
                "resnetv2_101d",
                ResNetV2(depths: [3, 4, 23, 3], stem: .deep, averagesDown: true)
            ),
            ModelVariant("resnetv2_152", ResNetV2(depths: [3, 8, 36, 3])),
            ModelVariant(
                "resnetv2_152d",
                ResNetV2(depths: [3, 8, 36, 3], stem: .deep, averagesDown: true)
            ),
            ModelVariant("resnetv2_50d_gn", ResNetV2.normalized50d(.groups(32))),
            ModelVariant("resnetv2_50d_evos", ResNetV2.normalized50d(.evolvedS0InGroups(32))),
            ModelVariant("resnetv2_50d_frn", ResNetV2.normalized50d(.filterResponse)),
        ]
    )
}
