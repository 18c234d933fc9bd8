internal import Graph
internal import Tensors

// HieraDet: SAM 2's Hiera, whose windows are cut out of a map and which attends over the whole map in a few blocks.
//
// Paper: SAM 2: Segment Anything in Images and Videos (https://arxiv.org/abs/2408.00714).
// Source: timm/models/hieradet_sam2.py (timm 1.0.31). No deviations: the positions depend on weights alone and fold.

/// The numbers of a HieraDet.
struct HieraDet: ModelConfiguration, Equatable {
    /// Blocks of the four stages.
    var depths: [Int]
    /// Features of the first stage; each further one has twice as many.
    var width = 96
    /// Heads of the first stage; each further one has twice as many.
    var heads = 1
    /// Extent of the grid of positions that is resampled.
    var positionGrid = 7
    /// Rows of each stage's windows.
    var windows = [8, 4, 14, 7]
    /// Blocks, counted through all stages, that attend over the whole map.
    var globalBlocks: [Int]
    var hasLayerScale = false

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.convolve(b.input, "patch_embed.proj", width, kernel: 7, stride: 4)
        let positions = try b.windowedPositions(
            "pos_embed_window",
            width: width,
            window: windows[0],
            from: Extent(positionGrid),
            to: Extent(height: map.height, width: map.width),
            filter: PositionFilter(antialiases: false)
        )
        var x = try b.channelsLast(b.add(map, positions))
        var index = 0
        for stage in depths.indices {
            for place in 0..<depths[stage] {
                let pools = stage > 0 && place == 0
                // A stage's first block still has the windows of the stage before, whose map it halves.
                let window = globalBlocks.contains(index) ? nil : windows[pools ? stage - 1 : stage]
                x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                    try block(b, x, stage, window: window, pools: pools)
                }
                index += 1
            }
        }
        try b.linearClassifier(
            features: x,
            embedding: b.layerNormalization(b.mean(x, axes: [1, 2]), "head.norm"),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        window: Int?,
        pools: Bool
    ) throws(GraphError) -> Value {
        let outputs = width << stage
        let map = Extent(height: x.type.dimensions[0], width: x.type.dimensions[1])
        let normal = try b.layerNormalization(x, "norm1")
        let shortcut = pools ? try halved(b, b.linear(normal, "proj", outputs)) : x
        let plan = WindowPlan(
            map: map,
            window: window.map { Extent($0) } ?? map,
            shift: 0
        )
        let reduced = pools ? Self.halved(plan) : plan
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let tokens =
                try window == nil
                ? b.reshape(normal, [plan.area, x.features]) : b.windows(normal, plan)
            let qkv = try b.linear(tokens, "qkv", 3 * outputs)
            var parts: [Value] = []
            for part in 0..<3 {
                var value = try b.slice(qkv, axis: 2, part * outputs, outputs)
                if part == 0, pools {
                    let square = [plan.window.height, plan.window.width, outputs]
                    value = try b.reshape(halved(b, b.reshape(value, square)), [reduced.area, outputs])
                }
                parts += try b.splitHeads(value, parts: 1, heads: heads << stage)
            }
            return try b.linear(b.joinHeads(b.attention(parts[0], parts[1], parts[2])), "proj", outputs)
        }
        let extents = [reduced.map.height, reduced.map.width, outputs]
        let apart = try window == nil ? b.reshape(mixed, extents) : b.unwindowed(mixed, reduced)
        let y = try b.add(shortcut, scaled(b, apart, "ls1"))
        let second = try b.layerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * outputs))
        }
        return try b.add(y, scaled(b, refined, "ls2"))
    }

    /// The largest of squares of two by two of `[factor N, H, W, C]`, whose extents are even.
    private func halved(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let (rows, columns) = (x.type.dimensions[0] / 2, x.type.dimensions[1] / 2)
        let squares = try b.reshape(x, [rows, 2, columns, 2, x.features])
        return try b.append(.reduction(.maximum, axes: [2, 4], keepsAxes: false), [squares])
    }

    private static func halved(_ plan: WindowPlan) -> WindowPlan {
        func half(_ extent: Extent) -> Extent { Extent(height: extent.height / 2, width: extent.width / 2) }
        return WindowPlan(map: half(plan.map), window: half(plan.window), shift: 0)
    }

    private func scaled(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        guard hasLayerScale else { return x }
        return try b.scope(name) { () throws(GraphError) in try b.featureScale(x, "gamma") }
    }

    /// Brings the perceptrons' names of SAM 2's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(name, [("mlp.layers.0", "mlp.fc1"), ("mlp.layers.1", "mlp.fc2")])
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/hieradet_sam2.py, in its order.
    static let hieraDet = ModelFamily(
        name: "hieradet_sam2",
        variants: [
            ModelVariant("sam2_hiera_tiny", HieraDet(depths: [1, 2, 7, 2], globalBlocks: [5, 7, 9])),
            ModelVariant("sam2_hiera_small", HieraDet(depths: [1, 2, 11, 2], globalBlocks: [7, 10, 13])),
            ModelVariant(
                "sam2_hiera_base_plus",
                HieraDet(
                    depths: [2, 3, 16, 3],
                    width: 112,
                    heads: 2,
                    positionGrid: 14,
                    globalBlocks: [12, 16, 20]
                )
            ),
            ModelVariant(
                "sam2_hiera_large",
                HieraDet(
                    depths: [2, 6, 36, 4],
                    width: 144,
                    heads: 2,
                    windows: [8, 4, 16, 8],
                    globalBlocks: [23, 33, 43]
                )
            ),
            ModelVariant(
                "hieradet_small",
                HieraDet(
                    depths: [1, 2, 11, 2],
                    windows: [8, 4, 16, 8],
                    globalBlocks: [7, 10, 13],
                    hasLayerScale: true
                )
            ),
        ]
    )
}
