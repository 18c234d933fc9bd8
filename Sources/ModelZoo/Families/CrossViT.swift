internal import Graph
internal import Tensors

// CrossViT: two vision transformers over patches of 12 and 16 pixels, whose class tokens read each other's patches.
//
// Paper: CrossViT: Cross-Attention Multi-Scale Vision Transformer for Image Classification
// (https://arxiv.org/abs/2103.14899).
// Source: timm/models/crossvit.py (timm 1.0.31). No deviations: pictures of any size are resampled to the two sizes of the
// branches, which is the size of the checkpoint and fourteen fifteenths of it (sixteen seventeenths of 408).

/// The numbers of a CrossViT.
struct CrossViT: ModelConfiguration, Equatable {
    /// Height and width of each branch's pictures.
    var sizes = [240, 224]
    /// Features of the branch of small patches; the other has twice as many.
    var width: Int
    /// Blocks of the second branch between two exchanges; the first has one.
    var depth: Int
    var heads: Int
    var ratio: Int
    /// Whether several convolutions make the patches: the names' dagger.
    var hasDeepPatches = false

    private static let patches = [12, 16]
    private static let stages = 3
    private static let branches = 0..<2

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x: [Value] = []
        for branch in Self.branches { x.append(try embed(b, branch)) }
        for stage in 0..<Self.stages {
            x = try b.scope("blocks.\(stage)") { () throws(GraphError) in try self.stage(b, x) }
        }
        var tokens: [Value] = []
        for branch in Self.branches {
            x[branch] = try b.layerNormalization(x[branch], "norm.\(branch)")
            tokens.append(try b.token(of: x[branch], at: 0))
        }
        let embedding = try b.concatenate(tokens, axis: 1)
        b.output(.features, x[1])
        b.output(.embedding, embedding)
        guard options.classCount > 0 else { return b.output(.logits, embedding) }
        let first = try b.linear(tokens[0], "head.0", options.classCount)
        let second = try b.linear(tokens[1], "head.1", options.classCount)
        b.output(.logits, try b.affine(b.add(first, second), 0.5))
    }

    private func embed(_ b: GraphBuilder, _ branch: Int) throws(GraphError) -> Value {
        let (size, patch, width) = (sizes[branch], Self.patches[branch], width << branch)
        var map = b.input
        if map.height != size || map.width != size {
            let filter = PositionFilter(antialiases: false)
            map = try b.resample(map, to: Extent(size), filter: filter)
        }
        map = try b.scope("patch_embed.\(branch)") { () throws(GraphError) in
            try hasDeepPatches
                ? deepPatches(b, map, patch: patch, width: width)
                : b.patchEmbedding(map, patch: patch, width: width)
        }
        let tokens = try b.concatenate(
            [b.token("cls_token_\(branch)", width: width), b.tokens(map)],
            axis: 1
        )
        let places = try b.parameter("pos_embed_\(branch)", [1, 1 + map.height * map.width, width])
        return try b.add(tokens, places)
    }

    private func deepPatches(
        _ b: GraphBuilder,
        _ map: Value,
        patch: Int,
        width: Int
    ) throws(GraphError) -> Value {
        let isSmall = patch == 12
        var x = try b.convolve(map, "proj.0", width / 4, kernel: 7, stride: 4, padding: 3)
        x = try b.convolve(
            b.activation(x, .relu),
            "proj.2",
            width / 2,
            kernel: 3,
            stride: isSmall ? 3 : 2,
            padding: isSmall ? 0 : 1
        )
        return try b.convolve(
            b.activation(x, .relu),
            "proj.4",
            width,
            kernel: 3,
            stride: isSmall ? 1 : 2,
            padding: 1
        )
    }

    /// Blocks of both branches, and the exchange of their class tokens.
    ///
    /// Source: `MultiScaleBlock`.
    private func stage(_ b: GraphBuilder, _ input: [Value]) throws(GraphError) -> [Value] {
        var x = input
        for branch in Self.branches {
            let model = VisionTransformer(
                size: 0,
                patch: Self.patches[branch],
                width: width << branch,
                depth: depth,
                heads: heads,
                ratio: Double(ratio)
            )
            for index in 0..<(branch == 0 ? 1 : depth) {
                x[branch] = try b.scope("blocks.\(branch).\(index)") { () throws(GraphError) in
                    try VisionTransformerLayers(builder: b, model: model, index: index).standard(x[branch])
                }
            }
        }
        var tokens: [Value] = []
        var patches: [Value] = []
        for branch in Self.branches {
            let token = try b.slice(x[branch], axis: 1, 0, 1)
            tokens.append(try projected(b, token, "projs.\(branch)", width << (1 - branch)))
            patches.append(try b.slice(x[branch], axis: 1, 1, x[branch].type.dimensions[0] - 1))
        }
        var results: [Value] = []
        for branch in Self.branches {
            let mixed = try b.scope("fusion.\(branch)") { () throws(GraphError) in
                try tokenAttention(b, tokens[branch], patches[1 - branch])
            }
            let token = try projected(b, mixed, "revert_projs.\(branch)", width << branch)
            results.append(try b.concatenate([token, patches[branch]], axis: 1))
        }
        return results
    }

    private func projected(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int
    ) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "\(name).0")
        return try b.linear(b.activation(normal, .gelu), "\(name).2", outputs)
    }

    /// Attention of a branch's class token over itself and the other branch's patches.
    ///
    /// Source: `CrossAttentionBlock`.
    private func tokenAttention(
        _ b: GraphBuilder,
        _ token: Value,
        _ patches: Value
    ) throws(GraphError) -> Value {
        let width = token.features
        let all = try b.layerNormalization(b.concatenate([token, patches], axis: 1), "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let query = try b.linear(b.slice(all, axis: 1, 0, 1), "wq", width)
            var parts: [Value] = []
            for layer in [query, try b.linear(all, "wk", width), try b.linear(all, "wv", width)] {
                parts += try b.splitHeads(layer, parts: 1, heads: heads)
            }
            return try b.linear(b.joinHeads(b.attention(parts[0], parts[1], parts[2])), "proj", width)
        }
        return try b.add(token, mixed)
    }

    /// Gives the paper's lists of class tokens and positions timm's names.
    ///
    /// Source: `pretrained_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            guard name.contains("pos_embed") || name.contains("cls_token") else { return name }
            return TensorNames.replacing(name, [(".", "_")])
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/crossvit.py, in its order.
    static let crossViT = ModelFamily(
        name: "crossvit",
        variants: [
            ModelVariant("crossvit_tiny_240", CrossViT(width: 96, depth: 4, heads: 3, ratio: 4)),
            ModelVariant("crossvit_small_240", CrossViT(width: 192, depth: 4, heads: 6, ratio: 4)),
            ModelVariant("crossvit_base_240", CrossViT(width: 384, depth: 4, heads: 12, ratio: 4)),
            ModelVariant("crossvit_9_240", CrossViT(width: 128, depth: 3, heads: 4, ratio: 3)),
            ModelVariant("crossvit_15_240", CrossViT(width: 192, depth: 5, heads: 6, ratio: 3)),
            ModelVariant("crossvit_18_240", CrossViT(width: 224, depth: 6, heads: 7, ratio: 3)),
            ModelVariant(
                "crossvit_9_dagger_240",
                CrossViT(width: 128, depth: 3, heads: 4, ratio: 3, hasDeepPatches: true)
            ),
            ModelVariant(
                "crossvit_15_dagger_240",
                CrossViT(width: 192, depth: 5, heads: 6, ratio: 3, hasDeepPatches: true)
            ),
            ModelVariant(
                "crossvit_15_dagger_408",
                CrossViT(sizes: [408, 384], width: 192, depth: 5, heads: 6, ratio: 3, hasDeepPatches: true)
            ),
            ModelVariant(
                "crossvit_18_dagger_240",
                CrossViT(width: 224, depth: 6, heads: 7, ratio: 3, hasDeepPatches: true)
            ),
            ModelVariant(
                "crossvit_18_dagger_408",
                CrossViT(sizes: [408, 384], width: 224, depth: 6, heads: 7, ratio: 3, hasDeepPatches: true)
            ),
        ]
    )
}
