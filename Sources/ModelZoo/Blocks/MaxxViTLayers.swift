internal import Graph

/// The blocks of a ``MaxxViT`` under its configuration.
struct MaxxViTLayers {
    let builder: GraphBuilder
    let model: MaxxViT

    /// Two 3x3 convolutions, the first of stride 2.
    func stem(_ x: Value) throws(GraphError) -> Value {
        let widths = model.stemWidths
        var y = try convolution(
            x,
            "conv1",
            widths[0],
            kernel: 3,
            stride: 2,
            hasBias: model.hasStemBias
        )
        y = try normalization(y, "norm1")
        return try convolution(y, "conv2", widths[1], kernel: 3, hasBias: model.hasStemBias)
    }

    /// A block at the current path; `window` divides the map, `native` is the extent that the checkpoint's tables are for.
    func block(
        _ x: Value,
        _ kind: MaxxViT.Block,
        outputs: Int,
        stride: Int,
        window: Extent,
        native: Int
    ) throws(GraphError) -> Value {
        let b = builder
        switch kind {
        case .convolution: return try convolutions(x, outputs, stride)
        case .transformer: return try transformer(x, outputs, stride, native: native)
        case .windowed:
            var y = try b.scope("conv") { () throws(GraphError) in try convolutions(x, outputs, stride) }
            y = try b.channelsLast(y)
            if !model.skipsWindows {
                y = try b.scope("attn_block") { () throws(GraphError) in
                    try partitioned(y, window, native: native, isGrid: false)
                }
            }
            y = try b.scope("attn_grid") { () throws(GraphError) in
                try partitioned(y, window, native: native, isGrid: true)
            }
            return try b.channelsFirst(y)
        case .parallel:
            var y = try b.scope("conv.0") { () throws(GraphError) in try convolutions(x, outputs, stride) }
            y = try b.scope("conv.1") { () throws(GraphError) in try convolutions(y, outputs, 1) }
            y = try b.channelsLast(y)
            y = try b.scope("attn") { () throws(GraphError) in
                try bothPartitions(y, window, native: native)
            }
            return try b.channelsFirst(y)
        }
    }

    /// The normalisation of attention over maps: LayerNorm over channels, or a batch norm.
    func transformerNormalization(_ x: Value, _ name: String) throws(GraphError) -> Value {
        if model.normalizesBatch {
            return try builder.batchNormalization(x, name, epsilon: model.transformerEpsilon)
        }
        return try builder.layerNormalization(x, name, axis: 1, epsilon: model.transformerEpsilon)
    }

    // MARK: Convolutions

    private func convolutions(_ x: Value, _ outputs: Int, _ stride: Int) throws(GraphError) -> Value {
        switch model.convolutions {
        case .inverted: return try inverted(x, outputs, stride)
        case .convNeXt: return try convNeXt(x, outputs, stride)
        }
    }

    private func inverted(_ x: Value, _ outputs: Int, _ stride: Int) throws(GraphError) -> Value {
        let b = builder
        let inner = ChannelRounding.divisible(Double(model.expandsOutputs ? outputs : x.channels) * 4)
        let shortcut =
            stride == 2
            ? try reduced(x, "shortcut", outputs, model.reduction, hasBias: model.hasOutputBias) : x
        var y = try normalization(x, "pre_norm", isActivated: model.activatesFirst)
        let pools = stride == 2 && model.poolsBranch
        if pools { y = try reduced(y, "down", y.channels, .average, hasBias: true) }
        y = try convolution(y, "conv1_1x1", inner, kernel: 1, hasBias: false)
        y = try normalization(y, "norm1")
        y = try convolution(
            y,
            "conv2_kxk",
            inner,
            kernel: 3,
            stride: pools ? 1 : stride,
            groups: inner,
            hasBias: false
        )
        if model.gatesEarly { y = try gated(y, "se_early", outputs) }
        y = try normalization(y, "norm2")
        if !model.gatesEarly { y = try gated(y, "se", outputs) }
        y = try convolution(y, "conv3_1x1", outputs, kernel: 1, hasBias: model.hasOutputBias)
        return try b.add(y, shortcut)
    }

    private func gated(_ x: Value, _ name: String, _ outputs: Int) throws(GraphError) -> Value {
        let width = Int(model.gateRatio * Double(model.expandsOutputs ? outputs : x.channels))
        return try builder.scope(name) { () throws(GraphError) in
            let squeezed = try builder.globalAveragePool(x, keepsAxes: true)
            let gate = try builder.bottleneckGate(
                squeezed,
                reducedTo: width,
                names: ("fc1", "fc2"),
                activation: model.gateActivation
            )
            return try builder.multiply(x, gate)
        }
    }

    private func convNeXt(_ x: Value, _ outputs: Int, _ stride: Int) throws(GraphError) -> Value {
        let b = builder
        var shortcut = x
        if stride == 2 {
            shortcut = try reduced(x, "shortcut", outputs, .average, hasBias: true)
        } else if x.channels != outputs {
            shortcut = try b.convolve(x, "shortcut", outputs, hasBias: model.hasOutputBias)
        }
        let pools = stride == 2 && model.poolsBranch
        var y = pools ? try reduced(x, "down", x.channels, .average, hasBias: true) : x
        y = try b.convolve(
            y,
            "conv_dw",
            outputs,
            kernel: 7,
            stride: pools ? 1 : stride,
            groups: x.channels,
            hasBias: model.hasOutputBias
        )
        y = try b.layerNormalization(y, "norm", axis: 1, epsilon: model.epsilon)
        y = try b.scope("mlp") { () throws(GraphError) in
            try b.convolutionalFeedForward(y, hidden: 4 * outputs, activation: model.activation)
        }
        y = try b.scope("ls") { () throws(GraphError) in try b.channelScale(y, "gamma") }
        return try b.add(y, shortcut)
    }

    private func convolution(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int,
        stride: Int = 1,
        groups: Int = 1,
        hasBias: Bool
    ) throws(GraphError) -> Value {
        let shape = Convolution(
            outputChannels: outputs,
            kernel: Extent(kernel),
            stride: Extent(stride),
            padding: model.padding.edges(
                height: x.height,
                width: x.width,
                kernel: kernel,
                stride: stride
            ),
            groups: groups
        )
        return try builder.scope(name) { () throws(GraphError) in
            try builder.convolution(x, shape, hasBias: hasBias)
        }
    }

    private func normalization(
        _ x: Value,
        _ name: String,
        isActivated: Bool = true
    ) throws(GraphError) -> Value {
        let activation = isActivated ? model.activation : nil
        if model.convolutions == .inverted {
            return try builder.batchNormalization(x, name, activation, epsilon: model.epsilon)
        }
        let y = try builder.layerNormalization(x, name, axis: 1, epsilon: model.epsilon)
        return try builder.activation(y, activation)
    }

    /// Half the extents, and another width by a 1x1 convolution where it differs.
    private func reduced(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        _ reduction: MaxxViT.Reduction,
        hasBias: Bool
    ) throws(GraphError) -> Value {
        let pooling: Pooling
        switch reduction {
        case .average:
            let edges =
                model.padding == .same
                ? model.padding.edges(height: x.height, width: x.width, kernel: 2, stride: 2) : .zero
            pooling = Pooling(
                kind: .average(countsPadding: true),
                kernel: 2,
                stride: 2,
                padding: edges
            )
        case .maximum: pooling = Pooling(kind: .maximum, kernel: 3, stride: 2, padding: Edges(1))
        }
        let y = try builder.pool(x, pooling)
        return x.channels == outputs
            ? y : try builder.convolve(y, "\(name).expand", outputs, hasBias: hasBias)
    }

    // MARK: Attention

    private func transformer(
        _ x: Value,
        _ outputs: Int,
        _ stride: Int,
        native: Int
    ) throws(GraphError) -> Value {
        let b = builder
        var (shortcut, normal) = (x, x)
        if stride == 2 {
            shortcut = try reduced(
                x,
                "shortcut",
                outputs,
                model.reduction,
                hasBias: model.hasShortcutBias
            )
            normal = try transformerNormalization(x, "norm1.norm")
            normal = try reduced(normal, "norm1.down", x.channels, model.reduction, hasBias: true)
        } else {
            normal = try transformerNormalization(x, "norm1")
        }
        let map = Extent(height: normal.height, width: normal.width)
        var mixed = try b.scope("attn") { () throws(GraphError) in
            let width = model.expandsFirst ? outputs : x.channels
            let (heads, area) = (width / 32, map.height * map.width)
            let qkv = try b.reshape(b.convolve(normal, "qkv", 3 * width), [heads, 3, 32, area])
            let turned = try b.transpose(qkv, [0, 2, 1, 4, 3])
            var parts: [Value] = []
            for part in 0..<3 {
                parts.append(try b.reshape(b.slice(turned, axis: 1, part, 1), [heads, area, 32]))
            }
            let bias = try distanceBias(map, native: Extent(native), heads: heads)
            let joined = try b.joinHeads(b.attention(parts[0], parts[1], parts[2], bias: bias))
            return try b.convolve(b.map(joined, height: map.height, width: map.width), "proj", outputs)
        }
        mixed = try channelScaled(mixed, "ls1")
        let y = try b.add(shortcut, mixed)
        let second = try transformerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.convolutionalFeedForward(
                second,
                hidden: 4 * outputs,
                activation: model.transformerActivation
            )
        }
        return try b.add(y, channelScaled(refined, "ls2"))
    }

    private func channelScaled(_ x: Value, _ name: String) throws(GraphError) -> Value {
        guard model.hasLayerScale else { return x }
        return try builder.scope(name) { () throws(GraphError) in try builder.channelScale(x, "gamma") }
    }

    /// Attention in windows or over a grid of `[N, H, W, C]`, then a perceptron.
    private func partitioned(
        _ x: Value,
        _ window: Extent,
        native: Int,
        isGrid: Bool
    ) throws(GraphError) -> Value {
        try aroundPartition(x) { normal throws(GraphError) in
            try builder.scope("attn") { () throws(GraphError) in
                try attention(normal, window, native: native, isGrid: isGrid, outputs: x.features)
            }
        }
    }

    private func bothPartitions(_ x: Value, _ window: Extent, native: Int) throws(GraphError) -> Value {
        try aroundPartition(x) { normal throws(GraphError) in
            var halves: [Value] = []
            for (name, isGrid) in [("attn_block", false), ("attn_grid", true)] {
                let half = try builder.scope(name) { () throws(GraphError) in
                    try attention(
                        normal,
                        window,
                        native: native,
                        isGrid: isGrid,
                        outputs: x.features / 2
                    )
                }
                halves.append(half)
            }
            return try builder.concatenate(halves, axis: 3)
        }
    }

    private func aroundPartition(
        _ x: Value,
        _ mix: (Value) throws(GraphError) -> Value
    ) throws(GraphError) -> Value {
        let b = builder
        func scaled(_ value: Value, _ name: String) throws(GraphError) -> Value {
            guard model.hasLayerScale else { return value }
            return try b.scope(name) { () throws(GraphError) in try b.featureScale(value, "gamma") }
        }
        let normal = try b.layerNormalization(x, "norm1", epsilon: model.transformerEpsilon)
        let y = try b.add(x, scaled(mix(normal), "ls1"))
        let second = try b.layerNormalization(y, "norm2", epsilon: model.transformerEpsilon)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            let layer = FeedForward(hidden: 4 * x.features, activation: model.transformerActivation)
            return try b.feedForward(second, layer)
        }
        return try b.add(y, scaled(refined, "ls2"))
    }

    private func attention(
        _ x: Value,
        _ window: Extent,
        native: Int,
        isGrid: Bool,
        outputs: Int
    ) throws(GraphError) -> Value {
        let b = builder
        let partition = try MapPartition(
            height: x.type.dimensions[0],
            width: x.type.dimensions[1],
            window: window,
            isGrid: isGrid,
            in: b
        )
        let tokens = try b.partitioned(x, partition)
        let heads = x.features / 32
        let qkv = try b.linear(tokens, "qkv", 3 * x.features)
        var parts: [Value]
        if model.putsHeadsFirst {
            let area = tokens.type.dimensions[0]
            let split = try b.transpose(b.reshape(qkv, [area, heads, 3, 32]), [0, 3, 2, 1, 4])
            parts = []
            for part in 0..<3 {
                parts.append(try b.reshape(b.slice(split, axis: 1, part, 1), [heads, area, 32]))
            }
        } else {
            parts = try b.splitHeads(qkv, parts: 3, heads: heads)
        }
        let bias = try distanceBias(window, native: Extent(native), heads: heads)
        let mixed = try b.joinHeads(b.attention(parts[0], parts[1], parts[2], bias: bias))
        return try b.unpartitioned(b.linear(mixed, "proj", outputs), partition)
    }

    /// The biases `[heads, area, area]` of a window: static.
    private func distanceBias(_ window: Extent, native: Extent, heads: Int) throws(GraphError) -> Value {
        let b = builder
        return try b.scope("rel_pos") { () throws(GraphError) in
            let (rows, columns) = (2 * native.height - 1, 2 * native.width - 1)
            switch model.distances {
            case .table:
                let table = try b.parameter("relative_position_bias_table", [rows * columns, heads])
                return try b.gatheredBias(
                    b.resampledDistances(table, from: native, to: window),
                    window: window
                )
            case .map:
                let map = try b.parameter("relative_position_bias_table", [heads, rows, columns])
                let table = try b.transpose(b.reshapeStatic(map, [heads, rows * columns]), [1, 0])
                let bias = try b.gatheredBias(
                    b.resampledDistances(table, from: native, to: window),
                    window: window
                )
                // TensorFlow counts from the query to the key.
                return try b.transpose(bias, [0, 2, 1])
            case .perceptron(let hidden):
                return try b.perceptronBias(window: window, hidden: hidden, heads: heads)
            }
        }
    }
}
