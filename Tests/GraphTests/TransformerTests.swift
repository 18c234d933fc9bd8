import Graph
import Tensors
import Testing

/// The graph carries transformers: ViT's and Swin's blocks as they stand in timm, built from general operators.
@Suite struct TransformerTests {
    /// Layers of timm/models/vision_transformer.py and swin_transformer.py, enough for one block of each.
    private struct Layers {
        let b: GraphBuilder
        let width: Int
        let heads: Int

        /// Pre-norm attention and MLP over the tokens `[factor * N, tokens, width]`, with a residual each.
        func block(_ x: Value, bias: Value? = nil) throws(GraphError) -> Value {
            let normal = try b.scope("norm1") { () throws(GraphError) in
                try b.layerNormalization(x, epsilon: 1e-6)
            }
            let mixed = try b.scope("attn") { () throws(GraphError) in try attention(normal, bias: bias) }
            let y = try b.add(x, mixed)
            let second = try b.scope("norm2") { () throws(GraphError) in
                try b.layerNormalization(y, epsilon: 1e-6)
            }
            let hidden = try b.scope("mlp.fc1") { () throws(GraphError) in try b.linear(second, width * 4) }
            let active = try b.activation(hidden, .gelu)
            let projected = try b.scope("mlp.fc2") { () throws(GraphError) in try b.linear(active, width) }
            return try b.add(y, projected)
        }

        /// Softmax attention of `heads` heads; `bias` `[heads, tokens, tokens]` is added to the scores.
        func attention(_ x: Value, bias: Value?) throws(GraphError) -> Value {
            let tokens = x.type.dimensions[0]
            let size = width / heads
            let qkv = try b.scope("qkv") { () throws(GraphError) in try b.linear(x, 3 * width) }
            let split = try b.reshape(qkv, [tokens, 3, heads, size])
            // [N, 3, heads, tokens, size]
            let turned = try b.append(.transpose(permutation: [0, 2, 3, 1, 4]), [split])
            func part(_ index: Int) throws(GraphError) -> Value {
                let slice = try b.append(.slice(axis: 1, start: index, count: 1, step: 1), [turned])
                return try b.reshape(slice, [heads, tokens, size])
            }
            let scale = 1 / Float(size).squareRoot()
            let query = try b.append(.affine(multiplier: scale, offset: 0), [part(0)])
            var scores = try b.append(.matrixProduct(transposesRight: true), [query, part(1)])
            if let bias { scores = try b.add(scores, bias) }
            let weights = try b.append(.softmax(axis: 3), [scores])
            let mixed = try b.append(.matrixProduct(transposesRight: false), [weights, part(2)])
            let back = try b.append(.transpose(permutation: [0, 2, 1, 3]), [mixed])
            let joined = try b.reshape(back, [tokens, width])
            return try b.scope("proj") { () throws(GraphError) in try b.linear(joined, width) }
        }
    }

    @Test func carriesAVisionTransformer() throws {
        let (patch, width, classes) = (16, 192, 10)
        let b = GraphBuilder(channels: 3, height: 224, width: 160)
        let map = try b.scope("patch_embed.proj") { () throws(GraphError) in
            let patches = Convolution(outputChannels: width, kernel: Extent(patch), stride: Extent(patch))
            return try b.convolution(b.input, patches, hasBias: true)
        }
        #expect(map.type == .batched([192, 14, 10]))
        let positions = map.height * map.width
        let flat = try b.reshape(map, [width, positions])
        let tokens = try b.append(.transpose(permutation: [0, 2, 1]), [flat])
        let token = try b.append(.broadcastToBatch, [b.parameter("cls_token", [1, 1, width])])
        #expect(token.type == .batched([1, 192]))
        let joined = try b.append(.concatenation(axis: 1), [token, tokens])

        // The position embedding of a 14x14 grid, resampled to 14x10: it depends on weights alone.
        let table = try b.parameter("pos_embed", [1, 197, width])
        let prefix = try b.append(.slice(axis: 1, start: 0, count: 1, step: 1), [table])
        let grid = try b.append(.slice(axis: 1, start: 1, count: 196, step: 1), [table])
        let rows = try b.append(.reshape(.constant([1, 14, 14, width])), [grid])
        let picture = try b.append(.transpose(permutation: [0, 3, 1, 2]), [rows])
        let extent = Extent(height: map.height, width: map.width)
        let resampled = try b.append(
            .resample(Resampling(mode: .bicubic, extent: extent, antialiases: true)),
            [picture]
        )
        let list = try b.append(.transpose(permutation: [0, 2, 3, 1]), [resampled])
        let embedding = try b.append(.reshape(.constant([1, positions, width])), [list])
        let position = try b.append(.concatenation(axis: 1), [prefix, embedding])
        #expect(position.type == .constant([1, 141, 192]))
        var x = try b.add(joined, position)

        let layers = Layers(b: b, width: width, heads: 3)
        for index in 0..<2 {
            x = try b.scope("blocks.\(index)") { () throws(GraphError) in try layers.block(x) }
        }
        x = try b.scope("norm") { () throws(GraphError) in try b.layerNormalization(x, epsilon: 1e-6) }
        b.output(.features, x)
        let first = try b.append(.slice(axis: 1, start: 0, count: 1, step: 1), [x])
        let pooled = try b.reshape(first, [width])
        b.output(.embedding, pooled)
        b.output(
            .logits,
            try b.scope("head") { () throws(GraphError) in try b.linear(pooled, classes) }
        )

        let graph = b.finish()
        let logits = try #require(graph.outputs[.logits])
        #expect(graph[logits].type.description == "[N, 10]")
        let features = try #require(graph.outputs[.features])
        #expect(graph[features].type.shape(batch: 4).dimensions == [4, 141, 192])
        let block = graph.parameters.filter { $0.name.hasPrefix("blocks.1.") }
        #expect(block.count == 12)
        let qkv = graph.parameters.first { $0.name == "blocks.1.attn.qkv.weight" }
        #expect(qkv?.dimensions == [576, 192])
        // What comes before the sum with the tokens is static and can fold.
        #expect(graph[position.id].type.isBatched == false)
        let scores = graph.nodes.filter { $0.operation == .softmax(axis: 3) }
        #expect(scores.map(\.type.description) == ["[N, 3, 141, 141]", "[N, 3, 141, 141]"])
    }

    @Test func carriesShiftedWindows() throws {
        let (side, window, width, heads) = (14, 7, 96, 3)
        let b = GraphBuilder(channels: width, height: side, width: side)
        let map = try b.append(.transpose(permutation: [0, 2, 3, 1]), [b.input])
        var shifted = try b.append(.roll(axis: 1, shift: -3), [map])
        shifted = try b.append(.roll(axis: 2, shift: -3), [shifted])
        // Windows become a multiple of the batch.
        let count = side / window
        let cut = try b.reshape(shifted, [count, window, count, window, width])
        let ordered = try b.append(.transpose(permutation: [0, 1, 3, 2, 4, 5]), [cut])
        let windows = try b.reshape(ordered, [window * window, width], batchFactor: count * count)
        #expect(windows.type == TensorType(batchFactor: 4, dimensions: [49, 96]))
        #expect(windows.type.shape(batch: 3).dimensions == [12, 49, 96])

        // The relative position bias is gathered from a table: static, whatever the batch.
        let table = try b.parameter(
            "relative_position_bias_table",
            [(2 * window - 1) * (2 * window - 1), heads]
        )
        let positions = 0..<window * window
        let index = positions.flatMap { left in
            positions.map { right in
                let rows = left / window - right / window + window - 1
                let columns = left % window - right % window + window - 1
                return rows * (2 * window - 1) + columns
            }
        }
        let gathered = try b.append(.gather(axis: 0, indices: index), [table])
        let square = try b.append(.reshape(.constant([49, 49, heads])), [gathered])
        let bias = try b.append(.transpose(permutation: [2, 0, 1]), [square])
        #expect(bias.type == .constant([3, 49, 49]))

        let layers = Layers(b: b, width: width, heads: heads)
        let mixed = try b.scope("layers.0.blocks.1") { () throws(GraphError) in
            try layers.block(windows, bias: bias)
        }
        #expect(mixed.type == windows.type)
        let apart = try b.reshape(mixed, [count, count, window, window, width], batchFactor: 1)
        let joined = try b.append(.transpose(permutation: [0, 1, 3, 2, 4, 5]), [apart])
        let whole = try b.reshape(joined, [side, side, width])
        let back = try b.append(.roll(axis: 1, shift: 3), [whole])
        #expect(back.type == .batched([14, 14, 96]))
        #expect(back.type == map.type)
    }

    @Test func refusesWindowsThatDoNotCoverTheMap() throws {
        let b = GraphBuilder(channels: 8, height: 14, width: 14)
        #expect(throws: GraphError.self) { try b.reshape(b.input, [50, 8], batchFactor: 4) }
        let token = try b.parameter("cls_token", [2, 1, 8])
        #expect(throws: GraphError.self) { try b.append(.broadcastToBatch, [token]) }
    }
}
