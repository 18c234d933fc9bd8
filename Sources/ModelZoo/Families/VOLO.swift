internal import Graph

// VOLO: attention whose weights over a 3x3 neighbourhood come from the position in its middle, then transformer blocks and
// class attention.
//
// Paper: VOLO: Vision Outlooker for Visual Recognition (https://arxiv.org/abs/2106.13112).
// Source: timm/models/volo.py (timm 1.0.31). No deviations. Another grid is refused: timm does not resample this family's
// positions. The classifier of the tokens counts at inference too: half the largest of its logits is added.

/// The numbers of a VOLO.
struct VOLO: ModelConfiguration, Equatable {
    /// Height and width of the checkpoint's pictures.
    var size: Int
    /// Blocks of the four stages, the first of them outlookers.
    var depths: [Int]
    var widths: [Int]
    var heads: [Int]
    /// Hidden features of a perceptron in widths.
    var ratio = 3
    /// Channels of the convolutions before the patches.
    var stemWidth = 64

    private static let epsilon: Float = 1e-5
    /// Extent of a neighbourhood, whose middles lie two positions apart.
    private static let kernel = 3

    /// Emits stem, outlookers, transformer blocks, class attention and heads.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.channelsLast(b.scope("patch_embed") { () throws(GraphError) in try patches(b) })
        for index in 0..<depths[0] {
            x = try b.scope("network.0.\(index)") { () throws(GraphError) in try outlooker(b, x) }
        }
        let map = try b.convolve(
            b.channelsFirst(x),
            "network.1.proj",
            widths[1],
            kernel: 2,
            stride: 2,
            padding: 0
        )
        let extent = size / 16
        guard map.height == extent, map.width == extent else {
            throw b.failure(
                "the checkpoint holds positions of a map of \(extent)x\(extent), which timm does not resample, and a "
                    + "picture of \(options.height)x\(options.width) has one of \(map.height)x\(map.width): use "
                    + "\(size)x\(size) pixels",
                code: .unsupportedConfiguration
            )
        }
        let width = widths[1]
        let table = try b.parameter("pos_embed", [1, extent, extent, width])
        var tokens = try b.add(b.tokens(map), b.reshapeStatic(table, [1, extent * extent, width]))
        for stage in 1..<depths.count {
            // The reduction takes a place of its own in timm's list.
            let block = transformer(stage)
            for index in 0..<depths[stage] {
                tokens = try b.scope("network.\(stage + 1).\(index)") { () throws(GraphError) in
                    try VisionTransformerLayers(builder: b, model: block, index: index).standard(tokens)
                }
            }
        }
        tokens = try b.concatenate([b.token("cls_token", width: width), tokens], axis: 1)
        for index in 0..<2 {
            tokens = try b.scope("post_network.\(index)") { () throws(GraphError) in
                try classBlock(b, tokens)
            }
        }
        try classify(b, b.layerNormalization(tokens, "norm", epsilon: Self.epsilon), options)
    }

    private func patches(_ b: GraphBuilder) throws(GraphError) -> Value {
        var x = b.input
        for index in 0..<3 {
            x = try b.convolution(
                x,
                "conv.\(3 * index)",
                stemWidth,
                kernel: index == 0 ? 7 : 3,
                stride: index == 0 ? 2 : 1
            )
            x = try b.normalization(x, "conv.\(3 * index + 1)")
        }
        return try b.patchEmbedding(x, patch: 4, width: widths[0])
    }

    private func transformer(_ stage: Int) -> VisionTransformer {
        VisionTransformer(
            size: 0,
            patch: 16,
            width: widths[stage],
            depth: depths[stage],
            heads: heads[stage],
            ratio: Double(ratio),
            normalization: .layer(epsilon: Self.epsilon),
            hasBias: false
        )
    }

    private func refined(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "norm2", epsilon: Self.epsilon)
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(normal, FeedForward(hidden: ratio * x.features))
        }
        return try b.add(x, refined)
    }

    private func outlooker(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let normal = try b.layerNormalization(x, "norm1", epsilon: Self.epsilon)
        let mixed = try b.scope("attn") { () throws(GraphError) in try outlookAttention(b, normal) }
        return try refined(b, b.add(x, mixed))
    }

    /// Neighbourhoods of `[N, H, W, C]` mixed by weights that their middle states, and summed where they overlap.
    ///
    /// Source: `OutlookAttention`; its fold is a sum of at most four gathered values a position.
    private func outlookAttention(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let (width, heads) = (x.features, heads[0])
        let map = Extent(height: x.type.dimensions[0], width: x.type.dimensions[1])
        let positions = map.height * map.width
        let neighbours = Self.neighbours(map)
        let area = Self.kernel * Self.kernel
        let middles = neighbours.count / area
        let values = try b.reshape(b.linear(x, "v", width, hasBias: false), [positions, width])
        let gathered = try b.append(
            .gather(axis: 1, indices: neighbours),
            [withEmptyRow(b, values)]
        )
        let parts = try b.transpose(
            b.reshape(gathered, [middles, area, heads, width / heads]),
            [0, 1, 3, 2, 4]
        )
        let scores = try b.linear(averaged(b, x), "attn", area * area * heads)
        let scaled = try b.affine(scores, 1 / Float(width / heads).squareRoot())
        let weights = try b.append(
            .softmax(axis: 4),
            [b.reshape(scaled, [middles, heads, area, area])]
        )
        let mixed = try b.append(.matrixProduct(transposesRight: false), [weights, parts])
        let rows = try b.reshape(b.transpose(mixed, [0, 1, 3, 2, 4]), [middles * area, width])
        let padded = try withEmptyRow(b, rows)
        var sum: Value?
        for indices in Self.contributions(neighbours, positions: positions) {
            let part = try b.append(.gather(axis: 1, indices: indices), [padded])
            if let known = sum { sum = try b.add(known, part) } else { sum = part }
        }
        let folded = try b.reshape(sum ?? values, [map.height, map.width, width])
        return try b.linear(folded, "proj", width)
    }

    /// The position of each element of each neighbourhood, and the count of positions outside the map.
    private static func neighbours(_ map: Extent) -> [Int] {
        var result: [Int] = []
        for row in stride(from: 0, to: map.height, by: 2) {
            for column in stride(from: 0, to: map.width, by: 2) {
                for place in 0..<kernel * kernel {
                    let (y, x) = (row + place / kernel - 1, column + place % kernel - 1)
                    let isInside = y >= 0 && y < map.height && x >= 0 && x < map.width
                    result.append(isInside ? y * map.width + x : map.height * map.width)
                }
            }
        }
        return result
    }

    /// Lists of which every one names an element for each position, or the empty one, so that all elements are named.
    private static func contributions(_ neighbours: [Int], positions: Int) -> [[Int]] {
        var elements = [[Int]](repeating: [], count: positions)
        for (element, position) in neighbours.enumerated() where position < positions {
            elements[position].append(element)
        }
        let most = elements.map(\.count).max() ?? 0
        return (0..<most).map { index in elements.map { index < $0.count ? $0[index] : neighbours.count } }
    }

    private func withEmptyRow(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let amounts = PaddingAmounts(mode: .constant(0), before: [0, 0, 0], after: [0, 1, 0])
        return try b.append(.padding(amounts), [x])
    }

    /// The means of squares of two by two: `[N, middles, C]`; at an odd edge, of what there is.
    private func averaged(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let (height, columns, width) = (x.type.dimensions[0], x.type.dimensions[1], x.features)
        var y = x
        if height % 2 == 1 || columns % 2 == 1 {
            let after = [0, height % 2, columns % 2, 0]
            y = try b.append(
                .padding(PaddingAmounts(mode: .replicate, before: [0, 0, 0, 0], after: after)),
                [y]
            )
        }
        let half = Extent(height: (height + 1) / 2, width: (columns + 1) / 2)
        y = try b.mean(b.reshape(y, [half.height, 2, half.width, 2, width]), axes: [2, 4])
        return try b.reshape(y, [half.height * half.width, width])
    }

    private func classBlock(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let (count, width, heads) = (x.type.dimensions[0], x.features, heads[heads.count - 1])
        let normal = try b.layerNormalization(x, "norm1", epsilon: Self.epsilon)
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let first = try b.linear(b.slice(normal, axis: 1, 0, 1), "q", width, hasBias: false)
            let query = try b.splitHeads(first, parts: 1, heads: heads)[0]
            let pair = try b.splitHeads(
                b.linear(normal, "kv", 2 * width, hasBias: false),
                parts: 2,
                heads: heads
            )
            return try b.linear(b.joinHeads(b.attention(query, pair[0], pair[1])), "proj", width)
        }
        let token = try refined(b, b.add(b.slice(x, axis: 1, 0, 1), mixed))
        return try b.concatenate([token, b.slice(x, axis: 1, 1, count - 1)], axis: 1)
    }

    private func classify(_ b: GraphBuilder, _ x: Value, _ options: BuildOptions) throws(GraphError) {
        let embedding = try b.token(of: x, at: 0)
        b.output(.features, x)
        b.output(.embedding, embedding)
        guard options.classCount > 0 else { return b.output(.logits, embedding) }
        let logits = try b.linear(embedding, "head", options.classCount)
        let rest = try b.slice(x, axis: 1, 1, x.type.dimensions[0] - 1)
        let others = try b.linear(rest, "aux_head", options.classCount)
        let largest = try b.append(.reduction(.maximum, axes: [1], keepsAxes: false), [others])
        b.output(.logits, try b.add(logits, b.affine(largest, 0.5)))
    }
}
