internal import Graph
internal import Tensors

// The picture tower of Gemma 4.
//
// Paper: Gemma 4 Technical Report (https://arxiv.org/abs/2607.02770).
// Source: timm/models/gemma4_vit.py (timm 1.0.31). Deviations: the layer over flattened patches is the convolution that
// it is; positions are slices of their table, not products with it; an encoder that is asked for classes is refused,
// where timm gives it none.

/// The numbers of a Gemma 4 tower.
struct Gemma4ViT: ModelConfiguration, Equatable {
    var width: Int
    var depth: Int
    var heads: Int
    /// Features of a head.
    var headWidth: Int
    /// Hidden features of a perceptron.
    var hidden: Int
    /// Whether the checkpoint bounds what goes into each layer and comes out of it.
    var isClipped = false
    /// Whether the encoder's tokens are shifted and scaled.
    var isStandardized = false
    var use: TowerUse

    private static let patch = 16
    /// Rows and columns of the tokens that are averaged.
    private static let cell = 3
    /// Columns and rows that have a position.
    private static let places = 10240

    private var normalization: TokenNormalization { .rootMeanSquare() }

    /// Emits patches, blocks, pool and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try b.requireCells(of: use.isProjected ? Self.patch * Self.cell : Self.patch)
        try b.tower(use, normalization: normalization, classCount: options.classCount) {
            () throws(GraphError) in try encode(b)
        }
    }

    /// The patches, and the tokens that are averaged or given.
    private func encode(_ b: GraphBuilder) throws(GraphError) -> (Value, Value) {
        let grid = Extent(height: b.input.height / Self.patch, width: b.input.width / Self.patch)
        let layers = Gemma4Layers(builder: b, model: self)
        var x = try b.scope("patch_embed") { () throws(GraphError) in try embed(b, grid) }
        let tables = try b.rotaryTables(
            RotaryEmbedding(
                kind: .index(),
                temperature: 100,
                putsColumnsFirst: true,
                pairsHalves: true,
                pairsWithinAxes: true
            ),
            grid: grid,
            prefix: 0,
            size: headWidth,
            heads: heads,
            depth: depth
        )
        for (index, table) in tables.enumerated() {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try layers.block(x, table) }
        }
        guard use.isProjected else {
            if isStandardized {
                b.unusedParameter("std_bias", [width])
                b.unusedParameter("std_scale", [width])
            }
            return (x, x)
        }
        return (x, try pool(b, x, grid))
    }

    private func embed(_ b: GraphBuilder, _ grid: Extent) throws(GraphError) -> Value {
        let picture = try b.affine(b.input, 2, -1)
        let map = try b.scope("input_proj") { () throws(GraphError) in
            try b.flattenedPatchEmbedding(
                picture,
                patch: Self.patch,
                width: width,
                hasChannelsLast: false,
                hasBias: false
            )
        }
        let table = try b.parameter("position_embedding_table", [2, Self.places, width])
        func rows(_ axis: Int, _ count: Int, _ extents: [Int]) throws(GraphError) -> Value {
            let one = try b.slice(table, axis: 0, axis, 1)
            return try b.reshapeStatic(b.slice(one, axis: 1, 0, count), extents)
        }
        let columns = try rows(0, grid.width, [1, 1, grid.width, width])
        let lines = try rows(1, grid.height, [1, grid.height, 1, width])
        let places = try b.reshapeStatic(b.add(columns, lines), [1, grid.height * grid.width, width])
        return try b.add(b.tokens(map), places)
    }

    /// The mean of each cell of tokens, scaled as the language model expects it.
    private func pool(_ b: GraphBuilder, _ x: Value, _ grid: Extent) throws(GraphError) -> Value {
        let (rows, columns) = (grid.height / Self.cell, grid.width / Self.cell)
        let cells = try b.reshape(x, [rows, Self.cell, columns, Self.cell, width])
        let means = try b.reshape(b.mean(cells, axes: [2, 4]), [rows * columns, width])
        let scaled = try b.affine(means, Float(Double(width).squareRoot()))
        guard isStandardized else { return scaled }
        let shifted = try b.append(.binary(.subtract), [scaled, b.parameter("std_bias", [width])])
        return try b.featureScale(shifted, "std_scale")
    }

    /// Takes the tower out of Gemma's checkpoints, and a tower's names into a classifier's.
    ///
    /// Source: `checkpoint_filter_fn_encoder`, `checkpoint_filter_fn_classifier`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let own = use == .encoder ? [] : ["norm.", "head.", "encoder."]
        try TensorNames.rename(&tensors) { name in
            if own.contains(where: name.hasPrefix) { return name }
            return Self.encoderName(name).map(use.checkpointName)
        }
    }

    private static func encoderName(_ name: String) -> String? {
        let prefixes = ["model.vision_tower.", "model.vision_model.", "vision_model.", "vision_tower."]
        guard let prefix = prefixes.first(where: name.hasPrefix) else {
            let known = ["patch_embed.", "blocks.", "std_", "pooler.", "rotary_emb."]
            return known.contains(where: name.hasPrefix) ? name : nil
        }
        let rest = String(name.dropFirst(prefix.count))
        guard !rest.contains("rotary_emb") else { return nil }
        return TensorNames.replacing(
            rest,
            [
                ("patch_embedder.", "patch_embed."), ("encoder.layers.", "blocks."),
                (".input_layernorm.", ".norm1."), (".post_attention_layernorm.", ".norm2."),
                (".pre_feedforward_layernorm.", ".norm3."), (".post_feedforward_layernorm.", ".norm4."),
                (".self_attn.", ".attn."),
            ]
        )
    }
}

/// The blocks of a ``Gemma4ViT`` under its configuration.
struct Gemma4Layers {
    let builder: GraphBuilder
    let model: Gemma4ViT

    private var normalization: TokenNormalization { .rootMeanSquare() }

    /// Attention and perceptron, each normalised before and after itself, with a residual.
    func block(_ x: Value, _ tables: RotaryTables) throws(GraphError) -> Value {
        let b = builder
        let normal = try b.normalization(x, "norm1", normalization)
        let mixed = try b.scope("attn") { () throws(GraphError) in try attention(normal, tables) }
        let y = try b.add(x, b.normalization(mixed, "norm2", normalization))
        let second = try b.normalization(y, "norm3", normalization)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            let gate = try b.activation(linear(second, "gate_proj", model.hidden), .geluTanh)
            let product = try b.multiply(gate, linear(second, "up_proj", model.hidden))
            return try linear(product, "down_proj", model.width)
        }
        return try b.add(y, b.normalization(refined, "norm4", normalization))
    }

    /// Attention over normalised query, key and value, whose scores are not scaled.
    private func attention(_ x: Value, _ tables: RotaryTables) throws(GraphError) -> Value {
        let b = builder
        let width = model.heads * model.headWidth
        var parts: [Value] = []
        for name in ["q_proj", "k_proj", "v_proj"] {
            parts.append(try b.splitHeads(linear(x, name, width), parts: 1, heads: model.heads)[0])
        }
        let query = try b.rotated(b.normalization(parts[0], "q_norm", normalization), tables)
        let key = try b.rotated(b.normalization(parts[1], "k_norm", normalization), tables)
        let value = try b.plainNormalization(parts[2], normalization)
        return try linear(b.joinHeads(b.attention(query, key, value, scale: 1)), "o_proj", model.width)
    }

    /// A linear layer called `name` without bias, between the bounds that the checkpoint may hold.
    private func linear(_ x: Value, _ name: String, _ features: Int) throws(GraphError) -> Value {
        let b = builder
        return try b.scope(name) { () throws(GraphError) in
            guard model.isClipped else { return try b.linear(x, "linear", features, hasBias: false) }
            let y = try b.linear(bounded(x, "input"), "linear", features, hasBias: false)
            return try bounded(y, "output")
        }
    }

    /// `x` not below the scalar `name_min`, then not above `name_max`, as PyTorch's `clamp`.
    private func bounded(_ x: Value, _ name: String) throws(GraphError) -> Value {
        let b = builder
        let low = try b.reshapeStatic(b.parameter("\(name)_min", []), [1])
        let high = try b.reshapeStatic(b.parameter("\(name)_max", []), [1])
        let raised = try b.append(.binary(.maximum), [x, low])
        return try b.append(.binary(.minimum), [raised, high])
    }
}

extension ModelFamily {
    /// The architectures of timm/models/gemma4_vit.py, in its order.
    static let gemma4ViT = ModelFamily(
        name: "gemma4_vit",
        variants: [
            ModelVariant("gemma4_vit_167m", Gemma4ViT.small(.classifier)),
            ModelVariant("gemma4_vit_167m_enc", Gemma4ViT.small(.encoder)),
            ModelVariant("gemma4_vit_570m", Gemma4ViT.large(.classifier)),
            ModelVariant("gemma4_vit_570m_enc", Gemma4ViT.large(.encoder)),
        ]
    )
}

extension Gemma4ViT {
    /// The tower of Gemma 4 E2B and E4B.
    fileprivate static func small(_ use: TowerUse) -> Gemma4ViT {
        Gemma4ViT(
            width: 768,
            depth: 16,
            heads: 12,
            headWidth: 64,
            hidden: 3072,
            isClipped: true,
            use: use
        )
    }

    /// The tower of Gemma 4 26B and 31B.
    fileprivate static func large(_ use: TowerUse) -> Gemma4ViT {
        Gemma4ViT(
            width: 1152,
            depth: 27,
            heads: 16,
            headWidth: 72,
            hidden: 4304,
            isStandardized: true,
            use: use
        )
    }
}
