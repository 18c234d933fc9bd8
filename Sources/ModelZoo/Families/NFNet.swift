internal import Graph

// Networks without normalisation: NFNet, NF-RegNet and NF-ResNet; the weights are standardised instead.
//
// Papers: Characterizing signal propagation to close the performance gap in unnormalized ResNets
// (https://arxiv.org/abs/2101.08692), High-Performance Large-Scale Image Recognition Without Normalization
// (https://arxiv.org/abs/2102.06171).
// Source: timm/models/nfnet.py (timm 1.0.31). Deviations: standardised weights are static sub-graphs, which fold;
// dilated outputs are for backbones and are left out.

/// The numbers of a network without normalisation.
struct NFNet: ModelConfiguration, Equatable {
    /// The layers before the first stage.
    enum Stem: Sendable, Equatable {
        /// Four 3x3 convolutions, a quarter of the extents.
        case quadruple
        /// One 3x3 convolution of stride 2.
        case single
        /// A 7x7 convolution of stride 2 and a maximum.
        case pooled
    }

    var depths: [Int]
    var widths: [Int]
    var stem: Stem = .quadruple
    var stemWidth = 128
    /// Scales every width.
    var factor: Double = 1
    /// Channels of a group of the 3x3 convolutions; 0 for one group.
    var groupWidth = 0
    /// Width inside a block over its outputs, or over its inputs where the block is a RegNet's.
    var ratio: Double
    /// Channels of the last convolution; 0 where there is none.
    var features = 0
    var isRegNet = false
    /// Whether a block has two 3x3 convolutions.
    var hasSecondConvolution = false
    var attention: ChannelAttention?
    var activation: Activation
    /// Whether the gain of the activation stands with it; else with the weights.
    var scalesActivations = false
    var padding: PaddingRule = .symmetric
    /// Whether a learned scalar opens the residual branch.
    var hasSkipGain = false

    private static let alpha: Float = 0.2

    /// What keeps the variance of an activation at one.
    private var gain: Float {
        switch activation {
        case .relu: 1.7139588594436646
        case .silu: 1.7881293296813965
        default: 1.7015043497085571
        }
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.scope("stem") { () throws(GraphError) in try stem(b) }
        var variance: Float = 1
        for stage in depths.indices {
            for index in 0..<depths[stage] {
                let beta = 1 / variance.squareRoot()
                let stride = index == 0 && !(stage == 0 && stem != .single) ? 2 : 1
                x = try b.scope("stages.\(stage).\(index)") { () throws(GraphError) in
                    let isFirst = stage == 0 && index == 0
                    return try block(b, x, width(widths[stage]), stride, beta, isFirst: isFirst)
                }
                if index == 0 { variance = 1 }
                variance += Self.alpha * Self.alpha
            }
        }
        if features > 0 { x = try convolution(b, x, "final_conv", width(features), kernel: 1) }
        x = try activated(b, x)
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    private func width(_ planned: Int) -> Int { ChannelRounding.divisible(Double(planned) * factor) }

    private func stem(_ b: GraphBuilder) throws(GraphError) -> Value {
        let outputs = width(stemWidth)
        switch stem {
        case .quadruple:
            var x = b.input
            for (index, divisor) in [8, 4, 2, 1].enumerated() {
                let stride = index == 0 || index == 3 ? 2 : 1
                if index > 0 { x = try activated(b, x) }
                x = try convolution(
                    b,
                    x,
                    "conv\(index + 1)",
                    outputs / divisor,
                    kernel: 3,
                    stride: stride
                )
            }
            return x
        case .single: return try convolution(b, b.input, "conv", outputs, kernel: 3, stride: 2)
        case .pooled:
            let x = try convolution(b, b.input, "conv", outputs, kernel: 7, stride: 2)
            return try b.pool(x, Pooling(kind: .maximum, kernel: 3, stride: 2, padding: Edges(1)))
        }
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ outputs: Int,
        _ stride: Int,
        _ beta: Float,
        isFirst: Bool
    ) throws(GraphError) -> Value {
        let ratio = isRegNet && isFirst ? 1 : ratio
        var inner = ChannelRounding.divisible(Double(isRegNet ? x.channels : outputs) * ratio)
        let groups = groupWidth > 0 ? inner / groupWidth : 1
        if groupWidth > 0, groupWidth % 8 == 0 { inner = groupWidth * groups }
        var y = try activated(b, x)
        if beta != 1 { y = try b.affine(y, beta) }
        var shortcut = x
        if x.channels != outputs || stride != 1 {
            shortcut = y
            if stride > 1 {
                let window = Pooling(
                    kind: .average(countsPadding: false),
                    kernel: 2,
                    stride: Extent(stride),
                    roundsUp: true
                )
                shortcut = try b.pool(y, window)
            }
            shortcut = try convolution(b, shortcut, "downsample.conv", outputs, kernel: 1)
        }
        y = try activated(b, convolution(b, y, "conv1", inner, kernel: 1))
        y = try convolution(b, y, "conv2", inner, kernel: 3, stride: stride, groups: groups)
        if hasSecondConvolution {
            y = try convolution(b, activated(b, y), "conv2b", inner, kernel: 3, groups: groups)
        }
        if isRegNet { y = try attended(b, y, "attn") }
        y = try convolution(b, activated(b, y), "conv3", outputs, kernel: 1)
        if !isRegNet { y = try attended(b, y, "attn_last") }
        if hasSkipGain { y = try b.multiply(y, b.parameter("skipinit_gain", [])) }
        return try b.add(b.affine(y, Self.alpha), shortcut)
    }

    private func attended(_ b: GraphBuilder, _ x: Value, _ name: String) throws(GraphError) -> Value {
        guard let attention else { return x }
        let y = try b.scope(name) { () throws(GraphError) in try b.channelAttention(x, attention) }
        return try b.affine(y, 2)
    }

    private func activated(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let y = try b.activation(x, activation)
        return scalesActivations ? try b.affine(y, gain) : y
    }

    /// A convolution whose filters have mean 0 and a learned deviation.
    ///
    /// Source: timm/layers/std_conv.py, `ScaledStdConv2d`.
    private func convolution(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let shape = [outputs, x.channels / groups, kernel, kernel]
            let count = shape.dropFirst().reduce(1, *)
            let raw = try b.reshapeStatic(b.parameter("weight", shape), [outputs, count])
            let standard = try b.append(.layerNormalization(axis: 1, epsilon: 1e-5), [raw])
            let gains = try b.reshapeStatic(b.parameter("gain", [outputs, 1, 1, 1]), [outputs, 1])
            let scale = (scalesActivations ? 1 : gain) / Float(count).squareRoot()
            let weight = try b.reshapeStatic(b.multiply(standard, b.affine(gains, scale)), shape)
            let edges = padding.edges(height: x.height, width: x.width, kernel: kernel, stride: stride)
            let convolution = Convolution(
                outputChannels: outputs,
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: edges,
                groups: groups
            )
            return try b.append(.convolution(convolution), [x, weight, b.parameter("bias", [outputs])])
        }
    }
}
