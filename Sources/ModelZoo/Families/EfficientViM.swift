internal import Graph
internal import Tensors

// EfficientViM: state space duality in its attention form, mixed on the hidden states; the classifier reads the hidden
// states of every stage.
//
// Paper: EfficientViM: Efficient Vision Mamba with Hidden State Mixer based State Space Duality
// (https://arxiv.org/abs/2411.15241).
// Source: timm/models/efficientvim.py (timm 1.0.31). Deviations: the weighted sum of the linear classifiers is the one
// linear layer over all of their inputs that it equals; `x + a (f(x) - x)` is `a f(x) + (1 - a) x`.

/// The numbers of an EfficientViM.
struct EfficientViM: ModelConfiguration, Equatable {
    var widths: [Int]
    var depths = [2, 2, 2]
    /// States of each stage.
    var states = [49, 25, 9]
    /// Whether it has a second set of classifiers, of which the mean is taken.
    var isDistilled = false

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        b.amplifiesRounding = true
        var x = b.input
        for index in 0..<4 {
            x = try block(
                b,
                x,
                "patch_embed.conv.\(index)",
                widths[0] >> (3 - index),
                kernel: 3,
                stride: 2,
                activation: index < 3 ? .relu : nil
            )
        }
        var pooled: [Value] = []
        for stage in depths.indices {
            var hidden = x
            for index in 0..<depths[stage] {
                (x, hidden) = try b.scope("stages.\(stage).blocks.\(index)") { () throws(GraphError) in
                    try self.block(b, x, states: states[stage])
                }
            }
            hidden = try b.layerNormalization(hidden, "norm.\(stage)", axis: 1, epsilon: 1e-5)
            pooled.append(try b.mean(hidden, axes: [2]))
            guard stage + 1 < depths.count else { continue }
            x = try b.scope("stages.\(stage).downsample") { () throws(GraphError) in
                try merged(b, x, widths[stage + 1])
            }
        }
        x = try b.layerNormalization(x, "norm.\(depths.count)", axis: 1, epsilon: 1e-5)
        pooled.append(try b.globalAveragePool(x))
        try classify(
            b,
            features: b.reshape(x, [x.channels, x.height * x.width]),
            embedding: b.concatenate(pooled, axis: 1),
            classCount: options.classCount
        )
    }

    /// A convolution without bias, batch norm and activation.
    ///
    /// Source: `ConvLayer2d`.
    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1,
        activation: Activation? = nil
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            layers: ("conv", "norm"),
            activation: activation
        )
    }

    /// The next block's map and the block's hidden states `[N, C, states]`.
    ///
    /// Source: `EfficientViMBlock`.
    private func block(_ b: GraphBuilder, _ input: Value, states: Int) throws(GraphError) -> (Value, Value) {
        let width = input.channels
        let gates = try b.activation(b.parameter("alpha", [4, width]), .sigmoid)
        func blended(_ x: Value, _ y: Value, _ index: Int) throws(GraphError) -> Value {
            let gate = try b.reshapeStatic(b.slice(gates, axis: 0, index, 1), [width, 1, 1])
            return try b.add(b.multiply(y, gate), b.multiply(x, b.affine(gate, -1, 1)))
        }
        var x = input
        x = try blended(x, block(b, x, "dwconv1", width, kernel: 3, groups: width), 0)
        let normal = try b.layerNormalization(x, "norm", axis: 1, epsilon: 1e-5)
        let (mixed, hidden) = try b.scope("mixer") { () throws(GraphError) in
            try mix(b, normal, states: states)
        }
        x = try blended(x, mixed, 1)
        x = try blended(x, block(b, x, "dwconv2", width, kernel: 3, groups: width), 2)
        let inner = try block(b, x, "ffn.fc1", 4 * width, activation: .relu)
        return (try blended(x, block(b, inner, "ffn.fc2", width), 3), hidden)
    }

    /// Hidden states as sums over the positions weighted by a softmax, mixed, and spread over the positions again.
    ///
    /// Source: `HSMSSD`.
    private func mix(_ b: GraphBuilder, _ x: Value, states: Int) throws(GraphError) -> (Value, Value) {
        let (width, positions) = (x.channels, x.height * x.width)
        var projected = try sequenceConvolution(b, x, "BCdt_proj", 3 * states)
        projected = try b.convolve(
            projected,
            "dw.conv",
            3 * states,
            kernel: 3,
            groups: 3 * states,
            hasBias: false
        )
        let flat = try b.reshape(projected, [3 * states, positions])
        func part(_ index: Int) throws(GraphError) -> Value {
            try b.slice(flat, axis: 1, index * states, states)
        }
        let decay = try b.reshapeStatic(b.parameter("A", [states]), [states, 1])
        let weights = try b.append(.softmax(axis: 2), [b.add(part(2), decay)])
        let map = try b.reshape(x, [width, positions])
        let gathered = try b.append(
            .matrixProduct(transposesRight: true),
            [map, b.multiply(weights, part(0))]
        )
        // The states stand where a map has its columns, so that a 1x1 convolution mixes the channels of each.
        let both = try sequenceConvolution(b, b.reshape(gathered, [width, 1, states]), "hz_proj", 2 * width)
        let values = try b.channels(both, 0, width)
        let gate = try b.activation(b.channels(both, width, width), .silu)
        let skipped = try b.multiply(values, b.parameter("D", [1]))
        let mixed = try b.add(b.multiply(values, gate), skipped)
        let hidden = try b.reshape(sequenceConvolution(b, mixed, "out_proj", width), [width, states])
        let spread = try b.append(.matrixProduct(transposesRight: false), [hidden, part(1)])
        return (try b.reshape(spread, [width, x.height, x.width]), hidden)
    }

    /// A layer of kernel 1 over a sequence, whose weight has three extents.
    private func sequenceConvolution(_ b: GraphBuilder, _ x: Value, _ name: String, _ outputs: Int)
        throws(GraphError) -> Value
    {
        let weight = try b.parameter(name + ".conv.weight", [outputs, x.channels, 1])
        let filter = try b.reshapeStatic(weight, [outputs, x.channels, 1, 1])
        return try b.append(.convolution(Convolution(outputChannels: outputs, kernel: 1)), [x, filter])
    }

    /// Source: `PatchMerging`.
    private func merged(_ b: GraphBuilder, _ x: Value, _ outputs: Int) throws(GraphError) -> Value {
        let hidden = 4 * outputs
        var y = try b.add(x, block(b, x, "dwconv1", x.channels, kernel: 3, groups: x.channels))
        y = try block(b, y, "conv.0", hidden, activation: .relu)
        y = try block(b, y, "conv.1", hidden, kernel: 3, stride: 2, groups: hidden, activation: .relu)
        y = try b.squeezeExcitation(
            y,
            "conv.2",
            reducedTo: ChannelRounding.divisible(Double(hidden) / 4, limit: 0)
        )
        y = try block(b, y, "conv.3", outputs)
        return try b.add(y, block(b, y, "dwconv2", outputs, kernel: 3, groups: outputs))
    }

    private func classify(
        _ b: GraphBuilder,
        features: Value,
        embedding: Value,
        classCount: Int
    ) throws(GraphError) {
        b.output(.features, features)
        b.output(.embedding, embedding)
        let inputs = widths + [widths[widths.count - 1]]
        let sets = isDistilled ? ["", "_dist"] : [""]
        guard classCount > 0 else {
            for suffix in sets { b.unusedParameter("weights" + suffix, [inputs.count]) }
            return b.output(.logits, embedding)
        }
        var weight: Value?
        var bias: Value?
        func sum(_ total: Value?, _ term: Value) throws(GraphError) -> Value {
            guard let total else { return term }
            return try b.add(total, term)
        }
        for suffix in sets {
            let scores = try b.parameter("weights" + suffix, [inputs.count])
            let shares = try b.affine(b.append(.softmax(axis: 0), [scores]), 1 / Float(sets.count))
            var columns: [Value] = []
            for (index, width) in inputs.enumerated() {
                let share = try b.slice(shares, axis: 0, index, 1)
                let path = "heads\(suffix).\(index)"
                columns.append(try b.multiply(b.parameter(path + ".weight", [classCount, width]), share))
                bias = try sum(bias, b.multiply(b.parameter(path + ".bias", [classCount]), share))
            }
            weight = try sum(weight, b.concatenate(columns, axis: 1))
        }
        b.output(.logits, try b.append(.linear, [embedding, weight, bias].compactMap { $0 }))
    }

    /// Gives normalisations one extent, and leaves out the second set of classifiers where the model has none.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        if !isDistilled {
            tensors = tensors.filter { !$0.key.hasPrefix("heads_dist.") && $0.key != "weights_dist" }
        }
        for stage in depths.indices {
            let blocks = (0..<depths[stage]).map { "stages.\(stage).blocks.\($0).norm" }
            for path in blocks + ["norm.\(stage)", "norm.\(depths.count)"] {
                for name in [path + ".weight", path + ".bias"] {
                    guard let tensor = tensors[name] else { continue }
                    tensors[name] = TensorNames.reshaped(tensor, [tensor.count])
                }
            }
        }
    }
}

extension ModelFamily {
    private static let small = [128, 192, 320]
    private static let medium = [128, 256, 512]
    private static let large = [224, 320, 512]

    /// The architectures of timm/models/efficientvim.py, in its order.
    static let efficientViM = ModelFamily(
        name: "efficientvim",
        variants: [
            ModelVariant("efficientvim_m1", EfficientViM(widths: small)),
            ModelVariant("efficientvim_m2", EfficientViM(widths: medium)),
            ModelVariant("efficientvim_m3", EfficientViM(widths: large)),
            ModelVariant(
                "efficientvim_m4",
                EfficientViM(widths: large, depths: [3, 4, 2], states: [64, 32, 16])
            ),
            ModelVariant("efficientvim_m1_dist", EfficientViM(widths: small, isDistilled: true)),
            ModelVariant("efficientvim_m2_dist", EfficientViM(widths: medium, isDistilled: true)),
            ModelVariant("efficientvim_m3_dist", EfficientViM(widths: large, isDistilled: true)),
            ModelVariant(
                "efficientvim_m4_dist",
                EfficientViM(widths: large, depths: [3, 4, 2], states: [64, 32, 16], isDistilled: true)
            ),
        ]
    )
}
