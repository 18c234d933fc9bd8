internal import Graph

/// The normalisation of a network's layers, with what follows it.
enum Normalization: Sendable, Equatable {
    case batch(epsilon: Float = 1e-5)
    /// Groups of this many channels each.
    case groupsOfSize(Int)
    /// This many groups.
    case groups(Int)
    /// LayerNorm over the channels of each position.
    case layer
    /// Division by the root of the channels' mean square at each position, then a scale: timm's `RmsNorm2d`.
    case rootMeanSquare
    /// EvoNorm-S0 over groups of `size` channels: normalisation and activation in one
    /// (https://arxiv.org/abs/2004.02967).
    case evolvedS0(groupSize: Int)
    /// EvoNorm-S0 over this many groups.
    case evolvedS0InGroups(Int)
    /// EvoNorm-S0a over groups of `size` channels: normalised where it is not activated too, with a larger epsilon.
    case evolvedS0a(groupSize: Int)
    /// Filter response normalisation with its threshold for an activation (https://arxiv.org/abs/1911.09737).
    case filterResponse
}

extension GraphBuilder {
    /// A normalisation at the current path and the activation after it; EvoNorm has its own and ignores `activation`
    /// unless it is nil, which leaves both out.
    func normalization(
        _ x: Value,
        _ kind: Normalization,
        _ activation: Activation?
    ) throws(GraphError) -> Value {
        switch kind {
        case .batch(let epsilon):
            return try self.activation(batchNormalization(x, epsilon: epsilon), activation)
        case .groups(let groups):
            return try self.activation(groupNormalization(x, groups: groups), activation)
        case .groupsOfSize(let size):
            guard x.channels % size == 0 else {
                throw failure("\(x.channels) channels do not make groups of \(size)")
            }
            return try self.activation(groupNormalization(x, groups: x.channels / size), activation)
        case .layer:
            return try self.activation(layerNormalization(x, axis: 1), activation)
        case .rootMeanSquare:
            let weight = try parameter("weight", [x.channels])
            let y = try append(.rootMeanSquareNormalization(axis: 1, epsilon: 1e-6), [x, weight])
            return try self.activation(y, activation)
        case .evolvedS0(let groupSize):
            return try evolvedNormalization(x, groupSize: groupSize, isActivated: activation != nil)
        case .evolvedS0InGroups(let groups):
            let size = x.channels / groups
            return try evolvedNormalization(x, groupSize: size, isActivated: activation != nil)
        case .evolvedS0a(let groupSize):
            return try evolvedNormalization(
                x,
                groupSize: groupSize,
                isActivated: activation != nil,
                normalizesAlways: true,
                epsilon: 1e-3
            )
        case .filterResponse:
            return try filterResponseNormalization(x, isActivated: activation != nil)
        }
    }

    /// PyTorch's GroupNorm at the current path.
    func groupNormalization(_ x: Value, groups: Int, epsilon: Float = 1e-5) throws(GraphError) -> Value {
        let weight = try parameter("weight", [x.channels])
        let bias = try parameter("bias", [x.channels])
        return try append(.groupNormalization(groups: groups, epsilon: epsilon), [x, weight, bias])
    }

    /// `x sigmoid(v x) / std(x)` over groups of channels, then an affine map a channel.
    ///
    /// Source: timm/layers/evo_norm.py, `EvoNorm2dS0`.
    private func evolvedNormalization(
        _ x: Value,
        groupSize: Int,
        isActivated: Bool,
        normalizesAlways: Bool = false,
        epsilon: Float = 1e-5
    ) throws(GraphError) -> Value {
        let channels = x.channels
        guard channels % groupSize == 0 else {
            throw failure("\(channels) channels do not make groups of \(groupSize)")
        }
        var y = x
        if isActivated {
            let v = try perChannel(parameter("v", [channels]))
            y = try multiply(x, activation(multiply(x, v), .sigmoid))
        }
        if isActivated || normalizesAlways {
            let groups = [channels / groupSize, groupSize * x.height * x.width]
            let grouped = try reshape(x, groups)
            let variance = try append(.reduction(.variance, axes: [2], keepsAxes: true), [grouped])
            let shifted = try append(.affine(multiplier: 1, offset: epsilon), [variance])
            let deviation = try activation(shifted, .squareRoot)
            let numerator = try reshape(y, groups)
            y = try reshape(
                append(.binary(.divide), [numerator, deviation]),
                [channels, x.height, x.width]
            )
        }
        let weight = try perChannel(parameter("weight", [channels]))
        let bias = try perChannel(parameter("bias", [channels]))
        return try add(multiply(y, weight), bias)
    }

    /// `x / rms(x)` over the positions, an affine map a channel, and a maximum with a threshold a channel.
    ///
    /// Source: timm/layers/filter_response_norm.py, `FilterResponseNormTlu2d`.
    private func filterResponseNormalization(_ x: Value, isActivated: Bool) throws(GraphError) -> Value {
        let power = try globalAveragePool(multiply(x, x), keepsAxes: true)
        let shifted = try append(.affine(multiplier: 1, offset: 1e-5), [power])
        let scaled = try multiply(x, activation(shifted, .reciprocalSquareRoot))
        let weight = try perChannel(parameter("weight", [x.channels]))
        let bias = try perChannel(parameter("bias", [x.channels]))
        let y = try add(multiply(scaled, weight), bias)
        guard isActivated else { return y }
        return try append(.binary(.maximum), [y, perChannel(parameter("tau", [x.channels]))])
    }

    /// A vector `[C]` as `[C, 1, 1]`, so that it broadcasts over `[N, C, H, W]`.
    func perChannel(_ vector: Value) throws(GraphError) -> Value {
        try append(.reshape(.constant(vector.type.dimensions + [1, 1])), [vector])
    }
}
