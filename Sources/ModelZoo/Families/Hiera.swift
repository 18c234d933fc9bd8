internal import Graph
internal import Tensors

// Hiera: a vision transformer whose tokens are pooled between stages, in windows first, then over the whole picture.
//
// Papers: Hiera: A Hierarchical Vision Transformer without the Bells-and-Whistles (https://arxiv.org/abs/2306.00989),
// Window Attention is Bugged: How not to Interpolate Position Embeddings (https://arxiv.org/abs/2311.05613).
// Source: timm/models/hiera.py (timm 1.0.31). Deviations: windows are the batch's, where timm keeps them inside out in one
// list of tokens; attention over the whole picture does not see the order. Positions of a window and of a grid are put
// together as part of the graph. Another size of a checkpoint without them is refused: timm does not resample it.

/// The numbers of a Hiera.
struct Hiera: ModelConfiguration, Equatable {
    /// Blocks of the four stages.
    var depths: [Int]
    /// Features of the first stage; each further one has twice as many.
    var width = 96
    /// Heads of the first stage; each further one has twice as many.
    var heads = 1
    /// Extent of the grid of positions that is resampled; nil where every patch has its own.
    var positionGrid: Int?
    var hasLayerScale = false
    /// Whether a linear layer makes a stage's features; else they are the largest and the mean ones.
    var expandsByLayer = true

    private static let size = 224
    /// Rows of a window of the first stage.
    private static let window = 8
    /// Tokens of which pooling makes one.
    private static let pooled = 4

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.convolve(b.input, "patch_embed.proj", width, kernel: 7, stride: 4)
        let grid = Extent(height: map.height, width: map.width)
        // Pictures that are no multiple of the patch have a row more than timm counts.
        guard options.height % 32 == 0, options.width % 32 == 0 else {
            throw b.failure(
                "a picture of \(options.height)x\(options.width) is not divided by windows of 32x32 pixels: use a height "
                    + "and width that are multiples of 32",
                code: .unsupportedConfiguration
            )
        }
        let count = (grid.height / Self.window) * (grid.width / Self.window)
        let tokens = try positioned(b, map, grid)
        let ordered = try b.append(.gather(axis: 1, indices: Self.order(grid)), [tokens])
        var x = try b.reshape(ordered, [Self.window * Self.window, width], batchFactor: count)
        var index = 0
        for stage in depths.indices {
            for place in 0..<depths[stage] {
                // The third stage's first block, which pools, still attends in windows.
                if stage == 2, place == 1 {
                    x = try b.reshape(x, [count * x.type.dimensions[0], x.features], batchFactor: 1)
                }
                let groups = x.type.batchFactor == count ? 1 : count
                x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                    try block(b, x, stage, groups: groups, pools: stage > 0 && place == 0)
                }
                index += 1
            }
        }
        try b.linearClassifier(
            features: x,
            embedding: b.layerNormalization(b.averagedTokens(x), "head.norm"),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func positioned(_ b: GraphBuilder, _ map: Value, _ grid: Extent) throws(GraphError) -> Value {
        if let positionGrid {
            let positions = try b.windowedPositions(
                "pos_embed_win",
                width: width,
                window: Self.window,
                from: Extent(positionGrid),
                to: grid,
                filter: PositionFilter()
            )
            return try b.tokens(b.add(map, positions))
        }
        let count = (Self.size / 4) * (Self.size / 4)
        try b.requirePatches(map, count: count, size: Self.size)
        return try b.add(b.tokens(map), b.parameter("pos_embed", [1, count, width]))
    }

    /// The patches window by window, and in a window so that each pooling takes what lies a quarter of the list apart.
    ///
    /// Source: `Unroll`, with the window's number in front.
    private static func order(_ grid: Extent) -> [Int] {
        var result: [Int] = []
        result.reserveCapacity(grid.height * grid.width)
        for top in stride(from: 0, to: grid.height, by: window) {
            for left in stride(from: 0, to: grid.width, by: window) {
                for place in 0..<window * window {
                    // The place's bits, the highest first: row and column of the finest pooling, of the next, of the last.
                    let bits = (0..<6).map { place >> (5 - $0) & 1 }
                    let row = bits[0] + 2 * bits[2] + 4 * bits[4]
                    let column = bits[1] + 2 * bits[3] + 4 * bits[5]
                    result.append((top + row) * grid.width + left + column)
                }
            }
        }
        return result
    }

    /// The four tokens of each pooling along an axis of their own, the third: `[factor N, groups, 4, tokens, C]`.
    private func quarters(_ b: GraphBuilder, _ x: Value, _ groups: Int) throws(GraphError) -> Value {
        let count = x.type.dimensions[0] / (groups * Self.pooled)
        return try b.reshape(x, [groups, Self.pooled, count, x.features])
    }

    private func reduced(
        _ b: GraphBuilder,
        _ x: Value,
        _ groups: Int,
        _ kind: ReductionKind = .maximum
    ) throws(GraphError) -> Value {
        let parts = try quarters(b, x, groups)
        let result = try b.append(.reduction(kind, axes: [2], keepsAxes: false), [parts])
        return try b.reshape(result, [x.type.dimensions[0] / Self.pooled, x.features])
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        groups: Int,
        pools: Bool
    ) throws(GraphError) -> Value {
        let outputs = width << stage
        let normal = try b.layerNormalization(x, "norm1")
        var shortcut = x
        if pools {
            shortcut =
                expandsByLayer
                ? try reduced(b, b.linear(normal, "proj", outputs), groups)
                : try b.concatenate([reduced(b, x, groups), reduced(b, x, groups, .mean)], axis: 2)
        }
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let qkv = try b.linear(normal, "qkv", 3 * outputs)
            var parts: [Value] = []
            for part in 0..<3 {
                var value = try b.slice(qkv, axis: 2, part * outputs, outputs)
                if part == 0, pools { value = try reduced(b, value, groups) }
                parts += try b.splitHeads(value, parts: 1, heads: heads << stage)
            }
            return try b.linear(b.joinHeads(b.attention(parts[0], parts[1], parts[2])), "proj", outputs)
        }
        let y = try b.add(shortcut, scaled(b, mixed, "ls1"))
        let second = try b.layerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * outputs))
        }
        return try b.add(y, scaled(b, refined, "ls2"))
    }

    private func scaled(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        guard hasLayerScale else { return x }
        return try b.scope(name) { () throws(GraphError) in try b.featureScale(x, "gamma") }
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            let renamed = TensorNames.replacing(name, [("head.projection.", "head.fc.")])
            if renamed.hasPrefix("encoder_norm.") { return "head." + renamed.dropFirst("encoder_".count) }
            if renamed.hasPrefix("norm.") { return "head." + renamed }
            return renamed == "pos_embed_abs" ? "pos_embed" : renamed
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/hiera.py, in its order.
    static let hiera = ModelFamily(
        name: "hiera",
        variants: [
            ModelVariant("hiera_tiny_224", Hiera(depths: [1, 2, 7, 2])),
            ModelVariant("hiera_small_224", Hiera(depths: [1, 2, 11, 2])),
            ModelVariant("hiera_base_224", Hiera(depths: [2, 3, 16, 3])),
            ModelVariant("hiera_base_plus_224", Hiera(depths: [2, 3, 16, 3], width: 112, heads: 2)),
            ModelVariant("hiera_large_224", Hiera(depths: [2, 6, 36, 4], width: 144, heads: 2)),
            ModelVariant("hiera_huge_224", Hiera(depths: [2, 6, 36, 4], width: 256, heads: 4)),
            ModelVariant(
                "hiera_small_abswin_256",
                Hiera(
                    depths: [1, 2, 11, 2],
                    positionGrid: 16,
                    hasLayerScale: true,
                    expandsByLayer: false
                )
            ),
            ModelVariant(
                "hiera_base_abswin_256",
                Hiera(depths: [2, 3, 16, 3], positionGrid: 14, hasLayerScale: true)
            ),
        ]
    )
}
