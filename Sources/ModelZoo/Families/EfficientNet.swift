internal import Graph
internal import Tensors

// EfficientNet and the mobile networks that are rows of the same blocks: MnasNet, MobileNet-V1 and V2, FBNet-C,
// Single-Path NAS, EfficientNet-EdgeTPU, CondConv, Lite, V2 and X, MixNet, TinyNet, MobileNet-EdgeTPU.
//
// Papers: EfficientNet (https://arxiv.org/abs/1905.11946), EfficientNetV2 (https://arxiv.org/abs/2104.00298),
// EfficientNet-X (https://arxiv.org/abs/2102.05610), CondConv (https://arxiv.org/abs/1904.04971), MixNet
// (https://arxiv.org/abs/1907.09595), MnasNet (https://arxiv.org/abs/1807.11626), MobileNet-V1
// (https://arxiv.org/abs/1704.04861), MobileNet-V2 (https://arxiv.org/abs/1801.04381), FBNet
// (https://arxiv.org/abs/1812.03443), Single-Path NAS (https://arxiv.org/abs/1904.02877), TinyNet
// (https://arxiv.org/abs/2010.14819).
// Source: timm/models/efficientnet.py, _efficientnet_builder.py and _efficientnet_blocks.py (timm 1.0.31). Deviation:
// conditional convolutions other than 1x1 sum the experts' outputs instead of their weights, which is the same number
// up to rounding. Networks dilated for an output stride are not built.

/// The numbers of an EfficientNet.
struct EfficientNet: ModelConfiguration, Equatable {
    /// Stages and ends before scaling.
    var trunk: MobileTrunk
    /// Multiplies widths.
    var width: Double
    /// Multiplies the blocks of each stage.
    var depths: [Double]
    /// Widths are multiples of it.
    var divisor: Int
    /// Channels of a group in blocks that do not say so; nil for the kind's own.
    var groupSize: Int?
    /// Multiplies the experts of conditional convolutions.
    var experts: Int
    var padding: PaddingRule
    var normalization: Normalization
    /// The normalisation that published weights want, where it is another.
    var pretrainedNormalization: Normalization?
    /// The gate in place of squeeze-and-excitation.
    var attention: Gate
    var antiAliasing: AntiAliasing?
    /// The name under which timm keeps the widths of a pruned model.
    var prunedName: String?
    var squeeze: Squeeze
    /// Whether universal and attention blocks scale their result by a learnt factor a channel.
    var scalesLayers: Bool

    /// The numbers of squeeze-and-excitation.
    struct Squeeze: Sendable, Equatable {
        /// How a squeezed width becomes whole.
        enum Rounding: Sendable, Equatable {
            case nearest
            /// To a multiple of 8 that is not below this share.
            case divisible(limit: Double)
        }

        /// Whether the ratio counts from the expanded width; else from the block's input.
        var countsFromExpansion = false
        var rounding = Rounding.nearest
        /// After the reducing layer; nil for the block's own.
        var activation: Activation?
        var gate = Activation.sigmoid
    }

    /// The gate of blocks that have a squeeze ratio.
    enum Gate: Sendable, Equatable { case squeezeExcitation, globalContext }

    init(
        _ trunk: MobileTrunk,
        width: Double = 1,
        depth: Double = 1,
        depths: [Double]? = nil,
        divisor: Int = 8,
        groupSize: Int? = nil,
        experts: Int = 1,
        padding: PaddingRule = .symmetric,
        normalization: Normalization = .batch(),
        pretrainedNormalization: Normalization? = nil,
        attention: Gate = .squeezeExcitation,
        antiAliasing: AntiAliasing? = nil,
        prunedName: String? = nil,
        squeeze: Squeeze = Squeeze(),
        scalesLayers: Bool = false
    ) {
        self.trunk = trunk
        self.width = width
        self.depths = depths ?? [Double](repeating: depth, count: trunk.stages.count)
        self.divisor = divisor
        self.groupSize = groupSize
        self.experts = experts
        self.padding = padding
        self.normalization = normalization
        self.pretrainedNormalization = pretrainedNormalization
        self.attention = attention
        self.antiAliasing = antiAliasing
        self.prunedName = prunedName
        self.squeeze = squeeze
        self.scalesLayers = scalesLayers
    }

    /// The variant with TensorFlow's padding and epsilon, whose weights come from there.
    static func tensorFlow(
        _ trunk: MobileTrunk,
        width: Double = 1,
        depth: Double = 1,
        experts: Int = 1,
        prunedName: String? = nil
    ) -> EfficientNet {
        EfficientNet(
            trunk,
            width: width,
            depth: depth,
            experts: experts,
            padding: .same,
            normalization: .batch(epsilon: 1e-3),
            prunedName: prunedName
        )
    }

    /// Emits stem, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let x = try features(b, options)
        try b.averagedClassifier(x, classCount: options.classCount, name: "classifier")
    }

    /// Emits everything before the pooling.
    func features(_ b: GraphBuilder, _ options: BuildOptions) throws(GraphError) -> Value {
        let layers = layers(b, options)
        let x = try stages(layers).last ?? b.input
        guard let headWidth else { return x }
        let y = try layers.convolution(x, "conv_head", headWidth, KernelExtents(1))
        return try layers.normalization(y, "bn2", trunk.activation)
    }

    /// The layers of a graph whose weights come from where `options` says.
    func layers(_ b: GraphBuilder, _ options: BuildOptions) -> MobileLayers {
        var model = self
        if options.weightOrigin == .pretrained, let pretrainedNormalization {
            model.normalization = pretrainedNormalization
        }
        return MobileLayers(builder: b, model: model, pruned: prunedName.map(PrunedWidths.of) ?? .none)
    }

    /// Emits stem and stages; the maps that the stages give.
    func stages(_ layers: MobileLayers) throws(GraphError) -> [Value] {
        let b = layers.builder
        let stemWidth = trunk.stem.isScaled ? scaled(trunk.stem.width) : trunk.stem.width
        var x = try b.scope(trunk.stem.isBlock ? "conv_stem" : "") { () throws(GraphError) in
            let y = try layers.convolution(
                b.input,
                trunk.stem.isBlock ? "conv" : "conv_stem",
                stemWidth,
                KernelExtents(trunk.stem.kernel),
                stride: 2,
                hasBias: trunk.stem.isBlock
            )
            return try layers.normalization(y, trunk.stem.isBlock ? "bn" : "bn1", trunk.activation)
        }
        var maps: [Value] = []
        for (stage, blocks) in try plan(stemWidth: stemWidth).enumerated() {
            for (index, block) in blocks.enumerated() {
                x = try b.scope("blocks.\(stage).\(index)") { () throws(GraphError) in
                    try layers.block(x, block)
                }
            }
            maps.append(x)
        }
        return maps
    }

    /// `channels` under the width multiplier.
    func scaled(_ channels: Int) -> Int {
        ChannelRounding.divisible(Double(channels) * width, by: divisor, limit: trunk.roundingLimit)
    }

    private var headWidth: Int? {
        switch trunk.head {
        case .none: nil
        case .fixed(let width): width
        case .scaled(let width): scaled(width)
        case .scaledAtLeast(let width): max(width, scaled(width))
        }
    }

    /// Gives timm's names to a checkpoint of EfficientNet-PyTorch (https://github.com/lukemelas/EfficientNet-PyTorch).
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["_conv_stem.weight"] != nil else { return }
        let blocks: [[PlannedBlock]]
        do throws(GraphError) {
            blocks = try plan(stemWidth: trunk.stem.width)
        } catch {
            throw ModelZooError(code: .unknownTensor, message: error.description)
        }
        try EfficientNetPyTorchNames(blocks: blocks).rename(&tensors)
    }
}
