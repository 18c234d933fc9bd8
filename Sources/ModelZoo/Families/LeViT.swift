internal import Graph
internal import Tensors

// LeViT: a convolutional stem, then attention with biases by distance whose queries thin out between the stages.
//
// Paper: LeViT: a Vision Transformer in ConvNet's Clothing for Faster Inference (https://arxiv.org/abs/2104.01136).
// Source: timm/models/levit.py (timm 1.0.31). No deviations. A size that makes another grid is refused: timm does not
// resample this family's biases.

/// The numbers of a LeViT.
struct LeViT: ModelConfiguration, Equatable {
    var widths: [Int]
    /// Features of a head's query and key.
    var keyWidth: Int
    var heads: [Int]
    var depths: [Int]
    var activation = Activation.hardSwish
    /// Convolutions of stride 2 before the first stage.
    var stemDepth = 4
    var isDistilled = true
    /// Whether the layers are 1x1 convolutions over maps instead of linear layers over tokens.
    var isConvolutional = false

    private static let size = 224

    /// The same with 1x1 convolutions.
    var convolutional: LeViT {
        var model = self
        model.isConvolutional = true
        return model
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let map = try b.scope("stem") { () throws(GraphError) in try stem(b) }
        var grid = Extent(Self.size >> stemDepth)
        guard map.height == grid.height, map.width == grid.width else {
            throw b.failure(
                "the checkpoint holds biases of \(grid.height)x\(grid.width) places, which timm does not resample, and a "
                    + "picture of \(options.height)x\(options.width) has \(map.height)x\(map.width): use "
                    + "\(Self.size)x\(Self.size) pixels",
                code: .unsupportedConfiguration
            )
        }
        var x = isConvolutional ? map : try b.tokens(map)
        for stage in widths.indices {
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = x
                if stage > 0 {
                    y = try b.scope("downsample") { () throws(GraphError) in
                        let reduced = try b.scope("attn_downsample") { () throws(GraphError) in
                            try thinned(b, y, grid, widths[stage])
                        }
                        return try refined(b, reduced)
                    }
                    grid = Extent(height: (grid.height + 1) / 2, width: (grid.width + 1) / 2)
                }
                for index in 0..<depths[stage] {
                    y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                        let mixed = try b.scope("attn") { () throws(GraphError) in
                            try attention(b, y, grid, heads: heads[stage])
                        }
                        return try refined(b, b.add(y, mixed))
                    }
                }
                return y
            }
        }
        let embedding = try b.mean(x, axes: isConvolutional ? [2, 3] : [1])
        try b.averagedClassifiers(
            embedding,
            features: x,
            classCount: options.classCount,
            names: isDistilled ? ["head", "head_dist"] : ["head"]
        ) { (name) throws(GraphError) in
            try b.scope(name) { () throws(GraphError) in
                try b.linear(b.batchNormalization(embedding, "bn"), "linear", options.classCount)
            }
        }
    }

    private func stem(_ b: GraphBuilder) throws(GraphError) -> Value {
        var x = b.input
        for index in 0..<stemDepth {
            if index > 0 { x = try b.activation(x, activation) }
            x = try b.scope("conv\(index + 1)") { () throws(GraphError) in
                let width = widths[0] >> (stemDepth - 1 - index)
                let y = try b.convolve(x, "linear", width, kernel: 3, stride: 2, hasBias: false)
                return try b.batchNormalization(y, "bn")
            }
        }
        return x
    }

    /// A layer without bias and its normalisation.
    private func dense(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            guard !isConvolutional else {
                return try b.batchNormalization(b.convolve(x, "linear", outputs, hasBias: false), "bn")
            }
            // All tokens of all pictures are rows of one matrix, whose columns are normalised.
            let tokens = x.type.dimensions[0]
            let rows = try b.reshape(x, [x.features], batchFactor: tokens)
            let y = try b.batchNormalization(b.linear(rows, "linear", outputs, hasBias: false), "bn")
            return try b.reshape(y, [tokens, outputs], batchFactor: 1)
        }
    }

    private func attention(
        _ b: GraphBuilder,
        _ x: Value,
        _ grid: Extent,
        heads: Int
    ) throws(GraphError) -> Value {
        let widths = [keyWidth, keyWidth, 2 * keyWidth]
        let qkv = try dense(b, x, "qkv", heads * widths.reduce(0, +))
        let parts =
            isConvolutional
            ? try b.splitMapHeads(qkv, heads: heads, widths: widths)
            : try b.splitHeads(qkv, heads: heads, widths: widths)
        return try projected(
            b,
            query: parts[0],
            key: parts[1],
            value: parts[2],
            bias: b.distanceBias(grid: grid, heads: heads),
            grid,
            isConvolutional ? x.channels : x.features
        )
    }

    /// Attention of every second row's and column's query: a quarter of the places, of `outputs` features.
    private func thinned(
        _ b: GraphBuilder,
        _ x: Value,
        _ grid: Extent,
        _ outputs: Int
    ) throws(GraphError) -> Value {
        let width = isConvolutional ? x.channels : x.features
        let heads = width / keyWidth
        let widths = [keyWidth, 4 * keyWidth]
        let pair = try dense(b, x, "kv", heads * widths.reduce(0, +))
        let half = Extent(height: (grid.height + 1) / 2, width: (grid.width + 1) / 2)
        let bias = try b.distanceBias(grid: grid, heads: heads, stride: 2)
        if isConvolutional {
            let places = try b.averagePool(x, kernel: 1, stride: 2)
            let query = try dense(b, places, "q.ln", heads * keyWidth)
            let parts = try b.splitMapHeads(pair, heads: heads, widths: widths)
            return try projected(
                b,
                query: b.splitMapHeads(query, heads: heads, widths: [keyWidth])[0],
                key: parts[0],
                value: parts[1],
                bias: bias,
                half,
                outputs
            )
        }
        var places = try b.reshape(x, [grid.height, grid.width, width])
        for (axis, count) in [(1, half.height), (2, half.width)] {
            places = try b.append(.slice(axis: axis, start: 0, count: count, step: 2), [places])
        }
        let tokens = try b.reshape(places, [half.height * half.width, width])
        let query = try dense(b, tokens, "q.ln", heads * keyWidth)
        let parts = try b.splitHeads(pair, heads: heads, widths: widths)
        return try projected(
            b,
            query: b.splitHeads(query, parts: 1, heads: heads)[0],
            key: parts[0],
            value: parts[1],
            bias: bias,
            half,
            outputs
        )
    }

    private func projected(
        _ b: GraphBuilder,
        query: Value,
        key: Value,
        value: Value,
        bias: Value,
        _ grid: Extent,
        _ outputs: Int
    ) throws(GraphError) -> Value {
        let mixed =
            isConvolutional
            ? try b.mapMean(value, weights: b.mapWeights(query, key, bias: bias), grid)
            : try b.joinHeads(b.attention(query, key, value, bias: bias))
        return try dense(b, b.activation(mixed, activation), "proj.ln", outputs)
    }

    /// The input and what a perceptron of twice the width makes of it, summed.
    private func refined(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let width = isConvolutional ? x.channels : x.features
        let y = try b.scope("mlp") { () throws(GraphError) in
            try dense(b, b.activation(dense(b, x, "ln1", 2 * width), activation), "ln2", width)
        }
        return try b.add(x, y)
    }

    /// Leaves out the indices that older checkpoints hold.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        tensors = tensors.filter { !$0.key.contains("attention_bias_idxs") }
    }
}
