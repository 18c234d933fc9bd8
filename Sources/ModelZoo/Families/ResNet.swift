internal import Graph

// ResNet and its relatives: ResNeXt, SE-ResNet, SENet-154, ECA-ResNet, ResNet-RS, with the stems and shortcuts of
// MXNet Gluon's c, d, s and t variants and anti-aliased strides.
//
// Papers: Deep Residual Learning (https://arxiv.org/abs/1512.03385), Bag of Tricks (https://arxiv.org/abs/1812.01187),
// Aggregated Residual Transformations (https://arxiv.org/abs/1611.05431), Wide Residual Networks
// (https://arxiv.org/abs/1605.07146), Squeeze-and-Excitation (https://arxiv.org/abs/1709.01507), ECA-Net
// (https://arxiv.org/abs/1910.03151), Making Convolutional Networks Shift-Invariant Again
// (https://arxiv.org/abs/1904.11486), Group Normalization (https://arxiv.org/abs/1803.08494), Revisiting ResNets
// (https://arxiv.org/abs/2103.07579), Knapsack Pruning (https://arxiv.org/abs/2002.08258).
// Source: timm/models/resnet.py (timm 1.0.31). No deviations: dilated outputs and dropout are for training or for
// backbones and are left out.

/// The numbers of a ResNet.
struct ResNet: ModelConfiguration, Equatable {
    /// A residual block.
    enum Block: Sendable, Equatable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1, 3x3, 1x1.
        case bottleneck

        /// Output channels over the stage's width.
        var expansion: Int { self == .basic ? 1 : 4 }
    }

    /// The layers before the first stage.
    enum Stem: Sendable, Equatable {
        /// One 7x7 convolution of 64 channels.
        case plain
        /// Three 3x3 convolutions of width, width and twice the width.
        case deep(width: Int)
        /// Three 3x3 convolutions of three quarters of the width, width and twice the width.
        case tiered(width: Int)
    }

    /// What brings the input of a stage to its shape.
    enum Shortcut: Sendable, Equatable {
        /// A strided convolution of this extent.
        case convolution(kernel: Int)
        /// 2x2 averages, then a 1x1 convolution.
        case average
    }

    /// Stem and shortcuts under the letters of MXNet Gluon's variants.
    struct Layout: Sendable, Equatable {
        var stem: Stem
        var shortcut: Shortcut

        static let b = Layout(stem: .plain, shortcut: .convolution(kernel: 1))
        static let c = Layout(stem: .deep(width: 32), shortcut: .convolution(kernel: 1))
        static let d = Layout(stem: .deep(width: 32), shortcut: .average)
        static let e = Layout(stem: .deep(width: 64), shortcut: .average)
        static let s = Layout(stem: .deep(width: 64), shortcut: .convolution(kernel: 1))
        static let t = Layout(stem: .tiered(width: 32), shortcut: .average)
    }

    /// What halves the extents after the stem.
    enum Pool: Sendable, Equatable {
        /// A 3x3 maximum.
        case maximum
        /// A 3x3 convolution of stride 2, normalised and activated.
        case convolution
    }

    /// The block of each stage.
    var blocks: [Block]
    /// Blocks a stage.
    var depths: [Int]
    var layout: Layout
    /// Width of each stage before expansion.
    var widths: [Int]
    /// Groups of the 3x3 convolution.
    var cardinality: Int
    /// Width of a group, in 64ths of the stage's width.
    var baseWidth: Int
    /// Divides the width of a block's first convolution.
    var firstReduction: Int
    var pool: Pool
    var normalization: Normalization
    var attention: ChannelAttention?
    var antiAliasing: AntiAliasing?
    /// The name under which timm keeps the widths of a pruned model.
    var prunedName: String?

    init(
        _ blocks: [Block],
        _ depths: [Int],
        _ layout: Layout = .b,
        widths: [Int] = [64, 128, 256, 512],
        cardinality: Int = 1,
        baseWidth: Int = 64,
        firstReduction: Int = 1,
        pool: Pool = .maximum,
        normalization: Normalization = .batch(),
        attention: ChannelAttention? = nil,
        antiAliasing: AntiAliasing? = nil,
        prunedName: String? = nil
    ) {
        self.blocks = blocks
        self.depths = depths
        self.layout = layout
        self.widths = widths
        self.cardinality = cardinality
        self.baseWidth = baseWidth
        self.firstReduction = firstReduction
        self.pool = pool
        self.normalization = normalization
        self.attention = attention
        self.antiAliasing = antiAliasing
        self.prunedName = prunedName
    }

    init(
        _ block: Block,
        _ depths: [Int],
        _ layout: Layout = .b,
        cardinality: Int = 1,
        baseWidth: Int = 64,
        firstReduction: Int = 1,
        pool: Pool = .maximum,
        normalization: Normalization = .batch(),
        attention: ChannelAttention? = nil,
        antiAliasing: AntiAliasing? = nil,
        prunedName: String? = nil
    ) {
        self.init(
            [block, block, block, block],
            depths,
            layout,
            widths: [64, 128, 256, 512],
            cardinality: cardinality,
            baseWidth: baseWidth,
            firstReduction: firstReduction,
            pool: pool,
            normalization: normalization,
            attention: attention,
            antiAliasing: antiAliasing,
            prunedName: prunedName
        )
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let pruned = prunedName.map(PrunedWidths.of) ?? .none
        let layers = ResidualLayers(builder: b, model: self, pruned: pruned)
        try layers.network(classCount: options.classCount) { x, place throws(GraphError) in
            try layers.block(x, place)
        }
    }

    /// Channels that the stem gives before pruning.
    var stemChannels: Int {
        switch layout.stem {
        case .plain: 64
        case .deep(let width), .tiered(let width): width * 2
        }
    }
}
