internal import Graph
internal import Tensors

// CaiT: attention whose heads talk to each other, then two blocks for the class token alone.
//
// Paper: Going deeper with Image Transformers (https://arxiv.org/abs/2103.17239).
// Source: timm/models/cait.py (timm 1.0.31). Deviations: the layers over heads are 1x1 convolutions of the same
// parameters. Another size is refused: timm does not resample this family's positions.

/// The numbers of a CaiT.
struct CaiT: ModelConfiguration, Equatable {
    /// Height and width of the checkpoint's pictures.
    var size: Int
    var width: Int
    var depth: Int
    var heads: Int

    private static let patch = 16

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: Self.patch, width: width)
        }
        let native = (size / Self.patch) * (size / Self.patch)
        try b.requirePatches(map, count: native, size: size)
        var x = try b.add(b.tokens(map), b.parameter("pos_embed", [1, native, width]))
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, x) }
        }
        var token = try b.token("cls_token", width: width)
        for index in 0..<2 {
            token = try b.scope("blocks_token_only.\(index)") { () throws(GraphError) in
                try tokenBlock(b, token, x)
            }
        }
        x = try b.layerNormalization(b.concatenate([token, x], axis: 1), "norm")
        try b.linearClassifier(
            features: x,
            embedding: b.token(of: x, at: 0),
            classCount: options.classCount,
            name: "head"
        )
    }

    private func block(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let parts = try b.splitHeads(b.linear(normal, "qkv", 3 * width), parts: 3, heads: heads)
            let query = try b.affine(parts[0], 1 / Float(width / heads).squareRoot())
            var scores = try b.append(.matrixProduct(transposesRight: true), [query, parts[1]])
            scores = try b.pointwise(scores, "proj_l", heads)
            let weights = try b.pointwise(b.append(.softmax(axis: 3), [scores]), "proj_w", heads)
            let values = try b.append(.matrixProduct(transposesRight: false), [weights, parts[2]])
            return try b.linear(b.joinHeads(values), "proj", width)
        }
        let y = try b.add(x, b.featureScale(mixed, "gamma_1"))
        return try refined(b, y)
    }

    private func tokenBlock(_ b: GraphBuilder, _ token: Value, _ x: Value) throws(GraphError) -> Value {
        let all = try b.layerNormalization(b.concatenate([token, x], axis: 1), "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in try b.classAttention(all, heads: heads) }
        return try refined(b, b.add(token, b.featureScale(mixed, "gamma_1")))
    }

    private func refined(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "norm2")
        let y = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(normal, FeedForward(hidden: 4 * width))
        }
        return try b.add(x, b.featureScale(y, "gamma_2"))
    }

    /// Takes the prefix of distributed training off.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { TensorNames.replacing($0, [("module.", "")]) }
    }
}
