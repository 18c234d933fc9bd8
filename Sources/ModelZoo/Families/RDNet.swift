internal import Graph
internal import Tensors

// RDNet: DenseNet with ConvNeXt's blocks, whose stages without a stride only compress.
//
// Paper: DenseNets Reloaded: Paradigm Shift Beyond ResNets and ViTs (https://arxiv.org/abs/2403.19588).
// Source: timm/models/rdnet.py (timm 1.0.31). No deviations.

/// The numbers of an RDNet.
struct RDNet: ModelConfiguration, Equatable {
    var stemWidth: Int
    /// Channels that a block adds, by stage.
    var growths: [Int]
    /// Stages that begin with a stride of 2.
    var strides: Set<Int>

    private static let depth = 3
    /// Stages whose blocks are without a gate.
    private static let ungated = 2

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolve(b.input, "stem.0", stemWidth, kernel: 4, stride: 4, padding: 0)
        x = try b.layerNormalization(x, "stem.1", axis: 1)
        for (stage, growth) in growths.enumerated() {
            x = try b.scope("dense_stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    let stride = strides.contains(stage) ? 2 : 1
                    let width = x.channels / 16 * 8
                    y = try b.layerNormalization(y, "0", axis: 1)
                    y = try b.convolve(y, "1", width, kernel: stride, stride: stride, padding: 0)
                }
                for index in 0..<Self.depth {
                    let name = "\(stage > 0 ? 2 : 0).dense_block\(index)"
                    let new = try b.scope(name) { () throws(GraphError) in
                        try block(b, y, growth, isGated: stage >= Self.ungated)
                    }
                    y = try b.joined([y, new])
                }
                return y
            }
        }
        let embedding = try b.layerNormalization(b.globalAveragePool(x), "head.norm")
        try b.linearClassifier(
            features: x,
            embedding: embedding,
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// Source: `DenseBlock`, `Block` and `BlockESE`.
    private func block(_ b: GraphBuilder, _ x: Value, _ outputs: Int, isGated: Bool) throws(GraphError)
        -> Value
    {
        let y = try b.scope("layers.layers") { () throws(GraphError) in
            var y = try b.convolve(x, "0", x.channels, kernel: 7, groups: x.channels)
            y = try b.layerNormalization(y, "1", axis: 1)
            y = try b.activation(b.convolve(y, "2", x.channels / 2 * 8), .gelu)
            y = try b.convolve(y, "4", outputs)
            guard isGated else { return y }
            return try b.scope("5") { () throws(GraphError) in try b.effectiveSqueeze(y) }
        }
        return try b.channelScale(y, "gamma")
    }

    /// Gives timm's names to the stem of the authors' checkpoints.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.0.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { TensorNames.replacing($0, [("stem.stem.", "stem.")]) }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/rdnet.py, in its order.
    static let rdNet = ModelFamily(
        name: "rdnet",
        variants: [
            ModelVariant(
                "rdnet_tiny",
                RDNet(stemWidth: 64, growths: [64, 104, 128, 128, 128, 128, 224], strides: [1, 2, 6])
            ),
            ModelVariant(
                "rdnet_small",
                RDNet(
                    stemWidth: 72,
                    growths: [64, 128] + [Int](repeating: 128, count: 7) + [240, 240],
                    strides: [1, 2, 9]
                )
            ),
            ModelVariant(
                "rdnet_base",
                RDNet(
                    stemWidth: 120,
                    growths: [96, 128] + [Int](repeating: 168, count: 7) + [336, 336],
                    strides: [1, 2, 9]
                )
            ),
            ModelVariant(
                "rdnet_large",
                RDNet(
                    stemWidth: 144,
                    growths: [128, 192] + [Int](repeating: 256, count: 8) + [360, 360],
                    strides: [1, 2, 10]
                )
            ),
        ]
    )
}
