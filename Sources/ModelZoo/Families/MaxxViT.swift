internal import Foundation
internal import Graph

// MaxViT, CoAtNet and their relatives with ConvNeXt blocks: convolutions first, then attention over the map, or over
// windows and grids.
//
// Papers: CoAtNet (https://arxiv.org/abs/2106.04803), MaxViT (https://arxiv.org/abs/2204.01697).
// Source: timm/models/maxxvit.py (timm 1.0.31). No deviations: tables of another window are resampled as part of the
// graph; a map that windows do not divide is refused, as in timm.

/// The numbers of a MaxxViT.
struct MaxxViT: ModelConfiguration, Equatable {
    /// A block of a stage.
    enum Block: Sendable, Equatable {
        /// Convolutions alone.
        case convolution
        /// Attention over the whole map.
        case transformer
        /// Convolutions, attention in windows, attention over a grid.
        case windowed
        /// Two blocks of convolutions, then both attentions side by side.
        case parallel
    }

    /// What the convolutions of a block are.
    enum Convolutions: Sendable, Equatable { case inverted, convNeXt }

    /// How an extent is halved.
    enum Reduction: Sendable, Equatable {
        /// 2x2 means.
        case average
        /// 3x3 maxima.
        case maximum
    }

    /// The biases of attention by distance.
    enum Distances: Sendable, Equatable {
        /// A row of a table for each.
        case table
        /// The same, in TensorFlow's layout.
        case map
        /// A perceptron of this many hidden features over the logarithms.
        case perceptron(hidden: Int)
    }

    /// Height and width of the checkpoint's pictures.
    var size: Int
    var widths: [Int]
    var depths: [Int]
    /// The blocks of each stage; the last one repeats.
    var blocks: [[Block]]
    var stemWidths: [Int]
    var hasStemBias = false
    /// Features of a layer before the classifier; 0 where there is none.
    var headFeatures = 0
    var convolutions: Convolutions = .inverted
    /// Whether the hidden channels are counted by a block's outputs.
    var expandsOutputs = false
    var activatesFirst = false
    var hasOutputBias = true
    /// Whether a pooling halves the extents inside the branch; else the depthwise convolution.
    var poolsBranch = false
    var reduction: Reduction = .average
    var padding: PaddingRule = .symmetric
    /// Whether channels are gated before the second normalisation.
    var gatesEarly = false
    var gateActivation: Activation = .silu
    var gateRatio: Double = 0.25
    var activation: Activation = .gelu
    var epsilon: Float = 1e-5
    /// Whether heads come before query, key and value in a layer's features.
    var putsHeadsFirst = true
    var expandsFirst = false
    var hasShortcutBias = true
    var distances: Distances = .table
    var skipsWindows = false
    var hasLayerScale = false
    var transformerActivation: Activation = .gelu
    var transformerEpsilon: Float = 1e-6
    var normalizesBatch = false

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let layers = MaxxViTLayers(builder: b, model: self)
        var x = try b.scope("stem") { () throws(GraphError) in try layers.stem(b.input) }
        let window = Extent(height: options.height / 32, width: options.width / 32)
        var native = size / 2
        for stage in widths.indices {
            native = (native - 1) / 2 + 1
            for index in 0..<depths[stage] {
                let kind = blocks[stage][min(index, blocks[stage].count - 1)]
                x = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    try layers.block(
                        x,
                        kind,
                        outputs: widths[stage],
                        stride: index == 0 ? 2 : 1,
                        window: window,
                        native: kind == .transformer ? native : size / 32
                    )
                }
            }
        }
        guard headFeatures > 0 else {
            x = try layers.transformerNormalization(x, "norm")
            return try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
        }
        let pooled = try b.layerNormalization(
            b.globalAveragePool(x),
            "head.norm",
            epsilon: transformerEpsilon
        )
        let embedding = try b.activation(b.linear(pooled, "head.pre_logits.fc", headFeatures), .tanh)
        try b.linearClassifier(
            features: x,
            embedding: embedding,
            classCount: options.classCount,
            name: "head.fc"
        )
    }
}
