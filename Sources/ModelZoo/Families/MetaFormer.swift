internal import Foundation
internal import Graph
internal import Tensors

// MetaFormer: PoolFormer, PoolFormerV2, ConvFormer and CAFormer, a transformer's block around any mixer of tokens.
//
// Papers: MetaFormer is Actually What You Need for Vision (https://arxiv.org/abs/2111.11418), MetaFormer Baselines for
// Vision (https://arxiv.org/abs/2210.13452).
// Source: timm/models/metaformer.py (timm 1.0.31). Deviations: without classes the layers of the classifier's perceptron
// are declared as unused, since the checkpoint holds them.

/// The numbers of a MetaFormer.
struct MetaFormer: ModelConfiguration, Equatable {
    /// What mixes the tokens of a stage.
    enum Mixer: Sendable, Equatable {
        /// The mean of the neighbours, less the token.
        case pooling
        /// A depthwise 7x7 convolution between two layers.
        case convolution
        /// Self-attention.
        case attention
    }

    /// The architecture's generation.
    enum Generation: Sendable, Equatable {
        /// GELU, biases, layer scales, and no normalisation before a reduction.
        case poolFormer
        /// StarReLU, no biases, scaled residuals in the later stages.
        case baseline
    }

    var depths: [Int]
    var widths: [Int]
    var mixers: [Mixer] = [.pooling, .pooling, .pooling, .pooling]
    var generation: Generation = .baseline
    /// Whether the classifier has a hidden layer.
    var hasMLPHead = true

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolve(b.input, "stem.conv", widths[0], kernel: 7, stride: 4, padding: 2)
        if generation == .baseline { x = try channelNormalization(b, x, "stem.norm") }
        for stage in depths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        let embedding = try b.layerNormalization(b.globalAveragePool(x), "head.norm")
        b.output(.features, x)
        b.output(.embedding, embedding)
        b.output(.logits, try classifier(b, embedding, options.classCount))
    }

    private func classifier(_ b: GraphBuilder, _ x: Value, _ classCount: Int) throws(GraphError) -> Value {
        guard hasMLPHead else { return classCount > 0 ? try b.linear(x, "head.fc", classCount) : x }
        let hidden = 4 * x.features
        return try b.scope("head.fc") { () throws(GraphError) in
            guard classCount > 0 else {
                b.unusedParameter("fc1.weight", [hidden, x.features])
                for name in ["fc1.bias", "norm.weight", "norm.bias"] { b.unusedParameter(name, [hidden]) }
                return x
            }
            let inner = try b.activation(b.linear(x, "fc1", hidden), .relu)
            let normal = try b.layerNormalization(b.multiply(inner, inner), "norm")
            return try b.linear(normal, "fc2", classCount)
        }
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        var x = input
        if x.channels != widths[stage] {
            if generation == .baseline { x = try channelNormalization(b, x, "downsample.norm") }
            x = try b.convolve(x, "downsample.conv", widths[stage], kernel: 3, stride: 2, padding: 1)
        }
        let (height, width) = (x.height, x.width)
        let mixer = mixers[stage]
        if mixer == .attention { x = try b.tokens(x) }
        let scalesResidual = generation == .baseline && stage >= 2
        for index in 0..<depths[stage] {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let first = try normalization(b, x, "norm1", mixer)
                let mixed = try b.scope("token_mixer") { () throws(GraphError) in try mix(b, first, mixer) }
                let y = try joined(b, x, mixed, 1, mixer, scalesResidual: scalesResidual)
                let second = try normalization(b, y, "norm2", mixer)
                let refined = try b.scope("mlp") { () throws(GraphError) in try perceptron(b, second, mixer) }
                return try joined(b, y, refined, 2, mixer, scalesResidual: scalesResidual)
            }
        }
        return mixer == .attention ? try b.map(x, height: height, width: width) : x
    }

    /// The residual sum, with the scales of the generation.
    private func joined(
        _ b: GraphBuilder,
        _ x: Value,
        _ branch: Value,
        _ number: Int,
        _ mixer: Mixer,
        scalesResidual: Bool
    ) throws(GraphError) -> Value {
        func scaled(_ value: Value, _ name: String) throws(GraphError) -> Value {
            try b.scope("\(name)\(number)") { () throws(GraphError) in
                try mixer == .attention ? b.featureScale(value, "scale") : b.channelScale(value, "scale")
            }
        }
        let residual = scalesResidual ? try scaled(x, "res_scale") : x
        return try b.add(residual, generation == .poolFormer ? scaled(branch, "layer_scale") : branch)
    }

    private func mix(_ b: GraphBuilder, _ x: Value, _ mixer: Mixer) throws(GraphError) -> Value {
        switch mixer {
        case .pooling:
            let window = Pooling(
                kind: .average(countsPadding: false),
                kernel: 3,
                stride: 1,
                padding: Edges(1)
            )
            return try b.append(.binary(.subtract), [b.pool(x, window), x])
        case .convolution:
            let inner = 2 * x.channels
            var y = try b.convolve(x, "pwconv1", inner, hasBias: false)
            y = try starReLU(b, y, "act1")
            y = try b.convolve(y, "dwconv", inner, kernel: 7, groups: inner, hasBias: false)
            return try b.convolve(y, "pwconv2", x.channels, hasBias: false)
        case .attention:
            let layer = SelfAttention(heads: x.features / 32, hasBias: false, hasProjectionBias: false)
            return try b.selfAttention(x, layer)
        }
    }

    private func perceptron(_ b: GraphBuilder, _ x: Value, _ mixer: Mixer) throws(GraphError) -> Value {
        if generation == .poolFormer {
            return try b.convolutionalFeedForward(x, hidden: 4 * x.channels)
        }
        guard mixer == .attention else {
            let inner = try starReLU(b, b.convolve(x, "fc1", 4 * x.channels, hasBias: false), "act")
            return try b.convolve(inner, "fc2", x.channels, hasBias: false)
        }
        let inner = try starReLU(b, b.linear(x, "fc1", 4 * x.features, hasBias: false), "act")
        return try b.linear(inner, "fc2", x.features, hasBias: false)
    }

    /// `scale relu(x)^2 + bias` with learned scalars.
    private func starReLU(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let positive = try b.activation(x, .relu)
            let scaled = try b.multiply(b.multiply(positive, positive), b.parameter("scale", [1]))
            return try b.add(scaled, b.parameter("bias", [1]))
        }
    }

    /// A block's normalisation: LayerNorm over channels, or over all of a picture where tokens are pooled.
    private func normalization(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ mixer: Mixer
    ) throws(GraphError) -> Value {
        guard mixer == .pooling else { return try channelNormalization(b, x, name, mixer) }
        return try b.scope(name) { () throws(GraphError) in
            let isOld = generation == .poolFormer
            let weight = try b.parameter("weight", [x.channels])
            let bias = try isOld ? b.parameter("bias", [x.channels]) : zeros(b, x.channels)
            let operation = Operator.groupNormalization(groups: 1, epsilon: isOld ? 1e-5 : 1e-6)
            return try b.append(operation, [x, weight, bias])
        }
    }

    /// LayerNorm without bias over channels or features.
    private func channelNormalization(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ mixer: Mixer = .convolution
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let axis = mixer == .attention ? 2 : 1
            let extent = x.type.extents[axis]
            let weight = try b.parameter("weight", [extent])
            return try b.append(
                .layerNormalization(axis: axis, epsilon: 1e-6),
                [x, weight, zeros(b, extent)]
            )
        }
    }

    private func zeros(_ b: GraphBuilder, _ count: Int) throws(GraphError) -> Value {
        try b.constant([Float](repeating: 0, count: count), [count])
    }

    /// Brings the names of the papers' checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.conv.weight"] == nil else { return }
        let isFirstGeneration = tensors["network.0.0.mlp.fc1.weight"] != nil
        try TensorNames.rename(&tensors) { name in
            var renamed = name
            if isFirstGeneration {
                renamed = TensorNames.replacingPatterns(
                    renamed,
                    [("layer_scale_([0-9]+)", "layer_scale$1.scale")]
                )
                renamed = TensorNames.replacing(
                    renamed,
                    [
                        ("network.1", "downsample_layers.1"), ("network.3", "downsample_layers.2"),
                        ("network.5", "downsample_layers.3"), ("network.2", "network.1"),
                        ("network.4", "network.2"), ("network.6", "network.3"), ("network", "stages"),
                    ]
                )
            }
            renamed = TensorNames.replacingPatterns(
                renamed,
                [("downsample_layers.([0-9]+)", "stages.$1.downsample")]
            )
            renamed = TensorNames.replacing(
                renamed,
                [("downsample.proj", "downsample.conv"), ("patch_embed.proj", "patch_embed.conv")]
            )
            renamed = TensorNames.replacingPatterns(renamed, [("([0-9]+)\\.([0-9]+)", "$1.blocks.$2")])
            renamed = TensorNames.replacing(
                renamed,
                [
                    ("stages.0.downsample", "patch_embed"), ("patch_embed", "stem"), ("post_norm", "norm"),
                    ("pre_norm", "norm"),
                ]
            )
            return TensorNames.replacingPatterns(
                renamed,
                [("^head", "head.fc"), ("^norm", "head.norm")]
            )
        }
        // Linear layers of the papers are 1x1 convolutions here, except in stages of attention.
        for (name, tensor) in tensors where tensor.shape.rank == 2 && name.hasSuffix(".weight") {
            let parts = name.split(separator: ".")
            guard parts.first == "stages", let stage = parts.dropFirst().first.flatMap({ Int($0) }),
                mixers.indices.contains(stage), mixers[stage] != .attention
            else { continue }
            tensors[name] = tensor.reshaped(to: Shape(tensor.shape.dimensions + [1, 1]))
        }
    }
}
