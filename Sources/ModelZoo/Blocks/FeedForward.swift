internal import Graph

/// The two-layer perceptron of a transformer's block.
///
/// Source: timm/layers/mlp.py.
struct FeedForward: Sendable, Equatable {
    /// How the hidden features come about.
    enum Kind: Sendable, Equatable {
        /// `fc2(act(fc1(x)))`: `Mlp`.
        case plain
        /// One layer of twice the width whose first half is activated and multiplies the second: `SwiGLUPacked`, and
        /// `GluMlp` with `gate_last=False`.
        case gatedFirst
        /// The same with the second half activated: `GluMlp`.
        case gatedLast
        /// Two layers, the activated one called `fc1_g`: `SwiGLU`.
        case gatedApart
    }

    var kind: Kind = .plain
    /// Hidden features (of `gatedFirst` and `gatedLast` both halves).
    var hidden: Int
    var activation: Activation = .gelu
    /// The normalisation of the hidden features.
    var normalization: TokenNormalization?
    var hasBias = true
    /// Features that come out; as many as come in where nil.
    var outputs: Int?
}

extension GraphBuilder {
    /// A perceptron at the current path over the last axis.
    func feedForward(_ x: Value, _ layer: FeedForward) throws(GraphError) -> Value {
        let axis = x.type.rank - 1
        var hidden: Value
        switch layer.kind {
        case .plain:
            hidden = try activation(
                linear(x, "fc1", layer.hidden, hasBias: layer.hasBias),
                layer.activation
            )
        case .gatedFirst, .gatedLast:
            let both = try linear(x, "fc1", layer.hidden, hasBias: layer.hasBias)
            let half = layer.hidden / 2
            let first = try slice(both, axis: axis, 0, half)
            let second = try slice(both, axis: axis, half, half)
            hidden =
                layer.kind == .gatedFirst
                ? try multiply(activation(first, layer.activation), second)
                : try multiply(first, activation(second, layer.activation))
        case .gatedApart:
            let gate = try linear(x, "fc1_g", layer.hidden, hasBias: layer.hasBias)
            let value = try linear(x, "fc1_x", layer.hidden, hasBias: layer.hasBias)
            hidden = try multiply(activation(gate, layer.activation), value)
        }
        if let normalization = layer.normalization {
            hidden = try self.normalization(hidden, "norm", normalization)
        }
        return try linear(hidden, "fc2", layer.outputs ?? x.features, hasBias: layer.hasBias)
    }

    /// A perceptron of two 1x1 convolutions called `fc1` and `fc2` at the current path.
    func convolutionalFeedForward(
        _ x: Value,
        hidden: Int,
        activation: Activation = .gelu,
        outputs: Int? = nil
    ) throws(GraphError) -> Value {
        let inner = try self.activation(convolve(x, "fc1", hidden), activation)
        return try convolve(inner, "fc2", outputs ?? x.channels)
    }
}
