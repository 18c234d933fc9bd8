import Graph

extension NetCase {
    /// Attention as the families write it, and what looks like it but must not be fused.
    static let attentions: [NetCase] = [
        NetCase("self-attention", 40, 5, 7) { b, x throws(GraphError) in
            let parts = try b.heads(b.tokens(x), parts: 3, heads: 5)
            let query = try b.append(.affine(multiplier: 0.4, offset: 0), [parts[0]])
            let scores = try b.append(.matrixProduct(transposesRight: true), [query, parts[1]])
            let mixed = try b.joined(b.weighted(scores, parts[2]))
            return try b.scope("proj") { () throws(GraphError) in try b.linear(mixed, 20) }
        },
        NetCase("attention of windows with bias and mask", 24, 4, 8) { b, x throws(GraphError) in
            let windows = try b.append(
                .reshape(TensorType(batchFactor: 4, dimensions: [8, 24])),
                [b.tokens(x)]
            )
            let parts = try b.heads(windows, parts: 3, heads: 2)
            var scores = try b.append(.matrixProduct(transposesRight: true), [parts[0], parts[1]])
            scores = try b.append(.binary(.multiply), [scores, b.parameter("scale", [2, 1, 1])])
            scores = try b.add(scores, b.parameter("table", [2, 8, 8]))
            scores = try b.reshape(scores, [4, 2, 8, 8], batchFactor: 1)
            scores = try b.add(scores, b.parameter("mask", [4, 1, 8, 8]))
            scores = try b.reshape(scores, [2, 8, 8], batchFactor: 4)
            return try b.joined(b.weighted(scores, parts[2]))
        },
        NetCase("attention with features before positions", 24, 4, 5) { b, x throws(GraphError) in
            let y = try b.scope("qkv") { () throws(GraphError) in
                try b.convolution(x, Convolution(outputChannels: 64, kernel: 1))
            }
            func part(_ start: Int, _ width: Int) throws(GraphError) -> Value {
                let channels = try b.append(.slice(axis: 1, start: start, count: 2 * width, step: 1), [y])
                return try b.reshape(channels, [2, width, 20])
            }
            let query = try b.append(.transpose(permutation: [0, 1, 3, 2]), [part(0, 8)])
            let scores = try b.append(.matrixProduct(transposesRight: false), [query, part(16, 8)])
            let weights = try b.append(.softmax(axis: 3), [scores])
            let mixed = try b.append(.matrixProduct(transposesRight: true), [part(32, 16), weights])
            return try b.reshape(mixed, [32, 4, 5])
        },
        NetCase("attention to fewer keys", 32, 6, 6) { b, x throws(GraphError) in
            let tokens = try b.tokens(x)
            let query = try b.scope("q") { () throws(GraphError) in
                try b.heads(tokens, parts: 1, heads: 2)[0]
            }
            let few = try b.append(.slice(axis: 1, start: 1, count: 9, step: 4), [tokens])
            let pair = try b.scope("kv") { () throws(GraphError) in try b.heads(few, parts: 2, heads: 2) }
            let scores = try b.append(.matrixProduct(transposesRight: true), [query, pair[0]])
            let scaled = try b.append(.affine(multiplier: 0.25, offset: 0), [scores])
            return try b.joined(b.weighted(scaled, pair[1]))
        },
        NetCase("attention whose weights are read twice", 32, 3, 5) { b, x throws(GraphError) in
            let parts = try b.heads(b.tokens(x), parts: 3, heads: 2)
            let scores = try b.append(.matrixProduct(transposesRight: true), [parts[0], parts[1]])
            let weights = try b.append(.softmax(axis: 3), [scores])
            let mixed = try b.append(.matrixProduct(transposesRight: false), [weights, parts[2]])
            let squares = try b.append(.matrixProduct(transposesRight: false), [weights, weights])
            return try b.append(.concatenation(axis: 3), [mixed, squares])
        },
    ]
}

extension GraphBuilder {
    /// `[N, C, H, W]` as `[N, H W, C]`.
    fileprivate func tokens(_ x: Value) throws(GraphError) -> Value {
        let extents = x.type.dimensions
        let flat = try reshape(x, [extents[0], extents[1] * extents[2]])
        return try append(.transpose(permutation: [0, 2, 1]), [flat])
    }

    /// A layer's results `[N, parts, heads, tokens, size]`, part by part.
    fileprivate func heads(_ x: Value, parts: Int, heads: Int) throws(GraphError) -> [Value] {
        let (tokens, width) = (x.type.dimensions[0], x.type.dimensions[1])
        let size = width / heads
        let features = try linear(x, parts * width)
        let split = try append(
            .transpose(permutation: [0, 2, 3, 1, 4]),
            [reshape(features, [tokens, parts, heads, size], batchFactor: x.type.batchFactor)]
        )
        var result: [Value] = []
        for part in 0..<parts {
            let own = try append(.slice(axis: 1, start: part, count: 1, step: 1), [split])
            result.append(try reshape(own, [heads, tokens, size], batchFactor: x.type.batchFactor))
        }
        return result
    }

    fileprivate func weighted(_ scores: Value, _ value: Value) throws(GraphError) -> Value {
        let weights = try append(.softmax(axis: 3), [scores])
        return try append(.matrixProduct(transposesRight: false), [weights, value])
    }

    /// `[N, heads, tokens, size]` as `[N, tokens, heads size]`.
    fileprivate func joined(_ x: Value) throws(GraphError) -> Value {
        let extents = x.type.dimensions
        let turned = try append(.transpose(permutation: [0, 2, 1, 3]), [x])
        return try reshape(turned, [extents[1], extents[0] * extents[2]], batchFactor: x.type.batchFactor)
    }
}
