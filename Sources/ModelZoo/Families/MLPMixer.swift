internal import Foundation
internal import Graph
internal import Tensors

// MLP-Mixer, ResMLP and gMLP: perceptrons over the tokens in the place of attention.
//
// Papers: MLP-Mixer (https://arxiv.org/abs/2105.01601), ResMLP (https://arxiv.org/abs/2105.03404), Pay Attention to MLPs
// (https://arxiv.org/abs/2105.08050).
// Source: timm/models/mlp_mixer.py (timm 1.0.31). No deviations. The layers over tokens hold one weight a token, so a
// picture of another number of patches is refused, as timm refuses the checkpoint.

/// The numbers of an MLP-Mixer.
struct MLPMixer: ModelConfiguration, Equatable {
    /// A block's layers.
    enum Block: Sendable, Equatable {
        /// Two perceptrons: over the tokens, over the features.
        case mixer
        /// The same, gated.
        case gatedMixer
        /// A linear layer over the tokens, affine maps for normalisation, layer scales.
        case residual
        /// One perceptron with a gate that mixes the tokens.
        case gating
    }

    var patch = 16
    var depth: Int
    var width: Int
    var block: Block = .mixer
    /// Hidden features over the width: of the tokens' perceptron and of the features'.
    var ratios: [Double] = [0.5, 4]

    private static let size = 224

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        b.amplifiesRounding = block == .gatedMixer
        let map = try b.scope("stem") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: patch, width: width)
        }
        let native = (Self.size / patch) * (Self.size / patch)
        guard map.height * map.width == native else {
            throw b.failure(
                "the layers over tokens are made for \(native) patches of \(patch)x\(patch) pixels, a picture of "
                    + "\(options.height)x\(options.width) has \(map.height * map.width): use \(Self.size)x\(Self.size)",
                code: .unsupportedConfiguration
            )
        }
        var x = try b.tokens(map)
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                switch block {
                case .mixer, .gatedMixer: return try mixer(b, x)
                case .residual: return try residual(b, x)
                case .gating: return try gating(b, x)
                }
            }
        }
        x = try normalization(b, x, "norm")
        try b.linearClassifier(
            features: x,
            embedding: b.averagedTokens(x),
            classCount: options.classCount,
            name: "head"
        )
    }

    private func mixer(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        func perceptron(_ x: Value, _ ratio: Double) throws(GraphError) -> Value {
            let isGated = block == .gatedMixer
            let layer = FeedForward(
                kind: isGated ? .gatedLast : .plain,
                hidden: Int(ratio * Double(width)),
                activation: isGated ? .silu : .gelu
            )
            return try b.feedForward(x, layer)
        }
        let turned = try b.transpose(normalization(b, x, "norm1"), [0, 2, 1])
        let mixed = try b.scope("mlp_tokens") { () throws(GraphError) in try perceptron(turned, ratios[0]) }
        let y = try b.add(x, b.transpose(mixed, [0, 2, 1]))
        let normal = try normalization(b, y, "norm2")
        let refined = try b.scope("mlp_channels") { () throws(GraphError) in
            try perceptron(normal, ratios[1])
        }
        return try b.add(y, refined)
    }

    private func residual(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let turned = try b.transpose(normalization(b, x, "norm1"), [0, 2, 1])
        let mixed = try b.linear(turned, "linear_tokens", turned.features)
        let y = try b.add(x, b.featureScale(b.transpose(mixed, [0, 2, 1]), "ls1"))
        let normal = try normalization(b, y, "norm2")
        let refined = try b.scope("mlp_channels") { () throws(GraphError) in
            try b.feedForward(normal, FeedForward(hidden: Int(ratios[1] * Double(width))))
        }
        return try b.add(y, b.featureScale(refined, "ls2"))
    }

    private func gating(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try normalization(b, x, "norm")
        let hidden = Int(ratios[1] * Double(width))
        let refined = try b.scope("mlp_channels") { () throws(GraphError) in
            let both = try b.activation(b.linear(normal, "fc1", hidden), .gelu)
            let value = try b.slice(both, axis: 2, 0, hidden / 2)
            let gate = try b.scope("gate") { () throws(GraphError) in
                let half = try b.slice(both, axis: 2, hidden / 2, hidden / 2)
                let normal = try b.layerNormalization(half, "norm", epsilon: 1e-5)
                let turned = try b.transpose(normal, [0, 2, 1])
                return try b.transpose(b.linear(turned, "proj", turned.features), [0, 2, 1])
            }
            return try b.linear(b.multiply(value, gate), "fc2", width)
        }
        return try b.add(x, refined)
    }

    private func normalization(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        guard block == .residual else { return try b.layerNormalization(x, name) }
        return try b.scope(name) { () throws(GraphError) in
            let scaled = try b.multiply(x, b.parameter("alpha", [1, 1, width]))
            return try b.add(scaled, b.parameter("beta", [1, 1, width]))
        }
    }

    /// Brings the names of ResMLP's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["patch_embed.proj.weight"] != nil else { return }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(
                name,
                [
                    ("patch_embed.", "stem."), ("attn.", "linear_tokens."), ("mlp.", "mlp_channels."),
                    ("gamma_", "ls"),
                ]
            )
        }
        for (name, tensor) in tensors where name.hasSuffix(".alpha") || name.hasSuffix(".beta") {
            tensors[name] = TensorNames.reshaped(tensor, [1, 1, tensor.count])
        }
    }
}
