internal import Graph
internal import Tensors

// TNT: a transformer over patches with a smaller one inside, over the pixels of each patch.
//
// Paper: Transformer in Transformer (https://arxiv.org/abs/2103.00112).
// Source: timm/models/tnt.py (timm 1.0.31). Deviations: positions of another grid than the checkpoint's are resampled as
// part of the graph, so that the checkpoint is read as it is.

/// The numbers of a TNT.
struct TNT: ModelConfiguration, Equatable {
    /// Features of a patch.
    var width: Int
    /// Features of a pixel.
    var innerWidth: Int
    var heads: Int
    /// Whether the picture is convolved before it is cut, and pixels are normalised one by one.
    var isLegacy = false

    private static let size = 224
    private static let patch = 16
    private static let stride = 4
    private static let depth = 12
    private static let innerHeads = 4
    private static let epsilon: Float = 1e-5
    /// Pixels of a patch along an axis.
    private static let reach = patch / stride

    /// Emits pixels, patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let grid = Extent(height: options.height / Self.patch, width: options.width / Self.patch)
        let count = grid.height * grid.width
        guard count > 0 else {
            throw b.failure(
                "a picture of \(options.height)x\(options.width) holds no patch of \(Self.patch)x\(Self.patch): use at "
                    + "least \(Self.patch)x\(Self.patch) pixels",
                code: .unsupportedConfiguration
            )
        }
        var pixels = try self.pixels(b, grid)
        var patches = try joined(b, pixels, count)
        patches = try b.layerNormalization(patches, "norm1_proj", epsilon: Self.epsilon)
        patches = try b.linear(patches, "proj", width)
        patches = try b.layerNormalization(patches, "norm2_proj", epsilon: Self.epsilon)
        patches = try b.concatenate([b.token("cls_token", width: width), patches], axis: 1)
        let places = try b.positionEmbedding(
            "patch_pos",
            width: width,
            from: Extent(Self.size / Self.patch),
            to: grid,
            prefix: 1
        )
        patches = try b.add(patches, places)
        for index in 0..<Self.depth {
            (pixels, patches) = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try block(b, pixels, patches, count)
            }
        }
        patches = try b.layerNormalization(patches, "norm", epsilon: Self.epsilon)
        try b.linearClassifier(
            features: patches,
            embedding: b.token(of: patches, at: 0),
            classCount: options.classCount,
            name: "head"
        )
    }

    /// The pixels of every patch: `[patches N, pixels, innerWidth]`.
    ///
    /// Source: `PixelEmbed`.
    private func pixels(_ b: GraphBuilder, _ grid: Extent) throws(GraphError) -> Value {
        var x = b.input
        if isLegacy {
            x = try convolved(b, x)
            guard x.height / Self.reach == grid.height, x.width / Self.reach == grid.width else {
                throw b.failure(
                    "a picture of \(b.input.height)x\(b.input.width) has \(grid.height)x\(grid.width) patches and pixels for "
                        + "\(x.height / Self.reach)x\(x.width / Self.reach): use a height and width that are multiples of "
                        + "\(Self.patch)",
                    code: .unsupportedConfiguration
                )
            }
            x = try cut(b, x, grid, Self.reach)
        } else {
            x = try convolved(b, cut(b, x, grid, Self.patch))
        }
        return try b.tokens(b.add(x, b.parameter("pixel_pos", [1, innerWidth, Self.reach, Self.reach])))
    }

    private func convolved(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        try b.convolve(x, "pixel_embed.proj", innerWidth, kernel: 7, stride: Self.stride, padding: 3)
    }

    /// `[N, C, H, W]` in squares `[patches N, C, side, side]`; what fills no square is left out.
    private func cut(_ b: GraphBuilder, _ x: Value, _ grid: Extent, _ side: Int) throws(GraphError) -> Value {
        let channels = x.channels
        var y = x
        if y.height > grid.height * side { y = try b.slice(y, axis: 2, 0, grid.height * side) }
        if y.width > grid.width * side { y = try b.slice(y, axis: 3, 0, grid.width * side) }
        y = try b.reshape(y, [channels, grid.height, side, grid.width, side])
        y = try b.transpose(y, [0, 2, 4, 1, 3, 5])
        return try b.reshape(y, [channels, side, side], batchFactor: grid.height * grid.width)
    }

    /// The pixels of each patch side by side: `[N, patches, pixels innerWidth]`.
    private func joined(_ b: GraphBuilder, _ pixels: Value, _ count: Int) throws(GraphError) -> Value {
        try b.reshape(pixels, [count, Self.reach * Self.reach * innerWidth], batchFactor: 1)
    }

    private func block(
        _ b: GraphBuilder,
        _ inputPixels: Value,
        _ inputPatches: Value,
        _ count: Int
    ) throws(GraphError) -> (Value, Value) {
        let pixels = try layers(
            b,
            inputPixels,
            heads: Self.innerHeads,
            names: ("norm_in", "attn_in", "norm_mlp_in", "mlp_in")
        )
        var details: Value
        if isLegacy {
            let normal = try b.layerNormalization(pixels, "norm1_proj", epsilon: Self.epsilon)
            details = try b.linear(joined(b, normal, count), "proj", width)
        } else {
            let normal = try b.layerNormalization(
                joined(b, pixels, count),
                "norm1_proj",
                epsilon: Self.epsilon
            )
            details = try b.linear(normal, "proj", width, hasBias: false)
            details = try b.layerNormalization(details, "norm2_proj", epsilon: Self.epsilon)
        }
        let token = try b.slice(inputPatches, axis: 1, 0, 1)
        let patches = try b.concatenate(
            [token, b.add(b.slice(inputPatches, axis: 1, 1, count), details)],
            axis: 1
        )
        return (
            pixels, try layers(b, patches, heads: heads, names: ("norm_out", "attn_out", "norm_mlp", "mlp"))
        )
    }

    /// Attention and perceptron, each behind a normalisation.
    private func layers(
        _ b: GraphBuilder,
        _ x: Value,
        heads: Int,
        names: (normalization: String, attention: String, secondNormalization: String, perceptron: String)
    ) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, names.normalization, epsilon: Self.epsilon)
        let mixed = try b.scope(names.attention) { () throws(GraphError) in
            let (query, key, value) = try b.projectionWithValueApart(normal, heads: heads)
            return try b.linear(b.joinHeads(b.attention(query, key, value)), "proj", x.features)
        }
        let y = try b.add(x, mixed)
        let second = try b.layerNormalization(y, names.secondNormalization, epsilon: Self.epsilon)
        let refined = try b.scope(names.perceptron) { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4 * x.features))
        }
        return try b.add(y, refined)
    }

    /// Gives the paper's names timm's, and turns its positions of pixels to a map.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        tensors["outer_tokens"] = nil
        guard tensors["patch_pos"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacing(
                name,
                [
                    ("outer_pos", "patch_pos"), ("inner_pos", "pixel_pos"), ("patch_embed", "pixel_embed"),
                    ("proj_norm1", "norm1_proj"), ("proj_norm2", "norm2_proj"),
                    ("inner_norm1", "norm_in"), ("inner_attn", "attn_in"),
                    ("inner_norm2", "norm_mlp_in"), ("inner_mlp", "mlp_in"),
                    ("outer_norm1", "norm_out"), ("outer_attn", "attn_out"),
                    ("outer_norm2", "norm_mlp"), ("outer_mlp", "mlp"),
                ]
            )
        }
        let area = Self.reach * Self.reach
        if !isLegacy, let places = tensors["pixel_pos"], places.shape.dimensions == [1, area, innerWidth] {
            let values = places.floats
            let turned = (0..<values.count).map { values[$0 % area * innerWidth + $0 / area] }
            let shape = Shape([1, innerWidth, Self.reach, Self.reach])
            tensors["pixel_pos"] = Tensor.cast(turned, to: places.dtype, shape: shape)
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/tnt.py, in its order.
    static let tnt = ModelFamily(
        name: "tnt",
        variants: [
            ModelVariant(
                "tnt_s_legacy_patch16_224",
                TNT(width: 384, innerWidth: 24, heads: 6, isLegacy: true)
            ),
            ModelVariant("tnt_s_patch16_224", TNT(width: 384, innerWidth: 24, heads: 6)),
            ModelVariant("tnt_b_patch16_224", TNT(width: 640, innerWidth: 40, heads: 10)),
        ]
    )
}
