internal import Graph
internal import Tensors

// XCiT: attention between features instead of tokens, so that work grows with the number of tokens alone.
//
// Paper: XCiT: Cross-Covariance Image Transformers (https://arxiv.org/abs/2106.09681).
// Source: timm/models/xcit.py (timm 1.0.31). Deviations: the Fourier code of the places is a constant, its 1x1 convolution a
// linear layer of the same parameters, which folds.

/// The numbers of an XCiT.
struct XCiT: ModelConfiguration, Equatable {
    var patch: Int
    var width: Int
    var depth: Int
    var heads: Int
    /// Whether the class blocks normalise all tokens before the perceptron.
    var normalizesTokens = true

    /// Emits patches, blocks and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var map = b.input
        let divisors = patch == 16 ? [8, 4, 2, 1] : [4, 2, 1]
        for (index, divisor) in divisors.enumerated() {
            map = try b.scope("patch_embed.proj.\(2 * index)") { () throws(GraphError) in
                let y = try b.convolve(map, "0", width / divisor, kernel: 3, stride: 2, hasBias: false)
                return try b.batchNormalization(y, "1", divisor > 1 ? .gelu : nil)
            }
        }
        let places = try b.scope("pos_embed") { () throws(GraphError) in
            try b.fourierPositions(Extent(height: map.height, width: map.width), width: width)
        }
        var x = try b.add(b.tokens(map), places)
        for index in 0..<depth {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                try block(b, x, height: map.height, columns: map.width)
            }
        }
        x = try b.concatenate([b.token("cls_token", width: width), x], axis: 1)
        for index in 0..<2 {
            x = try b.scope("cls_attn_blocks.\(index)") { () throws(GraphError) in try classBlock(b, x) }
        }
        x = try b.layerNormalization(x, "norm")
        try b.linearClassifier(
            features: x,
            embedding: b.token(of: x, at: 0),
            classCount: options.classCount,
            name: "head"
        )
    }

    private func block(
        _ b: GraphBuilder,
        _ input: Value,
        height: Int,
        columns: Int
    ) throws(GraphError) -> Value {
        var x = input
        let first = try b.layerNormalization(x, "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            try b.crossCovarianceAttention(first, heads: heads)
        }
        x = try b.add(x, b.featureScale(mixed, "gamma1"))
        let second = try b.layerNormalization(x, "norm3")
        let local = try b.scope("local_mp") { () throws(GraphError) in
            let map = try b.map(second, height: height, width: columns)
            var y = try b.activation(b.convolve(map, "conv1", width, kernel: 3, groups: width), .gelu)
            y = try b.batchNormalization(y, "bn")
            return try b.tokens(b.convolve(y, "conv2", width, kernel: 3, groups: width))
        }
        x = try b.add(x, b.featureScale(local, "gamma3"))
        let third = try b.layerNormalization(x, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(third, FeedForward(hidden: 4 * width))
        }
        return try b.add(x, b.featureScale(refined, "gamma2"))
    }

    private func classBlock(_ b: GraphBuilder, _ input: Value) throws(GraphError) -> Value {
        let count = input.type.dimensions[0] - 1
        func patches(_ x: Value) throws(GraphError) -> Value { try b.slice(x, axis: 1, 1, count) }
        let normal = try b.layerNormalization(input, "norm1")
        let token = try b.scope("attn") { () throws(GraphError) in
            try b.classAttention(normal, heads: heads)
        }
        let mixed = try b.concatenate([token, patches(normal)], axis: 1)
        var x = try b.add(input, b.featureScale(mixed, "gamma1"))
        if normalizesTokens {
            x = try b.layerNormalization(x, "norm2")
        } else {
            let first = try b.layerNormalization(b.slice(x, axis: 1, 0, 1), "norm2")
            x = try b.concatenate([first, patches(x)], axis: 1)
        }
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(b.slice(x, axis: 1, 0, 1), FeedForward(hidden: 4 * width))
        }
        let scaled = try b.featureScale(refined, "gamma2")
        return try b.add(x, b.concatenate([scaled, patches(x)], axis: 1))
    }

    /// Brings the paper's name of the place code to timm's, and parts the class blocks' query, key and value.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { TensorNames.replacing($0, [("pos_embeder.", "pos_embed.")]) }
        for (name, tensor) in tensors
        where name.hasPrefix("cls_attn_blocks.") && name.contains(".attn.qkv.")
            && tensor.count % 3 == 0 && tensor.shape.rank > 0
        {
            tensors[name] = nil
            let values = tensor.floats
            let size = values.count / 3
            var dimensions = tensor.shape.dimensions
            dimensions[0] /= 3
            for (index, part) in ["q", "k", "v"].enumerated() {
                let slice = Array(values[index * size..<(index + 1) * size])
                tensors[TensorNames.replacing(name, [(".qkv.", ".\(part).")])] = Tensor.cast(
                    slice,
                    to: tensor.dtype,
                    shape: Shape(dimensions)
                )
            }
        }
    }
}
