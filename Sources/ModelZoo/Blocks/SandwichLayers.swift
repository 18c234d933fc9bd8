internal import Graph

/// The layers around the attention of EfficientViT's sandwich (https://arxiv.org/abs/2305.07027), which SHViT has too:
/// residual depthwise convolutions and perceptrons, and the halving of a map between them.
///
/// Source: timm/models/efficientvit_msra.py and timm/models/shvit.py.
struct SandwichLayers {
    let builder: GraphBuilder
    /// What a convolution is called beside its normalisation `bn`.
    let convolutionName: String

    /// A convolution, its normalisation and an activation under `name`.
    func unit(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        activation: Activation? = nil
    ) throws(GraphError) -> Value {
        try builder.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            layers: (convolutionName, "bn"),
            activation: activation
        )
    }

    /// Four 3x3 convolutions of stride 2; `width` comes out.
    func stem(_ x: Value, names: [String], width: Int) throws(GraphError) -> Value {
        var y = x
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            y = try unit(
                y,
                name,
                width >> (names.count - 1 - index),
                kernel: 3,
                stride: 2,
                activation: isLast ? nil : .relu
            )
        }
        return y
    }

    /// The input plus its depthwise convolution.
    func depthwise(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try builder.add(x, unit(x, "\(name).m", x.channels, kernel: 3, groups: x.channels))
    }

    /// The input plus what a perceptron of twice the width makes of it.
    func feedForward(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try builder.scope("\(name).m") { () throws(GraphError) in
            let inner = try unit(x, "pw1", 2 * x.channels, activation: .relu)
            return try builder.add(x, unit(inner, "pw2", x.channels))
        }
    }

    /// A map of half the extents and `width` channels; `names` are those of convolution, perceptron, merging,
    /// convolution and perceptron.
    func downsample(_ x: Value, width: Int, names: [String]) throws(GraphError) -> Value {
        var y = try feedForward(depthwise(x, names[0]), names[1])
        y = try builder.scope(names[2]) { () throws(GraphError) in
            let hidden = 4 * y.channels
            var merged = try unit(y, "conv1", hidden, activation: .relu)
            merged = try unit(
                merged,
                "conv2",
                hidden,
                kernel: 3,
                stride: 2,
                groups: hidden,
                activation: .relu
            )
            merged = try builder.scope("se") { () throws(GraphError) in
                try builder.channelAttention(merged, .squeezeExcitation(ratio: 0.25))
            }
            return try unit(merged, "conv3", width)
        }
        return try feedForward(depthwise(y, names[3]), names[4])
    }

    /// Attention of one head over the positions of maps; `bias` `[1, positions, positions]` is added to the scores.
    func attention(query: Value, key: Value, value: Value, bias: Value? = nil) throws(GraphError) -> Value {
        let positions = query.height * query.width
        func flat(_ x: Value) throws(GraphError) -> Value {
            try builder.reshape(x, [x.channels, positions])
        }
        let rows = try builder.affine(
            builder.transpose(flat(query), [0, 2, 1]),
            1 / Float(query.channels).squareRoot()
        )
        var scores = try builder.append(.matrixProduct(transposesRight: false), [rows, flat(key)])
        if let bias { scores = try builder.add(scores, bias) }
        let weights = try builder.append(.softmax(axis: 2), [scores])
        let mixed = try builder.append(.matrixProduct(transposesRight: true), [flat(value), weights])
        return try builder.reshape(mixed, value.type.dimensions)
    }

    /// Names the outputs: the classifier normalises the averages before its linear layer `head.layer`.
    func classifier(_ x: Value, classCount: Int, layer: String) throws(GraphError) {
        let pooled = try builder.globalAveragePool(x)
        builder.output(.features, x)
        builder.output(.embedding, pooled)
        guard classCount > 0 else { return builder.output(.logits, pooled) }
        let normal = try builder.normalization(pooled, "head.bn", nil)
        builder.output(.logits, try builder.linear(normal, "head.\(layer)", classCount))
    }
}
