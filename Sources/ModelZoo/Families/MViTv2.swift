internal import Graph
internal import Tensors

// MViTv2: attention over queries, keys and values that strided convolutions make coarser, with learned distances along
// each axis.
//
// Paper: MViTv2: Improved Multiscale Vision Transformers for Classification and Detection
// (https://arxiv.org/abs/2112.01526).
// Source: timm/models/mvitv2.py (timm 1.0.31). Deviations: tables of distances of another size than the checkpoint's are
// resampled as part of the graph, so that the checkpoint is read as it is. Of timm's options those stand here that its
// architectures use.

/// The numbers of an MViTv2.
struct MViTv2: ModelConfiguration, Equatable {
    /// Blocks of the four stages.
    var depths: [Int]
    /// Features of the first stage; each further one has twice as many.
    var width = 96
    /// Heads of the first stage; each further one has twice as many.
    var heads = 1
    var hasClassToken = false
    /// Whether a stage's first attention has the stage's features, not the last perceptron of the stage before.
    var expandsInAttention = true

    private static let size = 224
    /// Along each axis, how many tokens of a stage one key stands for.
    private static let reductions = [4, 2, 1, 1]

    /// The tokens between two blocks.
    private struct State {
        var tokens: Value
        /// Rows and columns.
        var map: Extent
        /// The rows for which timm lays the tables out: at odd extents one less than there are.
        var planned: Int
        /// The same of the checkpoint's pictures.
        var native: Int
        var marks = AxialMarks()
    }

    /// A block's place and numbers.
    private struct Place {
        var stage: Int
        /// Along each axis, how many tokens one query stands for.
        var stride: Int
        /// Features of the attention.
        var width: Int
        /// Features that come out.
        var outputs: Int
        var heads: Int
    }

    private var prefix: Int { hasClassToken ? 1 : 0 }

    /// Emits patches, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        guard options.height == options.width else {
            throw b.failure(
                "timm lays this family's distances out for squares alone, and the picture has "
                    + "\(options.height)x\(options.width) pixels: use as many rows as columns, as in "
                    + "\(options.height)x\(options.height)",
                code: .unsupportedConfiguration
            )
        }
        let patches = try b.convolve(b.input, "patch_embed.proj", width, kernel: 7, stride: 4)
        var tokens = try b.tokens(patches)
        if hasClassToken {
            tokens = try b.concatenate([b.token("cls_token", width: width), tokens], axis: 1)
        }
        var state = State(
            tokens: tokens,
            map: Extent(height: patches.height, width: patches.width),
            planned: options.height / 4,
            native: Self.size / 4
        )
        for stage in depths.indices {
            for index in 0..<depths[stage] {
                let place = place(stage, index)
                state = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    try block(b, state, place)
                }
            }
        }
        let x = try b.layerNormalization(state.tokens, "norm")
        try b.linearClassifier(
            features: x,
            embedding: hasClassToken ? b.token(of: x, at: 0) : b.averagedTokens(x),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func place(_ stage: Int, _ index: Int) -> Place {
        let own = width << stage
        let isLast = index == depths[stage] - 1 && stage < depths.count - 1
        return Place(
            stage: stage,
            stride: stage > 0 && index == 0 ? 2 : 1,
            width: own,
            outputs: isLast && !expandsInAttention ? 2 * own : own,
            heads: heads << stage
        )
    }

    private func block(_ b: GraphBuilder, _ state: State, _ place: Place) throws(GraphError) -> State {
        let x = state.tokens
        let normal = try b.layerNormalization(x, "norm1")
        var shortcut = x
        if x.features != place.outputs, expandsInAttention {
            shortcut = try b.linear(normal, "shortcut_proj_attn", place.outputs)
        }
        if place.stride > 1 {
            shortcut = try onMap(b, shortcut, state.map) { map throws(GraphError) in
                try b.maximumPool(map, kernel: place.stride + 1, stride: place.stride, padding: 1)
            }
        }
        var next = try b.scope("attn") { () throws(GraphError) in
            try attention(b, normal, state, place)
        }
        let y = try b.add(shortcut, next.tokens)
        let second = try b.layerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * place.width, outputs: place.outputs))
        }
        let kept =
            y.features == place.outputs ? y : try b.linear(second, "shortcut_proj_mlp", place.outputs)
        next.tokens = try b.add(kept, refined)
        next.planned = state.planned / place.stride
        next.native = state.native / place.stride
        return next
    }

    /// What `body` makes of the tokens after the prefix as a map, behind the prefix.
    private func onMap(
        _ b: GraphBuilder,
        _ x: Value,
        _ map: Extent,
        _ body: (Value) throws(GraphError) -> Value
    ) throws(GraphError) -> Value {
        let patches = prefix > 0 ? try b.slice(x, axis: 1, prefix, map.height * map.width) : x
        let changed = try b.tokens(body(b.map(patches, height: map.height, width: map.width)))
        guard prefix > 0 else { return changed }
        return try b.concatenate([b.slice(x, axis: 1, 0, prefix), changed], axis: 1)
    }

    /// Source: `MultiScaleAttention`.
    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ state: State,
        _ place: Place
    ) throws(GraphError) -> State {
        let qkv = try b.linear(x, "qkv", 3 * place.width)
        let reduction = Self.reductions[place.stage]
        func coarser(_ part: Int, _ name: String, _ stride: Int) throws(GraphError) -> Value {
            let own = try b.slice(qkv, axis: 2, part * place.width, place.width)
            let size = place.width / place.heads
            // All heads share the filter of one.
            let filter = try b.parameter("pool_\(name).weight", [size, 1, 3, 3])
            let filters = try b.concatenate([Value](repeating: filter, count: place.heads), axis: 0)
            let shape = Convolution(
                outputChannels: place.width,
                kernel: 3,
                stride: Extent(stride),
                padding: Edges(1),
                groups: place.width
            )
            let pooled = try onMap(b, own, state.map) { map throws(GraphError) in
                try b.append(.convolution(shape), [map, filters])
            }
            let heads = try b.reshape(pooled, [pooled.type.dimensions[0], place.heads, size])
            return try b.transpose(b.layerNormalization(heads, "norm_\(name)"), [0, 2, 1, 3])
        }
        func reduced(_ extent: Extent, _ stride: Int) -> Extent {
            Extent(
                height: (extent.height + stride - 1) / stride,
                width: (extent.width + stride - 1) / stride
            )
        }
        func rows(_ extent: Int) -> Int { 2 * max(extent / place.stride, extent / reduction) - 1 }
        let map = reduced(state.map, place.stride)
        let distances = AxialDistances(
            query: map,
            key: reduced(state.map, reduction),
            stored: Extent(rows(state.native)),
            used: Extent(rows(state.planned)),
            prefix: prefix
        )
        let query = try coarser(0, "q", place.stride)
        let key = try coarser(1, "k", reduction)
        var next = state
        let mixed = try b.attention(
            query,
            key,
            coarser(2, "v", reduction),
            distances,
            &next.marks
        )
        next.map = map
        next.tokens = try b.linear(b.joinHeads(b.add(mixed, query)), "proj", place.width)
        return next
    }

    /// Brings the names of the paper's checkpoints to timm's: there the blocks of all stages stand in one list.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stages.0.blocks.0.norm1.weight"] == nil else { return }
        var places: [String] = []
        for (stage, depth) in depths.enumerated() {
            places += (0..<depth).map { "stages.\(stage).blocks.\($0)" }
        }
        let shortcut = expandsInAttention ? "shortcut_proj_attn" : "shortcut_proj_mlp"
        try TensorNames.rename(&tensors) { name in
            var parts = name.split(separator: ".").map(String.init)
            if parts.count > 2, parts[0] == "blocks", let index = Int(parts[1]), index < places.count {
                if parts[2] == "proj" { parts[2] = shortcut }
                parts.replaceSubrange(0..<2, with: [places[index]])
            }
            return TensorNames.replacing(
                parts.joined(separator: "."),
                [("head.projection", "head.fc")]
            )
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/mvitv2.py, in its order.
    static let mViTv2 = ModelFamily(
        name: "mvitv2",
        variants: [
            ModelVariant("mvitv2_tiny", MViTv2(depths: [1, 2, 5, 2])),
            ModelVariant("mvitv2_small", MViTv2(depths: [1, 2, 11, 2])),
            ModelVariant("mvitv2_base", MViTv2(depths: [2, 3, 16, 3])),
            ModelVariant(
                "mvitv2_large",
                MViTv2(depths: [2, 6, 36, 4], width: 144, heads: 2, expandsInAttention: false)
            ),
            ModelVariant("mvitv2_small_cls", MViTv2(depths: [1, 2, 11, 2], hasClassToken: true)),
            ModelVariant("mvitv2_base_cls", MViTv2(depths: [2, 3, 16, 3], hasClassToken: true)),
            ModelVariant(
                "mvitv2_large_cls",
                MViTv2(depths: [2, 6, 36, 4], width: 144, heads: 2, hasClassToken: true)
            ),
            ModelVariant(
                "mvitv2_huge_cls",
                MViTv2(depths: [4, 8, 60, 8], width: 192, heads: 3, hasClassToken: true)
            ),
        ]
    )
}
