internal import Graph

/// The layers of an ``EfficientNet`` under its configuration.
///
/// Source: timm/models/_efficientnet_blocks.py.
struct MobileLayers {
    let builder: GraphBuilder
    let model: EfficientNet
    let pruned: PrunedWidths

    /// A block at the current path.
    func block(_ x: Value, _ plan: PlannedBlock) throws(GraphError) -> Value {
        let y: Value
        switch plan.block.kind {
        case .convolution: y = try single(x, plan)
        case .depthwiseSeparable(let activatesProjection):
            y = try separable(x, plan, activatesProjection: activatesProjection)
        case .invertedResidual: y = try inverted(x, plan)
        case .edgeResidual: y = try edge(x, plan)
        case .universal: y = try universal(x, plan)
        case .attention(let attention): y = try self.attention(x, plan, attention)
        }
        return plan.hasShortcut ? try builder.add(y, x) : y
    }

    /// `cn`: convolution, normalisation, activation.
    private func single(_ x: Value, _ plan: PlannedBlock) throws(GraphError) -> Value {
        let groups = try groupCount(plan.block.groupSize ?? 0, channels: plan.inputs)
        var y = try convolution(
            x,
            "conv",
            plan.outputs,
            plan.block.kernel,
            stride: unblurred(plan.stride),
            groups: groups
        )
        y = try normalization(y, "bn1", activation(plan))
        return try blurred(y, stride: plan.stride)
    }

    /// `ds` and `dsa`: depthwise, gate, projection.
    private func separable(
        _ x: Value,
        _ plan: PlannedBlock,
        activatesProjection: Bool
    ) throws(GraphError) -> Value {
        var y = x
        var kernel = plan.block.kernel
        var padding = model.padding
        var inputs = plan.inputs
        let startsRegion = plan.spaceToDepth == .first
        if startsRegion {
            inputs *= 4
            y = try convolution(y, "conv_s2d", inputs, KernelExtents(2), stride: 2, padding: .same)
            y = try normalization(y, "bn_s2d", activation(plan))
            kernel.sides = kernel.sides.map { ($0 + 1) / 2 }
            if kernel.sides == [2] { padding = .same }
        }
        let groups = try groupCount(plan.block.groupSize ?? 1, channels: inputs)
        y = try convolution(
            y,
            "conv_dw",
            inputs,
            kernel,
            stride: startsRegion ? plan.stride : unblurred(plan.stride),
            groups: groups,
            padding: padding
        )
        y = try normalization(y, "bn1", activation(plan))
        if !startsRegion { y = try blurred(y, stride: plan.stride) }
        y = try gated(y, plan)
        y = try convolution(y, "conv_pw", plan.outputs, plan.block.projectionKernel)
        return try normalization(y, "bn2", activatesProjection ? activation(plan) : nil)
    }

    /// `ir`: expansion, depthwise, gate, projection; conditional where the block has experts.
    private func inverted(_ x: Value, _ plan: PlannedBlock) throws(GraphError) -> Value {
        guard plan.spaceToDepth != .first else {
            throw builder.failure(
                "space-to-depth begins in a depthwise-separable block only",
                code: .unsupportedConfiguration
            )
        }
        let routing = plan.block.experts > 0 ? try self.routing(x, experts: plan.block.experts) : nil
        let inner = ChannelRounding.divisible(Double(plan.inputs) * plan.expansion)
        let groups = try groupCount(plan.block.groupSize ?? 1, channels: inner)
        var y = try convolution(x, "conv_pw", inner, plan.block.expansionKernel, routing: routing)
        y = try normalization(y, "bn1", activation(plan))
        y = try convolution(
            y,
            "conv_dw",
            inner,
            plan.block.kernel,
            stride: unblurred(plan.stride),
            groups: groups,
            routing: routing
        )
        y = try normalization(y, "bn2", activation(plan))
        y = try blurred(y, stride: plan.stride)
        y = try gated(y, plan)
        y = try convolution(y, "conv_pwl", plan.outputs, plan.block.projectionKernel, routing: routing)
        return try normalization(y, "bn3", nil)
    }

    /// `er`: a full convolution that expands, gate, projection.
    private func edge(_ x: Value, _ plan: PlannedBlock) throws(GraphError) -> Value {
        let inner = ChannelRounding.divisible(Double(plan.expandedInputs) * plan.expansion)
        let groups = try groupCount(plan.block.groupSize ?? 0, channels: inner)
        var y = try convolution(
            x,
            "conv_exp",
            inner,
            plan.block.kernel,
            stride: unblurred(plan.stride),
            groups: groups
        )
        y = try normalization(y, "bn1", activation(plan))
        y = try blurred(y, stride: plan.stride)
        y = try gated(y, plan)
        y = try convolution(y, "conv_pwl", plan.outputs, plan.block.projectionKernel)
        return try normalization(y, "bn2", nil)
    }

    /// The gate on the channels, where the block has one.
    private func gated(_ x: Value, _ plan: PlannedBlock) throws(GraphError) -> Value {
        guard plan.squeezeRatio > 0 else { return x }
        return try builder.scope("se") { () throws(GraphError) in
            switch model.attention {
            case .globalContext:
                return try builder.channelAttention(
                    x,
                    .globalContext(ratio: plan.squeezeRatio),
                    activation: activation(plan)
                )
            case .squeezeExcitation:
                let exact = Double(x.channels) * plan.squeezeRatio
                let planned =
                    switch model.squeeze.rounding {
                    // Python's round: halves go to the even neighbour.
                    case .nearest: Int(exact.rounded(.toNearestOrEven))
                    case .divisible(let limit): ChannelRounding.divisible(exact, limit: limit)
                    }
                let width = pruned.width(at: builder.currentPath + ".conv_reduce", planned: planned)
                let gate = try builder.bottleneckGate(
                    builder.globalAveragePool(x, keepsAxes: true),
                    reducedTo: width,
                    names: ("conv_reduce", "conv_expand"),
                    activation: model.squeeze.activation ?? activation(plan),
                    gate: model.squeeze.gate
                )
                return try builder.multiply(x, gate)
            }
        }
    }

    /// The weights of the experts for each picture, `[N, experts]`.
    private func routing(_ x: Value, experts: Int) throws(GraphError) -> Value {
        let pooled = try builder.globalAveragePool(x)
        let scores = try builder.scope("routing_fn") { () throws(GraphError) in
            try builder.linear(pooled, experts)
        }
        return try builder.activation(scores, .sigmoid)
    }

    func activation(_ plan: PlannedBlock) -> Activation {
        plan.block.activation ?? model.trunk.activation
    }

    func groupCount(_ groupSize: Int, channels: Int) throws(GraphError) -> Int {
        guard groupSize > 0 else { return 1 }
        guard channels % groupSize == 0 else {
            throw builder.failure("\(channels) channels do not make groups of \(groupSize)")
        }
        return channels / groupSize
    }

    private func unblurred(_ stride: Int) -> Int { model.antiAliasing == nil ? stride : 1 }

    private func blurred(_ x: Value, stride: Int) throws(GraphError) -> Value {
        guard let antiAliasing = model.antiAliasing, stride > 1 else { return x }
        return try builder.antiAliased(x, antiAliasing, stride: stride)
    }

    /// A normalisation called `name` and the activation after it.
    func normalization(_ x: Value, _ name: String, _ activation: Activation?) throws(GraphError) -> Value {
        try builder.scope(name) { () throws(GraphError) in
            try builder.normalization(x, model.normalization, activation)
        }
    }
}
