internal import Graph
internal import Tensors

// The picture tower of DeepSeek-V4 and V4.1.
//
// Paper: DeepSeek-V4.1-Flash (https://arxiv.org/abs/2609.19969).
// Source: timm/models/deepseek_vit.py (timm 1.0.31). Deviations: the aligner reads the tokens of a cell one after the
// other, its matrix is turned for that; an encoder that is asked for classes is refused, where timm gives it none.

/// The numbers of a DeepSeek tower.
struct DeepSeekViT: ModelConfiguration, Equatable {
    var patch = 14
    var width = 1024
    var depth = 32
    var heads = 16
    /// Hidden features of a perceptron.
    var hidden = 2816
    /// Rows and columns of the tokens that the aligner makes one.
    var cell = 3
    var projection = TowerProjection(width: 5120, others: ["deepseek_v4_flash_vision_exp": 4096])
    var use: TowerUse

    private var normalization: TokenNormalization { .rootMeanSquare() }

    /// Emits patches, blocks, aligner and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try b.requireCells(of: patch)
        try b.tower(use, normalization: normalization, classCount: options.classCount) {
            () throws(GraphError) in try encode(b, projection: projection.width(under: options.tag))
        }
    }

    /// The patches as a map `[N, H, W, C]`, and the tokens that are pooled or given.
    private func encode(_ b: GraphBuilder, projection: Int) throws(GraphError) -> (Value, Value) {
        let patches = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: patch, width: width)
        }
        let grid = Extent(height: patches.height, width: patches.width)
        let block = RotaryBlock(
            attention: SelfAttention(heads: heads),
            feedForward: FeedForward(
                kind: .gatedFirst,
                hidden: 2 * hidden,
                activation: .silu,
                hasBias: false
            ),
            normalization: normalization
        )
        let blocks = try b.rotaryBlocks(b.tokens(patches), block, grid: grid, depth: depth)
        let tokens = try b.normalization(blocks, "norm", normalization)
        let map = try b.reshape(tokens, [grid.height, grid.width, width])
        guard use.isProjected else { return (map, tokens) }
        return (map, try b.scope("aligner") { () throws(GraphError) in try aligned(b, map, projection) })
    }

    /// Cells of tokens, whose features the checkpoint counts before their places, through a perceptron.
    private func aligned(_ b: GraphBuilder, _ map: Value, _ projection: Int) throws(GraphError) -> Value {
        let cells = try b.mergedCells(map, side: cell)
        let area = cell * cell
        let inner = try b.scope("fc1") { () throws(GraphError) in
            let matrix = try b.parameter("weight", [projection, width * area])
            let turned = try b.transpose(
                b.reshapeStatic(matrix, [projection, width, area]),
                [0, 2, 1]
            )
            let weight = try b.reshapeStatic(turned, [projection, area * width])
            return try b.append(.linear, [cells, weight, b.parameter("bias", [projection])])
        }
        return try b.linear(b.activation(inner, .gelu), "fc2", projection)
    }

    /// Takes the tower out of DeepSeek's checkpoints, and brings a tower's and a classifier's names to each other's.
    ///
    /// Source: `checkpoint_filter_fn_encoder`, `checkpoint_filter_fn_classifier`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let isSource = tensors.keys.contains { $0.hasPrefix("vision.") }
        // The source's own `norm` and `head` are the language model's.
        let isClassifier = !isSource && tensors.keys.contains { $0.hasPrefix("encoder.") }
        try TensorNames.rename(&tensors) { name in
            if isClassifier, name.hasPrefix("norm.") || name.hasPrefix("head.") {
                return use == .encoder ? nil : name
            }
            return encoderName(name, isSource: isSource).map(use.checkpointName)
        }
        let name = use.checkpointName("patch_embed.proj.weight")
        if let weight = tensors[name], weight.shape.rank == 2 {
            let channels = weight.shape[1] / (patch * patch)
            tensors[name] = TensorNames.reshaped(weight, [weight.shape[0], channels, patch, patch])
        }
    }

    private func encoderName(_ name: String, isSource: Bool) -> String? {
        var name = name
        if name.hasPrefix("encoder.") {
            name = String(name.dropFirst("encoder.".count))
        } else if isSource, name.hasPrefix("vision.") {
            name = String(name.dropFirst("vision.".count))
        } else {
            let known = isSource ? ["aligner."] : ["patch_embed.", "blocks.", "norm.", "aligner."]
            guard known.contains(where: name.hasPrefix) else { return nil }
        }
        if name.hasPrefix("aligner.") {
            guard use.isProjected else { return nil }
            return TensorNames.replacing(
                name,
                [("aligner.w1.", "aligner.fc1."), ("aligner.w2.", "aligner.fc2.")]
            )
        }
        return TensorNames.replacing(
            name,
            [
                (".attn.wqkv.", ".attn.qkv."), (".attn.wo.", ".attn.proj."), (".mlp.w1.", ".mlp.fc1."),
                (".mlp.w2.", ".mlp.fc2."),
            ]
        )
    }
}

extension ModelFamily {
    /// The architectures of timm/models/deepseek_vit.py, in its order.
    static let deepSeekViT = ModelFamily(
        name: "deepseek_vit",
        variants: [
            ModelVariant("deepseek_vit_412m", DeepSeekViT(use: .classifier)),
            ModelVariant("deepseek_vit_412m_align", DeepSeekViT(use: .projectedClassifier)),
            ModelVariant("deepseek_vit_412m_enc", DeepSeekViT(use: .encoder)),
        ]
    )
}
