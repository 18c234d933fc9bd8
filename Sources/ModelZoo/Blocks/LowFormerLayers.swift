internal import Graph

/// The network of LowFormer and CPUBone: mobile convolutions, and in the last two stages attention on a reduced map.
///
/// Source: timm/models/lowformer.py and timm/models/cpubone.py.
struct LowFormerNetwork: Sendable, Equatable {
    /// The paths of the modules whose names differ.
    struct Names: Sendable, Equatable {
        var attention: String
        var feedForward: String
        var local: String
        /// What stands before the head's names.
        var head: String
        var preClassifier: String
        var preClassifierNormalization: String
        var classifier: String
    }

    /// Widths of the stem and the four stages.
    var widths: [Int]
    /// Blocks of the stem and the four stages.
    var depths: [Int]
    var headWidths = [1536, 1600]
    /// Hidden over outer width of the stem's blocks.
    var stemRatio = 2
    /// Hidden over outer width of the blocks that halve the map; the others have 4.
    var reductionRatio = 6
    var hasAttention = true
    var hasFeedForward = true
    /// Groups of the first convolution of a block.
    var groups = 1
    /// Whether the attention stages have 2x2 filters in place of 3x3 and 5x5.
    var hasSmallFilters = false
    /// Whether what attention gives for a position is repeated, not spread by a learned filter.
    var repeatsPositions = false
    /// Which of the three convolutions of an unfused block have a batch norm; the others have a bias.
    var localNormalizations = [false, false, true]
    var names: Names
}

/// Emits a ``LowFormerNetwork``.
struct LowFormerLayers {
    let builder: GraphBuilder
    let network: LowFormerNetwork

    private var b: GraphBuilder { builder }

    /// Emits stem, stages and head.
    func network(classCount: Int) throws(GraphError) {
        let widths = network.widths
        var x = try layer(b.input, "stem.0", widths[0], kernel: 3, stride: 2)
        for index in 0..<network.depths[0] {
            let y = try fused(x, "stem.\(index + 1).main", widths[0], ratio: network.stemRatio)
            x = try b.add(y, x)
        }
        for stage in 1..<widths.count {
            x = try b.scope("stages.\(stage - 1)") { () throws(GraphError) in
                stage < 3 ? try convolutional(x, stage) : try attending(x, stage)
            }
        }
        b.output(.features, x)
        let names = network.names
        let embedding = try b.scope(names.head) { () throws(GraphError) in
            let wide = try layer(x, "in_conv", network.headWidths[0])
            let pooled = try b.globalAveragePool(wide)
            let dense = try b.linear(pooled, names.preClassifier, network.headWidths[1], hasBias: false)
            let normal = try b.layerNormalization(dense, names.preClassifierNormalization, epsilon: 1e-5)
            return try b.activation(normal, .hardSwish)
        }
        b.output(.embedding, embedding)
        guard classCount > 0 else { return b.output(.logits, embedding) }
        b.output(.logits, try b.linear(embedding, names.classifier, classCount))
    }

    private func convolutional(_ input: Value, _ stage: Int) throws(GraphError) -> Value {
        let width = network.widths[stage]
        var x = try fused(input, "0.main", width, stride: 2, ratio: network.reductionRatio)
        for index in 1..<network.depths[stage] {
            x = try b.add(fused(x, "\(index).main", width, ratio: 4), x)
        }
        return x
    }

    private func attending(_ input: Value, _ stage: Int) throws(GraphError) -> Value {
        let width = network.widths[stage]
        var x = try fused(input, "0.main", width, stride: 2, ratio: network.reductionRatio)
        for index in 1...network.depths[stage] {
            x = try b.scope(String(index)) { () throws(GraphError) in
                try block(x, stride: stage == 3 ? 2 : 1)
            }
        }
        return x
    }

    /// Attention, perceptron and convolutions, each added to what came before.
    private func block(_ input: Value, stride: Int) throws(GraphError) -> Value {
        var x = input
        if network.hasAttention {
            let mixed = try b.scope(network.names.attention) { () throws(GraphError) in
                // Without the perceptron timm leaves the normalisation out too.
                guard network.hasFeedForward else { return try attention(x, stride: stride) }
                let normal = try normalized(x, "0")
                return try b.scope("1") { () throws(GraphError) in try attention(normal, stride: stride) }
            }
            x = try b.add(mixed, x)
        }
        if network.hasFeedForward {
            let refined = try b.scope(network.names.feedForward) { () throws(GraphError) in
                let hidden = try b.convolve(normalized(x, "0"), "1", 4 * x.channels)
                return try b.convolve(b.activation(hidden, .gelu), "3", x.channels)
            }
            x = try b.add(refined, x)
        }
        let kernel = network.hasSmallFilters ? 2 : 3
        let local = network.names.local
        let y =
            x.channels < 256
            ? try fused(x, local, x.channels, kernel: kernel, ratio: 4, hasBias: true)
            : try unfused(x, local, kernel: kernel)
        return try b.add(y, x)
    }

    private func normalized(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in try b.groupNormalization(x, groups: 1) }
    }

    /// Attention on a map that a depthwise convolution reduces.
    ///
    /// Source: `ConvAttention`.
    private func attention(_ x: Value, stride: Int) throws(GraphError) -> Value {
        let width = x.channels
        let heads = max(1, width / 2 / 30)
        let features = width / heads / 2
        let kernel = network.hasSmallFilters ? 2 : stride > 1 ? 5 : 3
        let reduced = try layer(
            x,
            "conv_proj",
            width,
            kernel: kernel,
            stride: stride,
            groups: width,
            activation: nil
        )
        let all = try b.convolve(reduced, "pwise", 3 * heads * features, hasBias: false)
        let positions = all.height * all.width
        let split = try b.reshape(all, [heads, 3 * features, positions])
        var parts: [Value] = []
        for index in 0..<3 { parts.append(try b.slice(split, axis: 2, index * features, features)) }
        let mixed = try b.mapAttention(parts[0], parts[1], parts[2])
        let map = try b.reshape(mixed, [heads * features, all.height, all.width])
        return try cropped(enlarged(map, width, stride: stride), x)
    }

    private func enlarged(_ map: Value, _ width: Int, stride: Int) throws(GraphError) -> Value {
        guard network.repeatsPositions else {
            return try b.transposedConvolution(
                map,
                "upsampling",
                width,
                kernel: stride == 1 ? 3 : 2 * stride,
                stride: stride,
                padding: stride == 1 ? 1 : stride / 2
            )
        }
        let projected = try b.convolve(map, "upsampling.0", width)
        guard stride > 1 else { return projected }
        let extent = Extent(height: stride * map.height, width: stride * map.width)
        return try b.append(.resample(Resampling(mode: .nearest, extent: extent)), [projected])
    }

    /// The first rows and columns of `map`, as many as `x` has.
    private func cropped(_ map: Value, _ x: Value) throws(GraphError) -> Value {
        var y = map
        if y.height > x.height { y = try b.slice(y, axis: 2, 0, x.height) }
        if y.width > x.width { y = try b.slice(y, axis: 3, 0, x.width) }
        return y
    }

    /// Source: `FusedMBConv`.
    private func fused(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 3,
        stride: Int = 1,
        ratio: Int,
        hasBias: Bool = false
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let hidden = try layer(
                x,
                "spatial_conv",
                ratio * x.channels,
                kernel: kernel,
                stride: stride,
                groups: network.groups,
                hasBias: hasBias
            )
            return try layer(hidden, "point_conv", outputs, activation: nil)
        }
    }

    /// Source: `MBConv`.
    private func unfused(_ x: Value, _ name: String, kernel: Int) throws(GraphError) -> Value {
        let hidden = 4 * x.channels
        let isNormalized = network.localNormalizations
        return try b.scope(name) { () throws(GraphError) in
            var y = try layer(
                x,
                "inverted_conv",
                hidden,
                groups: network.groups,
                isNormalized: isNormalized[0],
                hasBias: !isNormalized[0]
            )
            y = try layer(
                y,
                "depth_conv",
                hidden,
                kernel: kernel,
                groups: hidden,
                isNormalized: isNormalized[1],
                hasBias: !isNormalized[1]
            )
            return try layer(
                y,
                "point_conv",
                x.channels,
                isNormalized: isNormalized[2],
                hasBias: !isNormalized[2],
                activation: nil
            )
        }
    }

    /// A convolution, a batch norm and an activation.
    ///
    /// A 2x2 filter sees the position and those above and before it; of stride 2 it cuts the map, extended to whole
    /// windows, into windows.
    ///
    /// Source: `ConvLayer`.
    private func layer(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        isNormalized: Bool = true,
        hasBias: Bool = false,
        activation: Activation? = .hardSwish
    ) throws(GraphError) -> Value {
        var padding = Edges(kernel / 2)
        var convolution = "conv"
        if kernel == 2 {
            padding =
                stride == 1
                ? Edges(top: 1, left: 1, bottom: 0, right: 0)
                : Edges(top: 0, left: 0, bottom: x.height % 2, right: x.width % 2)
            // A padding takes the first place of timm's sequence.
            if stride == 1 { convolution = "conv.1" }
        }
        return try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            padding: padding,
            hasBias: hasBias,
            layers: (convolution, "norm"),
            normalization: isNormalized ? .batch() : nil,
            activation: activation
        )
    }
}
