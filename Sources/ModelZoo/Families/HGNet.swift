internal import Graph

// PP-HGNet: blocks that join the results of all their convolutions, made for speed on GPUs.
//
// Origin: PaddleClas (https://github.com/PaddlePaddle/PaddleClas), without a paper.
// Source: timm/models/hgnet.py (timm 1.0.31). No deviations.

/// The numbers of an HGNet.
struct HGNet: ModelConfiguration, Equatable {
    /// A stage's numbers.
    struct Stage: Sendable, Equatable {
        /// Width of the blocks' convolutions.
        var width: Int
        var outputs: Int
        /// Blocks.
        var depth: Int
        /// Whether convolutions are a pointwise and a depthwise one.
        var isLight: Bool
        var kernel: Int
    }

    /// Widths of V1's three stem convolutions, or the inner and outer width of V2's stem.
    var stemWidths: [Int]
    var stages: [Stage]
    /// Convolutions of a block.
    var layers: Int
    /// Whether a learnt factor and offset follow each activation.
    var hasAffine = false

    private var isV2: Bool { stemWidths.count == 2 }

    /// The first version: every convolution 3x3.
    static func v1(_ stemWidths: [Int], _ stages: [(Int, Int, Int)], layers: Int) -> HGNet {
        HGNet(
            stemWidths: stemWidths,
            stages: stages.map { Stage(width: $0, outputs: $1, depth: $2, isLight: false, kernel: 3) },
            layers: layers
        )
    }

    /// The second version: the last two stages light and 5x5.
    static func v2(
        _ stemWidths: [Int],
        _ stages: [(Int, Int, Int)],
        layers: Int,
        hasAffine: Bool = false
    ) -> HGNet {
        HGNet(
            stemWidths: stemWidths,
            stages: stages.enumerated().map { index, numbers in
                Stage(
                    width: numbers.0,
                    outputs: numbers.1,
                    depth: numbers.2,
                    isLight: index > 1,
                    kernel: index > 1 ? 5 : 3
                )
            },
            layers: layers,
            hasAffine: hasAffine
        )
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in isV2 ? try stemV2(b) : try stemV1(b) }
        for (index, stage) in stages.enumerated() {
            x = try b.scope("stages.\(index)") { () throws(GraphError) in
                var y = x
                if index > 0 {
                    y = try unit(
                        b,
                        y,
                        "downsample",
                        y.channels,
                        kernel: 3,
                        stride: 2,
                        groups: y.channels,
                        isActivated: false
                    )
                }
                for block in 0..<stage.depth {
                    y = try b.scope("blocks.\(block)") { () throws(GraphError) in
                        try self.block(b, y, stage, isFirst: block == 0)
                    }
                }
                return y
            }
        }
        var y = try b.globalAveragePool(x, keepsAxes: true)
        y = try b.activation(b.convolution(y, "head.last_conv.0", 2048), .relu)
        if hasAffine { y = try affine(b, y, "head.last_conv.2") }
        try b.classifier(
            b.reshape(y, [2048]),
            features: x,
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func stemV1(_ b: GraphBuilder) throws(GraphError) -> Value {
        var x = b.input
        for (index, width) in stemWidths.enumerated() {
            x = try unit(b, x, "stem.\(index)", width, kernel: 3, stride: index == 0 ? 2 : 1)
        }
        return try b.maximumPool(x, padding: 1)
    }

    /// Source: `StemV2`; zeros stand at the right and at the bottom of what is convolved and pooled.
    private func stemV2(_ b: GraphBuilder) throws(GraphError) -> Value {
        let width = stemWidths[0]
        let x = try unit(b, b.input, "stem1", width, kernel: 3, stride: 2)
        let edges = Edges(top: 0, left: 0, bottom: 1, right: 1)
        var y = try unit(b, x, "stem2a", width / 2, kernel: 2, padding: edges)
        y = try unit(b, y, "stem2b", width, kernel: 2, padding: edges)
        let zeros = PaddingAmounts(mode: .constant(0), before: [0, 0, 0, 0], after: [0, 0, 1, 1])
        let pooled = try b.maximumPool(b.append(.padding(zeros), [x]), kernel: 2, stride: 1, roundsUp: true)
        y = try unit(b, b.joined([pooled, y]), "stem3", width, kernel: 3, stride: 2)
        return try unit(b, y, "stem4", stemWidths[1])
    }

    /// Source: `HighPerfGpuBlock`.
    private func block(_ b: GraphBuilder, _ x: Value, _ stage: Stage, isFirst: Bool) throws(GraphError)
        -> Value
    {
        var parts = [x]
        var y = x
        let kernel = Extent(stage.kernel)
        for layer in 0..<layers {
            let name = "layers.\(layer)"
            if stage.isLight {
                y = try unit(b, y, "\(name).conv1", stage.width, isActivated: false)
                y = try unit(b, y, "\(name).conv2", stage.width, kernel: kernel, groups: stage.width)
            } else {
                y = try unit(b, y, name, stage.width, kernel: kernel)
            }
            parts.append(y)
        }
        let all = try b.joined(parts)
        if isV2 {
            y = try unit(b, all, "aggregation.0", stage.outputs / 2)
            y = try unit(b, y, "aggregation.1", stage.outputs)
        } else {
            y = try unit(b, all, "aggregation.0", stage.outputs)
            let squeezed = try b.globalAveragePool(y, keepsAxes: true)
            let gate = try b.convolution(squeezed, "aggregation.1.conv", stage.outputs, hasBias: true)
            y = try b.multiply(y, b.activation(gate, .sigmoid))
        }
        return isFirst ? y : try b.add(y, x)
    }

    /// Source: `ConvBNAct`.
    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1,
        padding: Edges? = nil,
        isActivated: Bool = true
    ) throws(GraphError) -> Value {
        let y = try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups,
            padding: padding,
            activation: isActivated ? .relu : nil
        )
        return hasAffine && isActivated ? try affine(b, y, "\(name).lab") : y
    }

    private func affine(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            try b.add(b.multiply(x, b.parameter("scale", [1])), b.parameter("bias", [1]))
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/hgnet.py, in its order.
    static let hgNet = ModelFamily(
        name: "hgnet",
        variants: [
            ModelVariant(
                "hgnet_tiny",
                HGNet.v1(
                    [48, 48, 96],
                    [(96, 224, 1), (128, 448, 1), (160, 512, 2), (192, 768, 1)],
                    layers: 5
                )
            ),
            ModelVariant(
                "hgnet_small",
                HGNet.v1(
                    [64, 64, 128],
                    [(128, 256, 1), (160, 512, 1), (192, 768, 2), (224, 1024, 1)],
                    layers: 6
                )
            ),
            ModelVariant(
                "hgnet_base",
                HGNet.v1(
                    [96, 96, 160],
                    [(192, 320, 1), (224, 640, 2), (256, 960, 3), (288, 1280, 2)],
                    layers: 7
                )
            ),
            ModelVariant(
                "hgnetv2_b0",
                HGNet.v2(
                    [16, 16],
                    [(16, 64, 1), (32, 256, 1), (64, 512, 2), (128, 1024, 1)],
                    layers: 3,
                    hasAffine: true
                )
            ),
            ModelVariant(
                "hgnetv2_b1",
                HGNet.v2(
                    [24, 32],
                    [(32, 64, 1), (48, 256, 1), (96, 512, 2), (192, 1024, 1)],
                    layers: 3,
                    hasAffine: true
                )
            ),
            ModelVariant(
                "hgnetv2_b2",
                HGNet.v2(
                    [24, 32],
                    [(32, 96, 1), (64, 384, 1), (128, 768, 3), (256, 1536, 1)],
                    layers: 4,
                    hasAffine: true
                )
            ),
            ModelVariant(
                "hgnetv2_b3",
                HGNet.v2(
                    [24, 32],
                    [(32, 128, 1), (64, 512, 1), (128, 1024, 3), (256, 2048, 1)],
                    layers: 5,
                    hasAffine: true
                )
            ),
            ModelVariant(
                "hgnetv2_b4",
                HGNet.v2(
                    [32, 48],
                    [(48, 128, 1), (96, 512, 1), (192, 1024, 3), (384, 2048, 1)],
                    layers: 6
                )
            ),
            ModelVariant(
                "hgnetv2_b5",
                HGNet.v2(
                    [32, 64],
                    [(64, 128, 1), (128, 512, 2), (256, 1024, 5), (512, 2048, 2)],
                    layers: 6
                )
            ),
            ModelVariant(
                "hgnetv2_b6",
                HGNet.v2(
                    [48, 96],
                    [(96, 192, 2), (192, 512, 3), (384, 1024, 6), (768, 2048, 3)],
                    layers: 6
                )
            ),
        ]
    )
}
