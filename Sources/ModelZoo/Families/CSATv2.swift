internal import Graph
internal import Tensors

// CSATv2: a network on cosine coefficients of blocks of 8x8 pixels, with ConvNeXt-V2's blocks gated by a map of places
// and transformer blocks at the end of the later stages.
//
// Source: timm/models/csatv2.py (timm 1.0.31), there is no paper. Deviations: the stem, linear from the pixels to its last
// convolutions, is the one convolution that it equals; what a gate's transformer adds is computed from its parameters
// alone (see `attendedPlaces`); linear layers over the channels are 1x1 convolutions.

/// The numbers of a CSATv2.
struct CSATv2: ModelConfiguration, Equatable {
    var widths: [Int]
    /// Blocks of each stage.
    var depths: [Int]
    /// How many of them, the last, are transformer blocks.
    var transformerDepths: [Int]

    private static let heads = 8
    private static let headWidth = 32
    /// Rows and columns of the map that gates a block.
    private static let grid = 7

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem_dct") { () throws(GraphError) in
            try CosineStem(builder: b, outputs: widths[0]).emit()
        }
        for stage in widths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in try self.stage(b, x, stage) }
        }
        let pooled = try b.globalAveragePool(x)
        try b.linearClassifier(
            features: x,
            embedding: b.layerNormalization(pooled, "head.norm"),
            classCount: options.classCount,
            name: "head.fc"
        )
    }

    private func stage(_ b: GraphBuilder, _ input: Value, _ stage: Int) throws(GraphError) -> Value {
        var x = input
        let first = stage > 0 ? 1 : 0
        if stage > 0 { x = try b.convolve(x, "0", widths[stage], kernel: 2, stride: 2, padding: 0) }
        for index in 0..<depths[stage] {
            let isTransformer = index >= depths[stage] - transformerDepths[stage]
            x = try b.scope(String(first + index)) { () throws(GraphError) in
                isTransformer ? try transformer(b, x) : try convolutional(b, x)
            }
        }
        guard stage + 1 < depths.count else { return x }
        return try b.layerNormalization(x, String(first + depths[stage]), axis: 1)
    }

    /// Source: `Block`.
    private func convolutional(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let places = try b.convolve(x, "dwconv", width, kernel: 7, groups: width)
        let normal = try b.layerNormalization(places, "norm", axis: 1)
        var hidden = try b.activation(b.pointwise(normal, "pwconv1", 4 * width), .gelu)
        hidden = try b.scope("grn") { () throws(GraphError) in try b.globalResponseNormalization(hidden) }
        let y = try b.pointwise(hidden, "pwconv2", width)
        let gate = try b.scope("attn") { () throws(GraphError) in try self.gate(b, y) }
        return try b.add(b.multiply(y, gate), x)
    }

    /// A number for each position, from the channels' mean and maximum.
    ///
    /// Source: `SpatialAttention`.
    private func gate(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let average = try b.mean(x, axes: [1], keepsAxes: true)
        let largest = try b.append(.reduction(.maximum, axes: [1], keepsAxes: true), [x])
        let pooled = try b.adaptivelyAveraged(
            b.joined([average, largest]),
            height: Self.grid,
            width: Self.grid
        )
        var map = try b.convolve(pooled, "conv", 1, kernel: 7)
        let places = try b.scope("attn") { () throws(GraphError) in try attendedPlaces(b) }
        map = try b.add(map, places)
        guard x.height != Self.grid || x.width != Self.grid else { return map }
        let extent = Extent(height: x.height, width: x.width)
        return try b.append(
            .resample(Resampling(mode: .bilinear, extent: extent, alignsCorners: true)),
            [map]
        )
    }

    /// What the transformer block of one channel adds to the map.
    ///
    /// A LayerNorm over one feature gives its bias whatever comes in, so that every picture has the same values, and
    /// no weighting of equal values changes them: timm's attention, which multiplies along the batch, has no effect.
    ///
    /// Source: `SpatialTransformerBlock`.
    private func attendedPlaces(_ b: GraphBuilder) throws(GraphError) -> Value {
        let count = Self.grid * Self.grid
        func bias(_ name: String) throws(GraphError) -> Value {
            b.unusedParameter(name + ".weight", [1])
            return try b.parameter(name + ".bias", [1])
        }
        let normal = try bias("norm1")
        // Of a constant, a 3x3 filter gives the sum of its taps that lie inside.
        let filter = try b.reshapeStatic(b.parameter("pos_embed.proj.weight", [1, 1, 3, 3]), [1, 9])
        let sums = try b.append(.linear, [b.constant(Self.insideTaps, [count, 9]), filter])
        let located = try b.add(
            b.multiply(b.affine(sums, 1, 1), normal),
            b.parameter("pos_embed.proj.bias", [1])
        )
        let projection = try b.slice(b.parameter("qkv.weight", [3, 1]), axis: 0, 2, 1)
        let second = try b.reshapeStatic(bias("norm2"), [1, 1])
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: 4))
        }
        let places = try b.add(b.multiply(located, projection), refined)
        return try b.reshapeStatic(places, [1, Self.grid, Self.grid])
    }

    /// For each place of the grid and each tap of a 3x3 filter around it, whether the tap lies inside: 1 or 0.
    private static var insideTaps: [Float] {
        var values: [Float] = []
        for place in 0..<grid * grid {
            for tap in 0..<9 {
                let (row, column) = (place / grid + tap / 3 - 1, place % grid + tap % 3 - 1)
                values.append((0..<grid).contains(row) && (0..<grid).contains(column) ? 1 : 0)
            }
        }
        return values
    }

    /// Source: `TransformerBlock`.
    private func transformer(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let normal = try b.layerNormalization(x, "norm1", axis: 1, epsilon: 1e-5)
        let located = try b.add(
            b.convolve(normal, "pos_embed.proj", width, kernel: 3, groups: width),
            normal
        )
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let inner = Self.heads * Self.headWidth
            let qkv = try b.linear(b.tokens(located), "qkv", 3 * inner, hasBias: false)
            let parts = try b.splitHeads(qkv, parts: 3, heads: Self.heads)
            return try b.linear(
                b.joinHeads(b.attention(parts[0], parts[1], parts[2])),
                "proj",
                width
            )
        }
        let y = try b.add(b.map(mixed, height: x.height, width: x.width), x)
        let second = try b.layerNormalization(y, "norm2", axis: 1, epsilon: 1e-5)
        let hidden = try b.activation(b.pointwise(second, "mlp.fc1", 4 * width), .gelu)
        return try b.add(b.pointwise(hidden, "mlp.fc2", width), y)
    }

    /// Brings the names of the authors' checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stages.0.0.grn.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            var renamed = Self.movedStage(TensorNames.replacingPatterns(name, [("^dct\\.", "stem_dct.")]))
            renamed = TensorNames.replacing(
                renamed,
                [
                    (".Y_Conv.", ".conv_y."), (".Cb_Conv.", ".conv_cb."), (".Cr_Conv.", ".conv_cr."),
                    ("grn.gamma", "grn.weight"), ("grn.beta", "grn.bias"), (".ff.net.0.", ".mlp.fc1."),
                    (".ff.net.3.", ".mlp.fc2."), (".ff_norm.", ".norm2."), (".attn_norm.", ".norm1."),
                    (".attention.attention.attn.to_qkv.", ".attn.attn.qkv."),
                    (".attention.attention.attn.", ".attn.attn."),
                    (".attention.attention.", ".attn.attn."), (".attention.", ".attn."),
                    (".attn.to_qkv.", ".attn.qkv."), (".attn.to_out.0.", ".attn.proj."),
                ]
            )
            if !renamed.contains(".attn.attn.") {
                renamed = TensorNames.replacing(renamed, [(".attn.pos_embed.", ".pos_embed.")])
            }
            return TensorNames.replacingPatterns(
                renamed,
                [("^head\\.", "head.fc."), ("^norm\\.", "head.norm.")]
            )
        }
        for (name, tensor) in tensors where name.contains("grn.") {
            tensors[name] = TensorNames.reshaped(tensor, [tensor.count])
        }
    }

    /// The place in timm's stages of what stands in the authors', where a reduction ends a stage and does not begin the
    /// next one.
    private static func movedStage(_ name: String) -> String {
        // The places of the smaller model's reductions, as in timm.
        let reductions = [1: 3, 2: 3, 3: 9]
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count > 2, let stage = (1...4).first(where: { parts[0] == "stages\($0)" }),
            let index = Int(parts[1])
        else { return name }
        let isReduction = reductions[stage] == index
        let place = isReduction ? 0 : stage == 1 ? index : index + 1
        parts.replaceSubrange(
            0..<2,
            with: ["stages", String(isReduction ? stage : stage - 1), String(place)]
        )
        return parts.joined(separator: ".")
    }
}

extension ModelFamily {
    /// The architectures of timm/models/csatv2.py, in its order.
    static let csatV2 = ModelFamily(
        name: "csatv2",
        variants: [
            ModelVariant(
                "csatv2",
                CSATv2(widths: [32, 72, 168, 386], depths: [2, 2, 8, 6], transformerDepths: [0, 0, 2, 2])
            ),
            ModelVariant(
                "csatv2_21m",
                CSATv2(widths: [48, 96, 224, 448], depths: [3, 3, 10, 8], transformerDepths: [0, 0, 4, 3])
            ),
        ]
    )
}
