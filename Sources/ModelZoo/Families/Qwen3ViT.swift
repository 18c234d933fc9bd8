internal import Graph
internal import Tensors

// The picture tower of Qwen3-VL, Qwen3.5, Qwen3.8 and Qwen-Drive.
//
// Papers: Qwen3-VL (https://arxiv.org/abs/2511.21631), Qwen-Drive-1.0 (https://arxiv.org/abs/2609.00111).
// Source: timm/models/qwen3_vit.py (timm 1.0.31). Deviations: an encoder that is asked for classes is refused, where
// timm gives it none.

/// The numbers of a Qwen3 tower.
struct Qwen3ViT: ModelConfiguration, Equatable {
    var width: Int
    var depth: Int
    var heads: Int
    /// Hidden features of a perceptron.
    var hidden: Int
    var projection: TowerProjection
    var use: TowerUse

    private static let patch = 16
    /// Rows and columns of the checkpoint's positions.
    private static let grid = 48
    /// Rows and columns of the tokens that the merger makes one.
    private static let cell = 2

    private var normalization: TokenNormalization { .layer() }

    /// Emits patches, blocks, merger and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        try b.requireCells(of: use.isProjected ? Self.patch * Self.cell : Self.patch)
        try b.tower(use, normalization: normalization, classCount: options.classCount) {
            () throws(GraphError) in try encode(b, projection: projection.width(under: options.tag))
        }
    }

    /// The patches as a map `[N, H, W, C]`, and the tokens that are pooled or given.
    private func encode(_ b: GraphBuilder, projection: Int) throws(GraphError) -> (Value, Value) {
        let patches = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: Self.patch, width: width)
        }
        let grid = Extent(height: patches.height, width: patches.width)
        let positions = try b.positionEmbedding(
            "pos_embed",
            width: width,
            from: Extent(Self.grid),
            to: grid,
            filter: PositionFilter(mode: .bilinear, antialiases: false, alignsCorners: true)
        )
        let block = RotaryBlock(
            attention: SelfAttention(heads: heads),
            feedForward: FeedForward(hidden: hidden, activation: .geluTanh),
            normalization: normalization
        )
        let placed = try b.add(b.tokens(patches), positions)
        let tokens = try b.rotaryBlocks(placed, block, grid: grid, depth: depth)
        let map = try b.reshape(tokens, [grid.height, grid.width, width])
        guard use.isProjected else { return (map, tokens) }
        let merged = try b.scope("merger") { () throws(GraphError) in
            let cells = try b.mergedCells(b.normalization(map, "norm", normalization), side: Self.cell)
            let inner = try b.activation(b.linear(cells, "fc1", cells.features), .gelu)
            return try b.linear(inner, "fc2", projection)
        }
        return (map, merged)
    }

    /// Takes the tower out of Qwen's checkpoints, and a tower's names into a classifier's.
    ///
    /// Source: `checkpoint_filter_fn_encoder`, `checkpoint_filter_fn_classifier`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            if use != .encoder, name.hasPrefix("norm.") || name.hasPrefix("head.") { return name }
            return encoderName(name).map(use.checkpointName)
        }
        if let table = tensors.removeValue(forKey: use.checkpointName("pos_embed.weight")) {
            let positions = TensorNames.reshaped(table, [1] + table.shape.dimensions)
            tensors[use.checkpointName("pos_embed")] = positions
        }
        let name = use.checkpointName("patch_embed.proj.weight")
        if let weight = tensors[name], weight.shape.rank == 5 { tensors[name] = Self.summedFrames(weight) }
    }

    private func encoderName(_ name: String) -> String? {
        let prefixes = ["vlm.model.visual.", "model.visual.", "visual.", "encoder."]
        var name = name
        if let prefix = prefixes.first(where: name.hasPrefix) {
            name = String(name.dropFirst(prefix.count))
        } else {
            let known = ["patch_embed.", "pos_embed", "blocks.", "merger."]
            guard known.contains(where: name.hasPrefix) else { return nil }
        }
        guard !name.hasPrefix("rotary_pos_emb"), !name.hasPrefix("deepstack_merger_list") else { return nil }
        if name.hasPrefix("merger."), !use.isProjected { return nil }
        return TensorNames.replacing(
            name,
            [
                ("merger.linear_fc", "merger.fc"), (".mlp.linear_fc1.", ".mlp.fc1."),
                (".mlp.linear_fc2.", ".mlp.fc2."),
            ]
        )
    }

    /// A convolution over frames `[O, I, T, H, W]` as the one that sees the same frame T times.
    private static func summedFrames(_ weight: Tensor) -> Tensor {
        let extents = weight.shape.dimensions
        let (frames, area) = (extents[2], extents[3] * extents[4])
        let source = weight.floats
        var values: [Float] = []
        values.reserveCapacity(source.count / max(frames, 1))
        for filter in 0..<extents[0] * extents[1] {
            for place in 0..<area {
                var sum = 0.0
                for frame in 0..<frames { sum += Double(source[(filter * frames + frame) * area + place]) }
                values.append(Float(sum))
            }
        }
        return Tensor(shape: Shape([extents[0], extents[1], extents[3], extents[4]]), values: values)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/qwen3_vit.py, in its order.
    static let qwen3ViT = ModelFamily(
        name: "qwen3_vit",
        variants: [
            ModelVariant("qwen3_vit_88m", Qwen3ViT.small(.classifier)),
            ModelVariant("qwen3_vit_88m_merge", Qwen3ViT.small(.projectedClassifier)),
            ModelVariant("qwen3_vit_306m", Qwen3ViT.medium(.classifier)),
            ModelVariant("qwen3_vit_306m_merge", Qwen3ViT.medium(.projectedClassifier)),
            ModelVariant("qwen3_vit_416m", Qwen3ViT.large(.classifier)),
            ModelVariant("qwen3_vit_416m_merge", Qwen3ViT.large(.projectedClassifier)),
            ModelVariant("qwen3_vit_88m_enc", Qwen3ViT.small(.encoder)),
            ModelVariant("qwen3_vit_306m_enc", Qwen3ViT.medium(.encoder)),
            ModelVariant("qwen3_vit_416m_enc", Qwen3ViT.large(.encoder)),
        ]
    )
}

extension Qwen3ViT {
    /// The tower of 88 million parameters.
    fileprivate static func small(_ use: TowerUse) -> Qwen3ViT {
        Qwen3ViT(
            width: 768,
            depth: 12,
            heads: 12,
            hidden: 3072,
            projection: TowerProjection(width: 1024),
            use: use
        )
    }

    /// The tower of 306 million parameters.
    fileprivate static func medium(_ use: TowerUse) -> Qwen3ViT {
        Qwen3ViT(
            width: 1024,
            depth: 24,
            heads: 16,
            hidden: 4096,
            projection: TowerProjection(
                width: 2048,
                others: ["qwen3_5_4b": 2560, "qwen3_vl_4b": 2560, "qwen_drive_1_0_4b": 2560]
            ),
            use: use
        )
    }

    /// The tower of 416 million parameters.
    fileprivate static func large(_ use: TowerUse) -> Qwen3ViT {
        Qwen3ViT(
            width: 1152,
            depth: 27,
            heads: 16,
            hidden: 4304,
            projection: TowerProjection(
                width: 5120,
                others: [
                    "qwen3_8_flash_next": 2560, "qwen3_5_9b": 4096, "qwen3_vl_8b": 4096,
                    "qwen3_vl_30b_a3b": 2048, "qwen3_vl_235b_a22b": 4096,
                ]
            ),
            use: use
        )
    }
}
