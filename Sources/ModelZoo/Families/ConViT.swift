internal import Graph

// ConViT: a vision transformer whose first blocks blend attention by content with attention by distance; the class token
// joins after them.
//
// Paper: ConViT: Improving Vision Transformers with Soft Convolutional Inductive Biases
// (https://arxiv.org/abs/2103.10697).
// Source: timm/models/convit.py (timm 1.0.31). Deviations: the blended weights are not divided by their sum, which is 1;
// the part of the distances depends on weights alone and folds. Another size is refused: timm does not resample this
// family's positions.

/// The numbers of a ConViT.
struct ConViT: ModelConfiguration, Equatable {
    var heads: Int

    private static let size = 224
    private static let patch = 16
    private static let headWidth = 48
    private static let depth = 12
    /// Blocks with positional attention.
    private static let localDepth = 10

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try b.requireSize(Self.size)
        let width = heads * Self.headWidth
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: Self.patch, width: width)
        }
        let grid = Extent(height: map.height, width: map.width)
        var x = try b.add(b.tokens(map), b.parameter("pos_embed", [1, grid.height * grid.width, width]))
        let distances = try self.distances(b, grid)
        for index in 0..<Self.depth {
            if index == Self.localDepth {
                x = try b.concatenate([b.token("cls_token", width: width), x], axis: 1)
            }
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                let normal = try b.layerNormalization(x, "norm1")
                let mixed = try b.scope("attn") { () throws(GraphError) in
                    index < Self.localDepth
                        ? try positionalAttention(b, normal, distances, grid)
                        : try b.selfAttention(normal, SelfAttention(heads: heads, hasBias: false))
                }
                let y = try b.add(x, mixed)
                let second = try b.layerNormalization(y, "norm2")
                let refined = try b.scope("mlp") { () throws(GraphError) in
                    try b.feedForward(second, FeedForward(hidden: 4 * width))
                }
                return try b.add(y, refined)
            }
        }
        x = try b.layerNormalization(x, "norm")
        try b.linearClassifier(
            features: x,
            embedding: b.token(of: x, at: 0),
            classCount: options.classCount,
            name: "head"
        )
    }

    /// For each distance of two patches its columns, its rows and its square, from the query to the key: a row for each
    /// of `RelativePosition.indices`, which count the other way.
    private func distances(_ b: GraphBuilder, _ grid: Extent) throws(GraphError) -> Value {
        var values: [Float] = []
        for row in (1 - grid.height)..<grid.height {
            for column in (1 - grid.width)..<grid.width {
                values += [Float(-column), Float(-row), Float(row * row + column * column)]
            }
        }
        return try b.constant(values, [values.count / 3, 3])
    }

    /// Source: `GPSA`.
    private func positionalAttention(
        _ b: GraphBuilder,
        _ x: Value,
        _ distances: Value,
        _ grid: Extent
    ) throws(GraphError) -> Value {
        let gate = try b.activation(
            b.reshapeStatic(b.parameter("gating_param", [heads]), [heads, 1, 1]),
            .sigmoid
        )
        let scores = try b.gatheredBias(b.linear(distances, "pos_proj", heads), window: grid)
        let near = try b.multiply(b.append(.softmax(axis: 2), [scores]), gate)

        let (query, key, value) = try b.projectionWithValueApart(x, heads: heads)
        let scaled = try b.affine(query, 1 / Float(Self.headWidth).squareRoot())
        let products = try b.append(.matrixProduct(transposesRight: true), [scaled, key])
        let alike = try b.multiply(b.append(.softmax(axis: 3), [products]), b.affine(gate, -1, 1))

        let mixed = try b.append(.matrixProduct(transposesRight: false), [b.add(alike, near), value])
        return try b.linear(b.joinHeads(mixed), "proj", x.features)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/convit.py, in its order.
    static let conViT = ModelFamily(
        name: "convit",
        variants: [
            ModelVariant("convit_tiny", ConViT(heads: 4)),
            ModelVariant("convit_small", ConViT(heads: 9)),
            ModelVariant("convit_base", ConViT(heads: 16)),
        ]
    )
}
