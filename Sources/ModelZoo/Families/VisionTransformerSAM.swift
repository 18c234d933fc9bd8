internal import Graph
internal import Tensors

// SAM's picture encoder: a vision transformer that attends in windows, and over the whole map in a few blocks, with learned
// distances along each axis.
//
// Papers: Segment Anything (https://arxiv.org/abs/2304.02643), Exploring Plain Vision Transformer Backbones for Object
// Detection (https://arxiv.org/abs/2203.16527).
// Source: timm/models/vision_transformer_sam.py (timm 1.0.31). Deviations: positions and tables of distances of another
// grid than the checkpoint's are resampled as part of the graph. Of timm's options those stand here that its architectures
// use.

/// The numbers of a SAM encoder.
struct VisionTransformerSAM: ModelConfiguration, Equatable {
    /// Height and width of the checkpoint's pictures.
    var size: Int
    var width: Int
    var depth: Int
    var heads: Int
    /// The blocks that attend over the whole map.
    var globalBlocks: [Int]
    var hasPositions = true
    /// Channels of the convolutions at the end; nil where a normalisation stands there alone.
    var neckWidth: Int? = 256

    private static let patch = 16
    private static let window = Extent(14)
    private static let normalization = TokenNormalization.layer(epsilon: 1e-5)

    /// Emits patches, blocks, neck and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        guard options.height % Self.patch == 0, options.width % Self.patch == 0 else {
            throw b.failure(
                "a picture of \(options.height)x\(options.width) is not divided by patches of "
                    + "\(Self.patch)x\(Self.patch) pixels: use a height and width that are multiples of \(Self.patch)",
                code: .unsupportedConfiguration
            )
        }
        let map = try b.scope("patch_embed") { () throws(GraphError) in
            try b.patchEmbedding(b.input, patch: Self.patch, width: width)
        }
        var x = try b.channelsLast(map)
        if hasPositions { x = try b.add(x, positions(b, Extent(height: map.height, width: map.width))) }
        var marks = AxialMarks()
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try block(b, x, isGlobal: globalBlocks.contains(index), &marks)
            }
        }
        try b.averagedClassifier(
            neck(b, b.channelsFirst(x)),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    /// Learned positions `[1, rows, columns, width]`, resampled where the grid is another; static.
    private func positions(_ b: GraphBuilder, _ grid: Extent) throws(GraphError) -> Value {
        let native = Extent(size / Self.patch)
        let table = try b.parameter("pos_embed", [1, native.height, native.width, width])
        guard native != grid else { return table }
        let picture = try b.transpose(table, [0, 3, 1, 2])
        return try b.transpose(b.resample(picture, to: grid, filter: PositionFilter()), [0, 2, 3, 1])
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        isGlobal: Bool,
        _ marks: inout AxialMarks
    ) throws(GraphError) -> Value {
        let map = Extent(height: x.type.dimensions[0], width: x.type.dimensions[1])
        let plan = WindowPlan(map: map, window: isGlobal ? map : Self.window, shift: 0)
        let normal = try b.normalization(x, "norm1", Self.normalization)
        let tokens = try isGlobal ? b.reshape(normal, [plan.area, width]) : b.windows(normal, plan)
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let parts = try b.splitHeads(b.linear(tokens, "qkv", 3 * width), parts: 3, heads: heads)
            let native = isGlobal ? Extent(size / Self.patch) : Self.window
            let distances = AxialDistances(
                query: plan.window,
                key: plan.window,
                stored: Self.distances(native),
                used: Self.distances(plan.window)
            )
            let mixed = try b.attention(parts[0], parts[1], parts[2], distances, &marks)
            return try b.linear(b.joinHeads(mixed), "proj", width)
        }
        let apart =
            try isGlobal
            ? b.reshape(mixed, [map.height, map.width, width]) : b.unwindowed(mixed, plan)
        let y = try b.add(x, apart)
        let second = try b.normalization(y, "norm2", Self.normalization)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * width))
        }
        return try b.add(y, refined)
    }

    /// How many distances the positions along each axis have.
    private static func distances(_ grid: Extent) -> Extent {
        Extent(height: 2 * grid.height - 1, width: 2 * grid.width - 1)
    }

    private func neck(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        guard let neckWidth else { return try b.layerNormalization(x, "neck", axis: 1) }
        var y = try b.convolution(x, "neck.0", neckWidth)
        y = try b.layerNormalization(y, "neck.1", axis: 1)
        y = try b.convolution(y, "neck.2", neckWidth, kernel: 3)
        return try b.layerNormalization(y, "neck.3", axis: 1)
    }

    /// Takes the picture encoder out of SAM's checkpoints.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        let prefix = "image_encoder."
        let isWhole = tensors[prefix + "patch_embed.proj.weight"] != nil
        try TensorNames.rename(&tensors) { name in
            guard name.hasPrefix(prefix) else { return isWhole ? nil : name }
            let own = String(name.dropFirst(prefix.count))
            return TensorNames.replacing(own, [("mlp.lin", "mlp.fc")])
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/vision_transformer_sam.py, in its order.
    static let visionTransformerSAM = ModelFamily(
        name: "vision_transformer_sam",
        variants: [
            ModelVariant(
                "samvit_base_patch16",
                VisionTransformerSAM(
                    size: 1024,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    globalBlocks: [2, 5, 8, 11]
                )
            ),
            ModelVariant(
                "samvit_large_patch16",
                VisionTransformerSAM(
                    size: 1024,
                    width: 1024,
                    depth: 24,
                    heads: 16,
                    globalBlocks: [5, 11, 17, 23]
                )
            ),
            ModelVariant(
                "samvit_huge_patch16",
                VisionTransformerSAM(
                    size: 1024,
                    width: 1280,
                    depth: 32,
                    heads: 16,
                    globalBlocks: [7, 15, 23, 31]
                )
            ),
            ModelVariant(
                "samvit_base_patch16_224",
                VisionTransformerSAM(
                    size: 224,
                    width: 768,
                    depth: 12,
                    heads: 12,
                    globalBlocks: [2, 5, 8, 11],
                    hasPositions: false,
                    neckWidth: nil
                )
            ),
        ]
    )
}
