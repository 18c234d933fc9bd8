internal import Graph

/// The blocks of MobileNet-V4 (https://arxiv.org/abs/2404.10518).
extension MobileLayers {
    /// `uir`: optional depthwise, expansion, optional depthwise, projection.
    ///
    /// Source: timm/models/_efficientnet_blocks.py, `UniversalInvertedResidual`; none has a depthwise layer at its end.
    func universal(_ x: Value, _ plan: PlannedBlock) throws(GraphError) -> Value {
        let start = plan.block.expansionKernel.sides[0]
        let middle = plan.block.kernel.sides[0]
        var y = x
        if start > 0 {
            y = try depthwise(
                y,
                "dw_start",
                start,
                stride: middle > 0 ? 1 : plan.stride,
                groups: groupCount(plan.block.groupSize ?? 1, channels: y.channels),
                nil
            )
        }
        let inner = ChannelRounding.divisible(Double(plan.inputs) * plan.expansion)
        y = try pointwise(y, "pw_exp", inner, activation(plan))
        if middle > 0 {
            y = try depthwise(
                y,
                "dw_mid",
                middle,
                stride: plan.stride,
                groups: groupCount(plan.block.groupSize ?? 1, channels: inner),
                activation(plan)
            )
        }
        y = try pointwise(y, "pw_proj", plan.outputs, nil)
        return try layerScaled(y)
    }

    /// `mqa`: attention over the positions whose heads share keys and values (https://arxiv.org/abs/1911.02150).
    ///
    /// Source: `MobileAttention`, timm/layers/attention2d.py, `MultiQueryAttention2d`.
    func attention(
        _ x: Value,
        _ plan: PlannedBlock,
        _ attention: MobileBlock.Attention
    ) throws(GraphError) -> Value {
        let b = builder
        let (heads, width) = (attention.heads, attention.width)
        let (height, breadth) = (x.height, x.width)
        let normal = try normalization(x, "norm", nil)
        let y = try b.scope("attn") { () throws(GraphError) in
            let projected = try b.convolution(normal, "query.proj", heads * width)
            let split = try b.reshape(projected, [heads, width, height * breadth])
            let turned = try b.append(.transpose(permutation: [0, 1, 3, 2]), [split])
            let queries = try b.reshape(turned, [heads * height * breadth, width])
            let scaled = try b.append(
                .affine(multiplier: 1 / Float(width).squareRoot(), offset: 0),
                [queries]
            )
            let keys = try sharedProjection(normal, "key", plan, attention)
            let values = try sharedProjection(normal, "value", plan, attention)
            let scores = try b.append(.matrixProduct(transposesRight: false), [scaled, keys])
            let weights = try b.append(.softmax(axis: 2), [scores])
            let mixed = try b.append(.matrixProduct(transposesRight: true), [weights, values])
            let perHead = try b.reshape(mixed, [heads, height * breadth, width])
            let channelsFirst = try b.append(.transpose(permutation: [0, 1, 3, 2]), [perHead])
            let map = try b.reshape(channelsFirst, [heads * width, height, breadth])
            return try b.convolution(map, "output.proj", plan.outputs)
        }
        return try layerScaled(y)
    }

    /// Keys or values of all heads: `[N, width, positions]`.
    private func sharedProjection(
        _ x: Value,
        _ name: String,
        _ plan: PlannedBlock,
        _ attention: MobileBlock.Attention
    ) throws(GraphError) -> Value {
        let b = builder
        return try b.scope(name) { () throws(GraphError) in
            var y = x
            if attention.stride > 1 {
                let kernel = plan.block.kernel.sides[0]
                y = try b.convolution(
                    y,
                    "down_conv",
                    y.channels,
                    kernel: Extent(kernel),
                    stride: attention.stride,
                    groups: y.channels,
                    padding: unequalPadding(y, kernel, stride: attention.stride)
                )
                y = try normalization(y, "norm", nil)
            }
            y = try b.convolution(y, "proj", attention.width)
            return try b.reshape(y, [attention.width, y.height * y.width])
        }
    }

    private func pointwise(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        _ activation: Activation?
    ) throws(GraphError) -> Value {
        try builder.convolutionBlock(
            x,
            name,
            outputs,
            normalization: model.normalization,
            activation: activation
        )
    }

    private func depthwise(
        _ x: Value,
        _ name: String,
        _ kernel: Int,
        stride: Int,
        groups: Int,
        _ activation: Activation?
    ) throws(GraphError) -> Value {
        try builder.convolutionBlock(
            x,
            name,
            x.channels,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            padding: unequalPadding(x, kernel, stride: stride),
            normalization: model.normalization,
            activation: activation,
            antiAliasing: model.antiAliasing
        )
    }

    /// The amounts of TensorFlow's padding; nil where the network pads symmetrically.
    private func unequalPadding(_ x: Value, _ kernel: Int, stride: Int) -> Edges? {
        guard model.padding == .same else { return nil }
        return model.padding.edges(height: x.height, width: x.width, kernel: kernel, stride: stride)
    }

    private func layerScaled(_ x: Value) throws(GraphError) -> Value {
        guard model.scalesLayers else { return x }
        return try builder.scope("layer_scale") { () throws(GraphError) in
            try builder.multiply(x, builder.perChannel(builder.parameter("gamma", [x.channels])))
        }
    }
}
