internal import Foundation
internal import Graph
internal import Tensors

// MambaOut: Mamba's blocks without their state space: gated convolutions on part of the channels.
//
// Paper: MambaOut: Do We Really Need Mamba for Vision? (https://arxiv.org/abs/2405.07992).
// Source: timm/models/mambaout.py (timm 1.0.31). Deviation: linear layers over the last axis are 1x1
// convolutions of the same parameters, so that only the last map is turned.

/// The numbers of a MambaOut.
struct MambaOut: ModelConfiguration, Equatable {
    var depths: [Int]
    var widths: [Int]
    /// Hidden channels over the width.
    var expansion = 8.0 / 3
    /// Channels of the depthwise convolution over the width.
    var convolved = 1.0
    /// After the stem's first convolution and on the gates.
    var activation: Activation = .gelu
    /// Whether maps are normalised before they shrink, results are scaled by a factor a channel, and neither
    /// the stem's middle nor the head's end is normalised.
    var isRevised = false

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in
            var y = try reduced(b, b.input, "conv1", widths[0] / 2)
            if !isRevised { y = try b.layerNormalization(y, "norm1", axis: 1) }
            y = try reduced(b, b.activation(y, activation), "conv2", widths[0])
            return try b.layerNormalization(y, "norm2", axis: 1)
        }
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    y = try b.scope("downsample") { () throws(GraphError) in
                        if isRevised {
                            let normal = try b.layerNormalization(y, "norm", axis: 1)
                            return try reduced(b, normal, "conv", widths[stage])
                        }
                        return try b.layerNormalization(
                            reduced(b, y, "conv", widths[stage]),
                            "norm",
                            axis: 1
                        )
                    }
                }
                for index in 0..<depths[stage] {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, y) }
                }
                return y
            }
        }
        try b.linearClassifier(
            features: b.channelsLast(x),
            embedding: b.scope("head") { () throws(GraphError) in try embedding(b, x) },
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// A 3x3 convolution of stride 2.
    private func reduced(_ b: GraphBuilder, _ x: Value, _ name: String, _ outputs: Int) throws(GraphError)
        -> Value
    {
        try b.convolve(x, name, outputs, kernel: 3, stride: 2)
    }

    /// Source: `GatedConvBlock`.
    private func block(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let hidden = Int(expansion * Double(x.channels))
        let width = Int(convolved * Double(x.channels))
        let normal = try b.layerNormalization(x, "norm", axis: 1)
        let all = try b.pointwise(normal, "fc1", 2 * hidden)
        let gate = try b.activation(b.channels(all, 0, hidden), activation)
        let part = try b.channels(all, 2 * hidden - width, width)
        let mixed = try b.convolve(part, "conv", width, kernel: 7, groups: width)
        let value = try b.joined([b.channels(all, hidden, hidden - width), mixed])
        let y = try b.pointwise(b.multiply(gate, value), "fc2", x.channels)
        return try b.add(isRevised ? b.channelScale(y, "ls.gamma") : y, x)
    }

    /// Source: `MlpHead`, and timm/layers/classifier.py, `ClNormMlpClassifierHead`.
    private func embedding(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let pooled = try b.layerNormalization(b.globalAveragePool(x), "norm")
        let hidden = try b.activation(b.linear(pooled, "pre_logits.fc", 4 * x.channels), .gelu)
        return isRevised ? hidden : try b.layerNormalization(hidden, "pre_logits.norm")
    }

    /// Gives timm's names to the authors' checkpoints.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.conv1.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            let staged = TensorNames.replacingPatterns(
                name.replacingOccurrences(of: "downsample_layers.0.", with: "stem."),
                [
                    ("stages.([0-9]+).([0-9]+)", "stages.$1.blocks.$2"),
                    ("downsample_layers.([0-9]+)", "stages.$1.downsample"),
                ]
            )
            if staged.hasPrefix("norm.") { return TensorNames.replacing(staged, [("norm.", "head.norm.")]) }
            guard staged.hasPrefix("head.") else { return staged }
            return TensorNames.replacing(
                staged,
                [
                    ("head.fc1.", "head.pre_logits.fc."), ("head.norm.", "head.pre_logits.norm."),
                    ("head.fc2.", "head.fc."),
                ]
            )
        }
    }
}

extension MambaOut {
    /// A variant of timm's own.
    fileprivate static func revised(
        depths: [Int],
        widths: [Int] = [128, 256, 512, 768],
        expansion: Double = 3,
        convolved: Double,
        activation: Activation = .gelu
    ) -> MambaOut {
        MambaOut(
            depths: depths,
            widths: widths,
            expansion: expansion,
            convolved: convolved,
            activation: activation,
            isRevised: true
        )
    }
}

extension ModelFamily {
    private static let narrow = [48, 96, 192, 288]
    private static let middle = [96, 192, 384, 576]

    /// The architectures of timm/models/mambaout.py, in its order.
    static let mambaOut = ModelFamily(
        name: "mambaout",
        variants: [
            ModelVariant("mambaout_femto", MambaOut(depths: [3, 3, 9, 3], widths: narrow)),
            ModelVariant("mambaout_kobe", MambaOut(depths: [3, 3, 15, 3], widths: narrow)),
            ModelVariant("mambaout_tiny", MambaOut(depths: [3, 3, 9, 3], widths: middle)),
            ModelVariant("mambaout_small", MambaOut(depths: [3, 4, 27, 3], widths: middle)),
            ModelVariant("mambaout_base", MambaOut(depths: [3, 4, 27, 3], widths: [128, 256, 512, 768])),
            ModelVariant(
                "mambaout_small_rw",
                MambaOut.revised(depths: [3, 4, 27, 3], widths: middle, expansion: 8.0 / 3, convolved: 1)
            ),
            ModelVariant("mambaout_base_short_rw", MambaOut.revised(depths: [3, 3, 25, 3], convolved: 1.25)),
            ModelVariant(
                "mambaout_base_tall_rw",
                MambaOut.revised(depths: [3, 4, 30, 3], expansion: 2.5, convolved: 1.25)
            ),
            ModelVariant(
                "mambaout_base_wide_rw",
                MambaOut.revised(depths: [3, 4, 27, 3], convolved: 1.5, activation: .silu)
            ),
            ModelVariant(
                "mambaout_base_plus_rw",
                MambaOut.revised(depths: [3, 4, 30, 3], convolved: 1.5, activation: .silu)
            ),
            ModelVariant(
                "test_mambaout",
                MambaOut.revised(
                    depths: [1, 1, 3, 1],
                    widths: [16, 32, 48, 64],
                    convolved: 1,
                    activation: .silu
                )
            ),
        ]
    )
}
