internal import Graph

/// Attention over the places of a map, in place of a residual block's 3x3 convolution.
enum ResidualAttention: Sendable, Equatable {
    /// Every place sees every other, and learned vectors for their distance (https://arxiv.org/abs/2101.11605). A head's
    /// query and key have as many features as its value where `headWidth` is nil.
    case bottleneck(headWidth: Int? = nil)
    /// The places of a block see that block and `reach` places around it (https://arxiv.org/abs/2103.12731). Query and
    /// key are `ratio` times as wide as the value where `headWidth` is nil.
    case halo(block: Int = 8, reach: Int, heads: Int = 8, headWidth: Int? = nil, ratio: Double = 1)
    /// Linear functions of the query in place of attention (https://arxiv.org/abs/2102.08602): a convolution of this
    /// extent over the values, or learned vectors for the distance where it is nil, makes them.
    case lambda(extent: Int?)
}

extension ByobLayers {
    /// Attention over a map that is `reduction` times smaller than the picture, at the current path.
    func residualAttention(
        _ x: Value,
        _ attention: ResidualAttention,
        stride: Int,
        reduction: Int
    ) throws(GraphError) -> Value {
        let b = builder
        let y: Value
        switch attention {
        case .bottleneck(let headWidth):
            try requireNativeGrid(x, reduction)
            y = try bottleneckAttention(x, headWidth: headWidth)
        case .halo(let block, let reach, let heads, let headWidth, let ratio):
            guard x.height % block == 0, x.width % block == 0 else {
                // What suits the last map suits those before it.
                let smallest = model.stages.reduce(model.stem.reduction) { $0 * $1.stride }
                throw b.failure(
                    "a map of \(x.height)x\(x.width) is not divided by blocks of \(block)x\(block): use a height and width "
                        + "that are multiples of \(block * smallest)",
                    code: .unsupportedConfiguration
                )
            }
            let outputs = Double(x.channels) * ratio
            let layer = HaloLayer(
                block: block,
                reach: reach,
                heads: heads,
                keyWidth: headWidth ?? ChannelRounding.divisible(outputs) / heads,
                step: block % stride == 0 ? stride : 1
            )
            y = try haloAttention(x, layer)
            if layer.step == stride { return y }
        case .lambda(let extent):
            if extent == nil { try requireNativeGrid(x, reduction) }
            y = try lambdaLayer(x, extent: extent)
        }
        guard stride > 1 else { return y }
        guard x.height % 2 == 0, x.width % 2 == 0 else {
            throw b.failure(
                "the averages of 2x2 places after the attention need a map of even extents, and it has "
                    + "\(x.height)x\(x.width): use a height and width that are multiples of \(2 * reduction)",
                code: .unsupportedConfiguration
            )
        }
        return try b.averagePool(y, kernel: 2, stride: 2)
    }

    /// Refuses a map of other extents than the checkpoint's tables have, which timm does not resample.
    private func requireNativeGrid(_ x: Value, _ reduction: Int) throws(GraphError) {
        let side = model.size / reduction
        guard x.height == side, x.width == side else {
            throw builder.failure(
                "the checkpoint holds vectors for the distances of \(side)x\(side) places, which timm does not resample, "
                    + "and the map has \(x.height)x\(x.width): use \(model.size)x\(model.size) pixels",
                code: .unsupportedConfiguration
            )
        }
    }

    /// Source: timm/layers/bottleneck_attn.py, `BottleneckAttn`.
    private func bottleneckAttention(_ x: Value, headWidth: Int?) throws(GraphError) -> Value {
        let (b, heads, outputs) = (builder, 4, x.channels)
        let grid = Extent(height: x.height, width: x.width)
        let places = grid.height * grid.width
        let valueWidth = outputs / heads
        let keyWidth = headWidth ?? ChannelRounding.divisible(Double(outputs)) / heads
        let qkv = try b.convolve(x, "qkv", heads * 2 * keyWidth + outputs, hasBias: false)
        func part(_ start: Int, _ width: Int) throws(GraphError) -> Value {
            let channels = try b.channels(qkv, start, heads * width)
            return try b.reshape(channels, [width, places], batchFactor: heads)
        }
        let query = try b.transpose(part(0, keyWidth), [0, 2, 1])
        let scaled = try b.affine(query, 1 / Float(keyWidth).squareRoot())
        let key = try part(heads * keyWidth, keyWidth)
        let content = try b.append(.matrixProduct(transposesRight: false), [scaled, key])
        let scores = try b.add(content, distanceScores(query, grid: grid, window: grid))
        let weights = try b.append(.softmax(axis: 2), [scores])
        let value = try part(2 * heads * keyWidth, valueWidth)
        let mixed = try b.append(.matrixProduct(transposesRight: true), [value, weights])
        return try b.reshape(mixed, [outputs, grid.height, grid.width], batchFactor: 1)
    }

    /// What each query `[..., places of a grid, features]` says to the distance of each place of a window, which begins
    /// where the grid does: rows and columns apart, `[..., places, places of the window]`.
    ///
    /// Source: timm/layers/bottleneck_attn.py and timm/layers/halo_attn.py, `PosEmbedRel`.
    private func distanceScores(
        _ query: Value,
        grid: Extent,
        window: Extent
    ) throws(GraphError) -> Value {
        let b = builder
        let leading = Array(query.type.dimensions.dropLast(2))
        let places = grid.height * grid.width
        func scores(_ name: String, _ extent: Int, _ place: (Int) -> Int) throws(GraphError) -> Value {
            let distances = 2 * extent - 1
            let table = try b.parameter("pos_embed.\(name)", [distances, query.features])
            let all = try b.append(.linear, [query, table])
            var indices: [Int] = []
            for query in 0..<places {
                let first = query * distances + extent - 1 - place(query)
                indices += first..<first + extent
            }
            let flat = try b.reshape(all, leading + [places * distances])
            return try b.append(.gather(axis: leading.count + 1, indices: indices), [flat])
        }
        let rows = try b.reshape(
            scores("height_rel", window.height) { $0 / grid.width },
            leading + [places, window.height, 1]
        )
        let columns = try b.reshape(
            scores("width_rel", window.width) { $0 % grid.width },
            leading + [places, 1, window.width]
        )
        return try b.reshape(b.add(rows, columns), leading + [places, window.height * window.width])
    }

    /// Halo attention's numbers.
    private struct HaloLayer {
        var block: Int
        var reach: Int
        var heads: Int
        var keyWidth: Int
        /// Distance of the queries.
        var step: Int
    }

    /// Source: timm/layers/halo_attn.py, `HaloAttn`.
    private func haloAttention(_ x: Value, _ layer: HaloLayer) throws(GraphError) -> Value {
        let (b, outputs, heads, keyWidth) = (builder, x.channels, layer.heads, layer.keyWidth)
        let valueWidth = outputs / heads
        let side = layer.block / layer.step
        let window = layer.block + 2 * layer.reach
        let count = Extent(height: x.height / layer.block, width: x.width / layer.block)
        let blocks = count.height * count.width
        /// Heads and blocks first, then a block's places: `[heads N, blocks, side side, width]`.
        func places(_ x: Value, _ width: Int, _ side: Int) throws(GraphError) -> Value {
            let cut = [width, count.height, side, count.width, side]
            let apart = try b.transpose(b.reshape(x, cut, batchFactor: heads), [0, 2, 4, 3, 5, 1])
            return try b.reshape(apart, [blocks, side * side, width])
        }
        let query = try places(
            b.convolve(x, "q", heads * keyWidth, stride: layer.step, hasBias: false),
            keyWidth,
            side
        )
        let pair = try b.convolve(x, "kv", heads * (keyWidth + valueWidth), hasBias: false)
        let reach = [0, 0, layer.reach, layer.reach]
        var around = try b.append(
            .padding(PaddingAmounts(mode: .constant(0), before: reach, after: reach)),
            [pair]
        )
        for (axis, count) in [(2, count.height), (3, count.width)] {
            let indices = (0..<count).flatMap { block in (0..<window).map { block * layer.block + $0 } }
            around = try b.append(.gather(axis: axis, indices: indices), [around])
        }
        let neighbours = try places(around, keyWidth + valueWidth, window)
        let key = try b.slice(neighbours, axis: 3, 0, keyWidth)
        let value = try b.slice(neighbours, axis: 3, keyWidth, valueWidth)
        let bias = try distanceScores(query, grid: Extent(side), window: Extent(window))
        let mixed = try b.attention(query, key, value, bias: bias)
        let cut = [count.height, count.width, side, side, valueWidth]
        let turned = try b.transpose(b.reshape(mixed, cut), [0, 5, 1, 3, 2, 4])
        return try b.reshape(turned, [outputs, count.height * side, count.width * side], batchFactor: 1)
    }

    /// Source: timm/layers/lambda_layer.py, `LambdaLayer`.
    private func lambdaLayer(_ x: Value, extent: Int?) throws(GraphError) -> Value {
        let (b, heads, keyWidth) = (builder, 4, 16)
        let (places, valueWidth) = (x.height * x.width, x.channels / heads)
        let qkv = try b.convolve(x, "qkv", (heads + 1) * keyWidth + valueWidth, hasBias: false)
        let query = try b.batchNormalization(b.channels(qkv, 0, heads * keyWidth), "norm_q")
        let value = try b.batchNormalization(
            b.channels(qkv, (heads + 1) * keyWidth, valueWidth),
            "norm_v"
        )
        let context = try b.reshape(b.channels(qkv, heads * keyWidth, keyWidth), [keyWidth, places])
        let key = try b.append(.softmax(axis: 2), [context])
        let values = try b.reshape(value, [valueWidth, places])
        let content = try b.append(.matrixProduct(transposesRight: true), [values, key])
        // A function of the query for each place: `[N, places, values, keys]`.
        let local =
            if let extent {
                try convolvedLambdas(value, keyWidth, extent: extent)
            } else {
                try tabulatedLambdas(values, keyWidth, Extent(height: x.height, width: x.width))
            }
        let functions = try b.add(local, b.reshape(content, [1, valueWidth, keyWidth]))
        let queries = try b.transpose(b.reshape(query, [heads, keyWidth, places]), [0, 3, 1, 2])
        let mixed = try b.append(.matrixProduct(transposesRight: true), [queries, functions])
        return try b.reshape(b.transpose(mixed, [0, 2, 3, 1]), [x.channels, x.height, x.width])
    }

    /// Each value's map by itself through a convolution that makes a channel of each key.
    private func convolvedLambdas(_ value: Value, _ keyWidth: Int, extent: Int) throws(GraphError) -> Value {
        let b = builder
        let (width, height, columns) = (value.channels, value.height, value.width)
        let maps = try b.reshape(value, [1, height, columns], batchFactor: width)
        let shape = Convolution(
            outputChannels: keyWidth,
            kernel: Extent(extent),
            padding: Edges(extent / 2)
        )
        let lambdas = try b.scope("conv_lambda") { () throws(GraphError) in
            let filter = try b.parameter("weight", [keyWidth, 1, extent, extent, 1])
            let weight = try b.reshapeStatic(filter, [keyWidth, 1, extent, extent])
            return try b.append(.convolution(shape), [maps, weight, b.parameter("bias", [keyWidth])])
        }
        let apart = try b.reshape(lambdas, [width, keyWidth, height * columns], batchFactor: 1)
        return try b.transpose(apart, [0, 3, 1, 2])
    }

    /// The values `[N, values, places]` weighted by vectors for the distance of each place from each.
    private func tabulatedLambdas(_ values: Value, _ keyWidth: Int, _ grid: Extent) throws(GraphError)
        -> Value
    {
        let b = builder
        let places = grid.height * grid.width
        let (rows, columns) = (2 * grid.height - 1, 2 * grid.width - 1)
        let table = try b.reshapeStatic(
            b.parameter("pos_emb", [rows, columns, keyWidth]),
            [rows * columns, keyWidth]
        )
        let vectors = try b.append(.gather(axis: 0, indices: RelativePosition.indices(grid)), [table])
        // The gathered rows are keys first; the linear layer sums over them.
        let turned = try b.transpose(b.reshapeStatic(vectors, [places, places, keyWidth]), [1, 2, 0])
        let matrix = try b.reshapeStatic(turned, [places * keyWidth, places])
        let lambdas = try b.append(.linear, [values, matrix])
        let apart = try b.reshape(lambdas, [values.type.dimensions[0], places, keyWidth])
        return try b.transpose(apart, [0, 2, 1, 3])
    }
}
