internal import Foundation
internal import Graph

/// A gate on the channels at the end of a residual branch.
enum ChannelAttention: Sendable, Equatable {
    /// Squeeze-and-excitation (https://arxiv.org/abs/1709.01507): the reduced width is `ratio` times the channels, a
    /// multiple of `divisor`.
    case squeezeExcitation(ratio: Double = 1.0 / 16, divisor: Int = 8)
    /// ECA (https://arxiv.org/abs/1910.03151): a convolution along the channels.
    case efficient
    /// Global context (https://arxiv.org/abs/1904.11492): a softmax over the positions pools, two layers gate.
    case globalContext(ratio: Double = 1.0 / 8)
    /// Global context that is added in place of gating.
    case addedGlobalContext(ratio: Double = 1.0 / 8)
    /// Bilinear attention (https://arxiv.org/abs/1912.06607): rows and columns of blocks mix.
    case bilinear(blocks: Int)
}

extension GraphBuilder {
    /// Gates the channels of `x` by its own content, at the current path.
    ///
    /// `plannedChannels` is the width before pruning, of which ECA's extent is a function; `inner` follows the
    /// reducing layer.
    func channelAttention(
        _ x: Value,
        _ attention: ChannelAttention,
        plannedChannels: Int? = nil,
        activation inner: Activation = .relu
    ) throws(GraphError) -> Value {
        switch attention {
        case .squeezeExcitation(let ratio, let divisor):
            let width = ChannelRounding.divisible(Double(x.channels) * ratio, by: divisor, limit: 0)
            let squeezed = try globalAveragePool(x, keepsAxes: true)
            return try multiply(
                x,
                bottleneckGate(squeezed, reducedTo: width, names: ("fc1", "fc2"), activation: inner)
            )
        case .efficient:
            return try efficientAttention(x, plannedChannels: plannedChannels ?? x.channels)
        case .globalContext(let ratio):
            let gate = try globalContext(x, ratio: ratio, name: "mlp_scale", activation: inner)
            return try multiply(x, activation(gate, .sigmoid))
        case .addedGlobalContext(let ratio):
            return try add(x, globalContext(x, ratio: ratio, name: "mlp_add", activation: inner))
        case .bilinear(let blocks): return try bilinearAttention(x, blocks: blocks)
        }
    }

    /// Two 1x1 convolutions with biases and a function to [0, 1]: the gate of squeeze-and-excitation, `[N, C, 1, 1]`.
    func bottleneckGate(
        _ squeezed: Value,
        reducedTo width: Int,
        names: (reduce: String, expand: String),
        activation inner: Activation,
        gate: Activation = .sigmoid
    ) throws(GraphError) -> Value {
        let reduced = try scope(names.reduce) { () throws(GraphError) in
            try convolution(squeezed, Convolution(outputChannels: width, kernel: 1), hasBias: true)
        }
        let active = try activation(reduced, inner)
        let expanded = try scope(names.expand) { () throws(GraphError) in
            let shape = Convolution(outputChannels: squeezed.channels, kernel: 1)
            return try convolution(active, shape, hasBias: true)
        }
        return try activation(expanded, gate)
    }

    /// Gates the channels by one layer of their averages, `fc` at the current path (https://arxiv.org/abs/1911.06667).
    ///
    /// Source: timm/layers/squeeze_excite.py, `EffectiveSEModule`.
    func effectiveSqueeze(_ x: Value) throws(GraphError) -> Value {
        let squeezed = try globalAveragePool(x, keepsAxes: true)
        let score = try convolution(squeezed, "fc", x.channels, hasBias: true)
        return try multiply(x, activation(score, .hardSigmoid))
    }

    /// Source: timm/layers/eca.py, `EcaModule`.
    private func efficientAttention(_ x: Value, plannedChannels: Int) throws(GraphError) -> Value {
        let steps = Int(abs(log2(Double(plannedChannels)) + 1) / 2)
        let extent = max(steps % 2 == 1 ? steps : steps + 1, 3)
        // The channels lie along the width of a picture of one row.
        let row = try reshape(globalAveragePool(x), [1, 1, x.channels])
        let filter = try scope("conv") { () throws(GraphError) in try parameter("weight", [1, 1, extent]) }
        let kernel = try append(.reshape(.constant([1, 1, 1, extent])), [filter])
        let reach = (extent - 1) / 2
        let shape = Convolution(
            outputChannels: 1,
            kernel: Extent(height: 1, width: extent),
            padding: Edges(top: 0, left: reach, bottom: 0, right: reach)
        )
        let mixed = try append(.convolution(shape), [row, kernel])
        let gate = try activation(reshape(mixed, [x.channels, 1, 1]), .sigmoid)
        return try multiply(x, gate)
    }

    /// What the layers called `name` make of the context, `[N, C, 1, 1]`.
    ///
    /// Source: timm/layers/global_context.py, `GlobalContext`.
    private func globalContext(
        _ x: Value,
        ratio: Double,
        name: String,
        activation inner: Activation
    ) throws(GraphError) -> Value {
        let positions = x.height * x.width
        let score = try scope("conv_attn") { () throws(GraphError) in
            try convolution(x, Convolution(outputChannels: 1, kernel: 1), hasBias: true)
        }
        let weights = try append(.softmax(axis: 2), [reshape(score, [1, positions])])
        let flat = try reshape(x, [x.channels, positions])
        let context = try append(.matrixProduct(transposesRight: true), [flat, weights])
        let pooled = try reshape(context, [x.channels, 1, 1])
        let width = ChannelRounding.divisible(Double(x.channels) * ratio, by: 1, limit: 0)
        return try scope(name) { () throws(GraphError) in
            let reduced = try scope("fc1") { () throws(GraphError) in
                try convolution(pooled, Convolution(outputChannels: width, kernel: 1), hasBias: true)
            }
            let normal = try scope("norm") { () throws(GraphError) in
                try layerNormalization(reduced, axis: 1, epsilon: 1e-6)
            }
            let active = try activation(normal, inner)
            return try scope("fc2") { () throws(GraphError) in
                try convolution(active, Convolution(outputChannels: x.channels, kernel: 1), hasBias: true)
            }
        }
    }
}
