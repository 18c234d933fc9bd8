internal import Graph

/// Layers in a scope of their own, as modules with a name stand in timm's code.
extension GraphBuilder {
    /// A linear layer called `name` over the last axis.
    func linear(
        _ x: Value,
        _ name: String,
        _ features: Int,
        hasBias: Bool = true
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in try linear(x, features, hasBias: hasBias) }
    }

    /// A convolution called `name`, padded by `padding`, or so that an odd filter of stride 1 keeps the extents.
    func convolve(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        padding: Int? = nil,
        groups: Int = 1,
        hasBias: Bool = true
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let shape = Convolution(
                outputChannels: outputs,
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: Edges(padding ?? (kernel - 1) / 2),
                groups: groups
            )
            return try convolution(x, shape, hasBias: hasBias)
        }
    }

    /// A linear layer called `name` over the channels of `[N, C, H, W]`: PyTorch's Linear with the channels last, as the
    /// 1x1 convolution that it is, so that the map need not be turned.
    func pointwise(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        hasBias: Bool = true
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let matrix = try parameter("weight", [outputs, x.channels])
            let weight = try reshapeStatic(matrix, [outputs, x.channels, 1, 1])
            let bias = hasBias ? [try parameter("bias", [outputs])] : []
            return try append(
                .convolution(Convolution(outputChannels: outputs, kernel: 1)),
                [x, weight] + bias
            )
        }
    }

    /// A batch norm called `name`, then `activation`.
    func batchNormalization(
        _ x: Value,
        _ name: String,
        _ activation: Activation? = nil,
        epsilon: Float = 1e-5
    ) throws(GraphError) -> Value {
        let y = try scope(name) { () throws(GraphError) in try batchNormalization(x, epsilon: epsilon) }
        return try self.activation(y, activation)
    }

    /// A LayerNorm called `name` over `axis`, the last where nil.
    func layerNormalization(
        _ x: Value,
        _ name: String,
        axis: Int? = nil,
        epsilon: Float = 1e-6
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            try layerNormalization(x, axis: axis, epsilon: epsilon)
        }
    }

    /// `multiplier x + offset`.
    func affine(_ x: Value, _ multiplier: Float, _ offset: Float = 0) throws(GraphError) -> Value {
        try append(.affine(multiplier: multiplier, offset: offset), [x])
    }

    /// Axes in another order; axis 0 of a batched value is the batch.
    func transpose(_ x: Value, _ permutation: [Int]) throws(GraphError) -> Value {
        try append(.transpose(permutation: permutation), [x])
    }

    /// Elements `start..<start + count` along `axis`.
    func slice(_ x: Value, axis: Int, _ start: Int, _ count: Int) throws(GraphError) -> Value {
        try append(.slice(axis: axis, start: start, count: count, step: 1), [x])
    }

    /// Values side by side along `axis`; one value alone is itself.
    func concatenate(_ values: [Value], axis: Int) throws(GraphError) -> Value {
        if values.count == 1 { return values[0] }
        return try append(.concatenation(axis: axis), values)
    }

    /// The mean over `axes`.
    func mean(_ x: Value, axes: [Int], keepsAxes: Bool = false) throws(GraphError) -> Value {
        try append(.reduction(.mean, axes: axes, keepsAxes: keepsAxes), [x])
    }

    /// A static value under other extents.
    func reshapeStatic(_ x: Value, _ dimensions: [Int]) throws(GraphError) -> Value {
        try append(.reshape(.constant(dimensions)), [x])
    }

    /// `x` with each feature (the last axis) scaled by the parameter `name`.
    func featureScale(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try multiply(x, parameter(name, [x.features]))
    }

    /// `x` `[N, C, H, W]` with each channel scaled by the parameter `name` of shape `[C]`.
    func channelScale(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try multiply(x, perChannel(parameter(name, [x.channels])))
    }

    /// `[N, C, H, W]` as tokens `[N, H W, C]`.
    func tokens(_ map: Value) throws(GraphError) -> Value {
        let flat = try reshape(map, [map.channels, map.height * map.width])
        return try transpose(flat, [0, 2, 1])
    }

    /// Tokens `[N, H W, C]` as a map `[N, C, H, W]`.
    func map(_ tokens: Value, height: Int, width: Int) throws(GraphError) -> Value {
        let turned = try transpose(tokens, [0, 2, 1])
        return try reshape(turned, [tokens.features, height, width])
    }

    /// `[N, C, H, W]` with the channels last.
    func channelsLast(_ map: Value) throws(GraphError) -> Value { try transpose(map, [0, 2, 3, 1]) }

    /// `[N, H, W, C]` with the channels first.
    func channelsFirst(_ map: Value) throws(GraphError) -> Value { try transpose(map, [0, 3, 1, 2]) }

    /// Names the outputs of a model whose classifier is the linear layer `name` over `embedding`; without classes the
    /// logits are the embedding.
    func linearClassifier(
        features: Value,
        embedding: Value,
        classCount: Int,
        name: String
    ) throws(GraphError) {
        output(.features, features)
        output(.embedding, embedding)
        output(.logits, classCount > 0 ? try linear(embedding, name, classCount) : embedding)
    }

    /// Names the outputs of a distilled model: the mean of both tokens, and of the classifiers `head` and `head_dist`.
    ///
    /// Source: timm/models/deit.py, `VisionTransformerDistilled`.
    func distilledClassifier(
        features: Value,
        _ token: Value,
        _ second: Value,
        classCount: Int
    ) throws(GraphError) {
        let embedding = try affine(add(token, second), 0.5)
        output(.features, features)
        output(.embedding, embedding)
        guard classCount > 0 else { return output(.logits, embedding) }
        let first = try linear(token, "head", classCount)
        let other = try linear(second, "head_dist", classCount)
        output(.logits, try affine(add(first, other), 0.5))
    }
}
