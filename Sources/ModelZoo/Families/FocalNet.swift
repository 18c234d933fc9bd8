internal import Graph
internal import Tensors

// FocalNet: positions gather their surroundings at several extents by depthwise convolutions, and gates weigh them.
//
// Paper: Focal Modulation Networks (https://arxiv.org/abs/2203.11926).
// Source: timm/models/focalnet.py (timm 1.0.31). No deviations.

/// The numbers of a FocalNet.
struct FocalNet: ModelConfiguration, Equatable {
    var width: Int
    var depths: [Int]
    /// Convolutions one after the other that gather context.
    var levels = 2
    /// Extent of the first of them; each next is larger by two.
    var window = 3
    /// Whether patches overlap, norms follow their layers and branches are scaled: the large models.
    var isLarge = false
    /// Whether the modulated features are normalised too.
    var normalizesModulation = false

    private static let epsilon: Float = 1e-5

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        b.amplifiesRounding = true
        var x = try reduced(b, b.input, "stem", width, stride: 4)
        for stage in depths.indices {
            x = try b.scope("layers.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 { y = try reduced(b, y, "downsample", width << stage, stride: 2) }
                for index in 0..<depths[stage] {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in try block(b, y) }
                }
                return y
            }
        }
        x = try normalization(b, x, "norm")
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    private func reduced(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        let overlap = stride == 4 ? (kernel: 7, padding: 2) : (kernel: 3, padding: 1)
        let (kernel, padding) = isLarge ? overlap : (stride, 0)
        return try b.scope(name) { () throws(GraphError) in
            let y = try b.convolve(
                x,
                "proj",
                outputs,
                kernel: kernel,
                stride: stride,
                padding: padding
            )
            return try normalization(b, y, "norm")
        }
    }

    private func normalization(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.layerNormalization(x, name, axis: 1, epsilon: Self.epsilon)
    }

    private func block(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let first = isLarge ? x : try normalization(b, x, "norm1")
        let mixed = try b.scope("modulation") { () throws(GraphError) in try modulation(b, first) }
        let y = try b.add(x, finished(b, mixed, 1))
        let second = isLarge ? y : try normalization(b, y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.convolutionalFeedForward(second, hidden: 4 * x.channels)
        }
        return try b.add(y, finished(b, refined, 2))
    }

    /// A branch normalised after itself and scaled, where the model is a large one.
    private func finished(_ b: GraphBuilder, _ x: Value, _ number: Int) throws(GraphError) -> Value {
        guard isLarge else { return x }
        let normal = try normalization(b, x, "norm\(number)_post")
        return try b.scope("ls\(number)") { () throws(GraphError) in try b.channelScale(normal, "gamma") }
    }

    private func modulation(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = x.channels
        let all = try b.convolve(x, "f", 2 * width + levels + 1)
        let query = try b.slice(all, axis: 1, 0, width)
        var context = try b.slice(all, axis: 1, width, width)
        var sum: Value?
        func gated(_ context: Value, _ level: Int) throws(GraphError) -> Value {
            try b.multiply(context, b.slice(all, axis: 1, 2 * width + level, 1))
        }
        for level in 0..<levels {
            context = try b.activation(
                b.convolve(
                    context,
                    "focal_layers.\(level).0",
                    width,
                    kernel: window + 2 * level,
                    groups: width,
                    hasBias: false
                ),
                .gelu
            )
            let term = try gated(context, level)
            sum = try sum.map { earlier throws(GraphError) in try b.add(earlier, term) } ?? term
        }
        let whole = try gated(b.activation(b.globalAveragePool(context, keepsAxes: true), .gelu), levels)
        let gathered = try sum.map { earlier throws(GraphError) in try b.add(earlier, whole) } ?? whole
        var y = try b.multiply(query, b.convolve(gathered, "h", width))
        if normalizesModulation { y = try normalization(b, y, "norm") }
        return try b.convolve(y, "proj", width)
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.proj.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            var renamed = TensorNames.replacing(
                name,
                [("gamma_1", "ls1.gamma"), ("gamma_2", "ls2.gamma"), ("patch_embed", "stem")]
            )
            var parts = renamed.split(separator: ".").map(String.init)
            if parts.count > 3, parts[0] == "layers", parts[2] == "downsample", let stage = Int(parts[1]) {
                parts[1] = String(stage + 1)
                renamed = parts.joined(separator: ".")
            }
            if isLarge {
                renamed = TensorNames.replacing(
                    renamed,
                    [(".norm1.", ".norm1_post."), (".norm2.", ".norm2_post.")]
                )
            }
            return TensorNames.replacing(renamed, [("ln.", "norm."), ("head", "head.fc")])
        }
        // Linear layers of the paper are 1x1 convolutions here, except the classifier.
        for (name, tensor) in tensors
        where tensor.shape.rank == 2 && name.hasSuffix(".weight") && !name.hasPrefix("head") {
            tensors[name] = tensor.reshaped(to: Shape(tensor.shape.dimensions + [1, 1]))
        }
    }
}
