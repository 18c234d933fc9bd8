internal import Graph

/// The blocks of a ``VisionTransformer`` under its configuration.
struct VisionTransformerLayers {
    let builder: GraphBuilder
    let model: VisionTransformer
    /// The block's number.
    let index: Int
    /// Emits what is added to the scores, in the scope of the attention.
    var bias: (GraphBuilder) throws(GraphError) -> Value? = { _ in nil }

    private var hidden: Int { Int(Double(model.width) * model.ratio) }

    /// Pre-normalised attention and perceptron, each with a residual.
    func standard(_ x: Value) throws(GraphError) -> Value {
        let b = builder
        let normal = try b.normalization(x, "norm1", model.normalization)
        let mixed = try b.scope("attn") { () throws(GraphError) in try attention(normal) }
        let y = try b.add(x, scaled(mixed, "ls1"))
        let second = try b.normalization(y, "norm2", model.normalization)
        let refined = try b.scope("mlp") { () throws(GraphError) in try feedForward(second) }
        return try b.add(y, scaled(refined, "ls2"))
    }

    /// Attention and perceptron normalised after themselves.
    func postNormalized(_ x: Value) throws(GraphError) -> Value {
        let b = builder
        let mixed = try b.scope("attn") { () throws(GraphError) in try attention(x) }
        let y = try b.add(x, b.normalization(mixed, "norm1", model.normalization))
        let refined = try b.scope("mlp") { () throws(GraphError) in try feedForward(y) }
        return try b.add(y, b.normalization(refined, "norm2", model.normalization))
    }

    /// Two attentions, then two perceptrons, each pair summed.
    func pairs(_ x: Value) throws(GraphError) -> Value {
        let b = builder
        func branch(_ x: Value, _ list: String, _ number: Int) throws(GraphError) -> Value {
            try b.scope("\(list).\(number)") { () throws(GraphError) in
                let normal = try b.normalization(x, "norm", model.normalization)
                let isAttention = list == "attns"
                let y = try b.scope(isAttention ? "attn" : "mlp") { () throws(GraphError) in
                    isAttention ? try attention(normal) : try feedForward(normal)
                }
                return try scaled(y, "ls")
            }
        }
        let y = try b.add(x, b.add(branch(x, "attns", 0), branch(x, "attns", 1)))
        return try b.add(y, b.add(branch(y, "ffns", 0), branch(y, "ffns", 1)))
    }

    /// Attention and perceptron side by side behind one normalisation and one layer.
    func parallel(_ x: Value) throws(GraphError) -> Value {
        let b = builder
        let (width, heads) = (model.width, model.heads)
        let normal = try b.normalization(x, "in_norm", model.normalization)
        let all = try b.linear(normal, "in_proj", hidden + 3 * width, hasBias: model.hasBias)
        var inner = try b.slice(all, axis: 2, 0, hidden)
        if !model.hasBias { inner = try b.add(inner, b.parameter("mlp_bias", [hidden])) }
        inner = try b.activation(inner, model.activation)
        var parts: [Value] = []
        for part in 0..<3 { parts.append(try b.slice(all, axis: 2, hidden + part * width, width)) }
        let y: Value
        if model.block == .differentialParallel {
            let mixed = try b.differentialMix(
                query: parts[0],
                key: parts[1],
                value: parts[2],
                DifferentialAttention(heads: heads, depth: index)
            )
            y = try b.linear(b.concatenate([mixed, inner], axis: 2), "out_proj", width)
        } else {
            var split: [Value] = []
            for part in parts { split.append(try b.splitHeads(part, parts: 1, heads: heads)[0]) }
            if model.normalizesQueryAndKey {
                split[0] = try b.normalization(split[0], "q_norm", model.normalization)
                split[1] = try b.normalization(split[1], "k_norm", model.normalization)
            }
            let mixed = try b.joinHeads(b.attention(split[0], split[1], split[2]))
            y = try b.add(b.linear(mixed, "attn_out_proj", width), b.linear(inner, "mlp_out_proj", width))
        }
        return try b.add(x, scaled(y, "ls"))
    }

    private func attention(_ x: Value) throws(GraphError) -> Value {
        if model.isDifferential {
            let layer = DifferentialAttention(heads: model.heads, depth: index)
            return try builder.differentialAttention(x, layer, hasBias: model.hasBias)
        }
        let layer = SelfAttention(
            heads: model.heads,
            hasBias: model.hasBias,
            normalizesQueryAndKey: model.normalizesQueryAndKey,
            normalizesResult: model.normalizesInside,
            hasProjectionBias: model.hasProjectionBias,
            normalization: model.normalization
        )
        return try builder.selfAttention(x, layer, bias: bias(builder))
    }

    private func feedForward(_ x: Value) throws(GraphError) -> Value {
        let layer = FeedForward(
            kind: model.feedForward,
            hidden: hidden,
            activation: model.activation,
            normalization: model.normalizesInside ? model.normalization : nil,
            hasBias: model.hasProjectionBias
        )
        return try builder.feedForward(x, layer)
    }

    private func scaled(_ x: Value, _ name: String) throws(GraphError) -> Value {
        guard model.hasLayerScale else { return x }
        return try builder.scope(name) { () throws(GraphError) in try builder.featureScale(x, "gamma") }
    }
}
