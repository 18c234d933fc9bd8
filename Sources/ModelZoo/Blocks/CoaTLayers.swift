internal import Graph

/// The layers of a ``CoaT`` under its configuration.
struct CoaTLayers {
    let builder: GraphBuilder
    let model: CoaT

    /// A map as tokens, the class token first.
    struct Scale {
        var tokens: Value
        let extent: Extent
        let position: Depthwise
        let relative: [Depthwise]
    }

    /// A depthwise convolution that several blocks share.
    struct Depthwise {
        let weight: Value
        let bias: Value
        let kernel: Int
    }

    /// The blocks of a stage one after the other, over the patches of `map`.
    func serial(_ map: Value, _ stage: Int) throws(GraphError) -> Scale {
        let b = builder
        let (number, width) = (stage + 1, model.widths[stage])
        let patches = try b.scope("patch_embed\(number)") { () throws(GraphError) in
            let grid = try b.patchEmbedding(map, patch: stage == 0 ? 4 : 2, width: width)
            return (
                extent: Extent(height: grid.height, width: grid.width),
                tokens: try b.layerNormalization(b.tokens(grid), "norm", epsilon: 1e-5)
            )
        }
        var scale = Scale(
            tokens: try b.concatenate(
                [b.token("cls_token\(number)", width: width), patches.tokens],
                axis: 1
            ),
            extent: patches.extent,
            position: try positionConvolution(stage),
            relative: try relativeConvolutions(stage)
        )
        for index in 0..<model.depths[stage] {
            scale.tokens = try positioned(scale)
            scale.tokens = try b.scope("serial_blocks\(number).\(index)") { () throws(GraphError) in
                let normal = try b.layerNormalization(scale.tokens, "norm1")
                let mixed = try b.scope("factoratt_crpe") { () throws(GraphError) in
                    try attention(normal, scale)
                }
                let y = try b.add(scale.tokens, mixed)
                let second = try b.layerNormalization(y, "norm2")
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(second, FeedForward(hidden: model.ratios[stage] * width))
                }
                return try b.add(y, refined)
            }
        }
        return scale
    }

    /// A block over the last three scales side by side.
    func parallel(_ scales: inout [Scale], _ index: Int) throws(GraphError) {
        let b = builder
        for stage in 1..<4 { scales[stage].tokens = try positioned(scales[stage]) }
        try b.scope("parallel_blocks.\(index)") { () throws(GraphError) in
            var mixed: [Value] = []
            for stage in 1..<4 {
                let normal = try b.layerNormalization(scales[stage].tokens, "norm1\(stage + 1)")
                let y = try b.scope("factoratt_crpe\(stage + 1)") { () throws(GraphError) in
                    try attention(normal, scales[stage])
                }
                mixed.append(y)
            }
            for stage in 1..<4 {
                var sum = try b.add(scales[stage].tokens, mixed[stage - 1])
                for other in 1..<4 where other != stage {
                    let y = try resampled(mixed[other - 1], from: scales[other], to: scales[stage])
                    sum = try b.add(sum, y)
                }
                scales[stage].tokens = sum
            }
            for stage in 1..<4 {
                let normal = try b.layerNormalization(scales[stage].tokens, "norm2\(stage + 1)")
                // mlp2 and mlp3 are the same layer.
                let refined = try b.scope("mlp4") { () throws(GraphError) in
                    try b.feedForward(normal, FeedForward(hidden: model.ratios[1] * normal.features))
                }
                scales[stage].tokens = try b.add(scales[stage].tokens, refined)
            }
            for name in ["mlp2", "mlp3"] {
                try b.scope(name) { () throws(GraphError) in declareUnreadPerceptron(width: model.widths[1]) }
            }
        }
    }

    /// The patches of `[N, 1 + H W, C]` as a map.
    func map(_ tokens: Value, _ extent: Extent) throws(GraphError) -> Value {
        try builder.map(patches(tokens), height: extent.height, width: extent.width)
    }

    private func patches(_ tokens: Value) throws(GraphError) -> Value {
        try builder.slice(tokens, axis: 1, 1, tokens.type.dimensions[0] - 1)
    }

    private func withToken(of tokens: Value, _ patches: Value) throws(GraphError) -> Value {
        try builder.concatenate([builder.slice(tokens, axis: 1, 0, 1), patches], axis: 1)
    }

    private func resampled(_ x: Value, from old: Scale, to new: Scale) throws(GraphError) -> Value {
        let filter = PositionFilter(mode: .bilinear, antialiases: false)
        let y = try builder.resample(map(x, old.extent), to: new.extent, filter: filter)
        return try withToken(of: x, builder.tokens(y))
    }

    /// Source: `ConvPosEnc`.
    private func positioned(_ scale: Scale) throws(GraphError) -> Value {
        let map = try map(scale.tokens, scale.extent)
        let sum = try builder.add(convolved(map, scale.position), map)
        return try withToken(of: scale.tokens, builder.tokens(sum))
    }

    /// `query (softmax(key)^T value)` for each head, and each patch's query times the values around it.
    ///
    /// Source: `FactorAttnConvRelPosEnc`.
    private func attention(_ x: Value, _ scale: Scale) throws(GraphError) -> Value {
        let b = builder
        let (tokens, width, heads) = (x.type.dimensions[0], x.features, CoaT.heads)
        let size = width / heads
        let qkv = try b.linear(x, "qkv", 3 * width)
        let query = try b.slice(qkv, axis: 2, 0, width)
        let key = try b.slice(qkv, axis: 2, width, width)
        let value = try b.slice(qkv, axis: 2, 2 * width, width)

        let turnedKey = try b.transpose(b.reshape(key, [tokens, heads, size]), [0, 2, 3, 1])
        let weights = try b.append(.softmax(axis: 3), [turnedKey])
        var mixed = try b.append(
            .matrixProduct(transposesRight: false),
            [weights, b.splitHeads(value, parts: 1, heads: heads)[0]]
        )
        mixed = try b.affine(mixed, 1 / Float(size).squareRoot())
        let split = try b.splitHeads(query, parts: 1, heads: heads)[0]
        let y = try b.joinHeads(b.append(.matrixProduct(transposesRight: false), [split, mixed]))

        let around = try b.multiply(
            patches(query),
            b.tokens(convolvedValues(map(value, scale.extent), scale))
        )
        let amounts = PaddingAmounts(mode: .constant(0), before: [0, 1, 0], after: [0, 0, 0])
        return try b.linear(b.add(y, b.append(.padding(amounts), [around])), "proj", width)
    }

    /// Source: `ConvRelPosEnc`.
    private func convolvedValues(_ map: Value, _ scale: Scale) throws(GraphError) -> Value {
        var parts: [Value] = []
        var start = 0
        for (layer, split) in zip(scale.relative, CoaT.convolutions) {
            let count = split.heads * map.channels / CoaT.heads
            parts.append(try convolved(builder.channels(map, start, count), layer))
            start += count
        }
        return try builder.joined(parts)
    }

    private func convolved(_ x: Value, _ layer: Depthwise) throws(GraphError) -> Value {
        let shape = Convolution(
            outputChannels: x.channels,
            kernel: Extent(layer.kernel),
            padding: Edges(layer.kernel / 2),
            groups: x.channels
        )
        return try builder.append(.convolution(shape), [x, layer.weight, layer.bias])
    }

    private func positionConvolution(_ stage: Int) throws(GraphError) -> Depthwise {
        let blocks = (0..<model.depths[stage]).map { "serial_blocks\(stage + 1).\($0).cpe.proj" }
        return try depthwise(["cpe\(stage + 1).proj"] + blocks, width: model.widths[stage], kernel: 3)
    }

    private func relativeConvolutions(_ stage: Int) throws(GraphError) -> [Depthwise] {
        let number = stage + 1
        var modules = ["crpe\(number)"]
        modules += (0..<model.depths[stage]).map { "serial_blocks\(number).\($0).factoratt_crpe.crpe" }
        if stage > 0 {
            modules += (0..<model.parallelDepth).map { "parallel_blocks.\($0).factoratt_crpe\(number).crpe" }
        }
        var layers: [Depthwise] = []
        for (index, split) in CoaT.convolutions.enumerated() {
            let names = modules.map { "\($0).conv_list.\(index)" }
            let width = split.heads * model.widths[stage] / CoaT.heads
            layers.append(try depthwise(names, width: width, kernel: split.kernel))
        }
        return layers
    }

    /// The layer of all these names: the last one is read.
    private func depthwise(_ names: [String], width: Int, kernel: Int) throws(GraphError) -> Depthwise {
        let shape = [width, 1, kernel, kernel]
        for name in names.dropLast() {
            builder.unusedParameter("\(name).weight", shape)
            builder.unusedParameter("\(name).bias", [width])
        }
        let last = names[names.count - 1]
        return Depthwise(
            weight: try builder.parameter("\(last).weight", shape),
            bias: try builder.parameter("\(last).bias", [width]),
            kernel: kernel
        )
    }

    private func declareUnreadPerceptron(width: Int) {
        let hidden = model.ratios[1] * width
        builder.unusedParameter("fc1.weight", [hidden, width])
        builder.unusedParameter("fc1.bias", [hidden])
        builder.unusedParameter("fc2.weight", [width, hidden])
        builder.unusedParameter("fc2.bias", [width])
    }
}
