internal import Graph

/// Attention whose scores carry a learned bias for the distance of the two positions, as LeViT's does.
///
/// Source: timm/models/levit.py, `Attention`.
extension RelativePosition {
    /// For each pair of a query and a key of a grid, the place of their distance among all: rows apart times the grid's
    /// width plus columns apart, a query in every `stride` rows and columns.
    static func distances(_ grid: Extent, stride: Int = 1) -> [Int] {
        var result: [Int] = []
        for row in Swift.stride(from: 0, to: grid.height, by: stride) {
            for column in Swift.stride(from: 0, to: grid.width, by: stride) {
                for key in 0..<grid.height * grid.width {
                    let (rows, columns) = (abs(key / grid.width - row), abs(key % grid.width - column))
                    result.append(rows * grid.width + columns)
                }
            }
        }
        return result
    }
}

extension GraphBuilder {
    /// The biases `[heads, queries, keys]` of a grid, gathered from the parameter `attention_biases` `[heads, keys]`:
    /// static, folds.
    func distanceBias(grid: Extent, heads: Int, stride: Int = 1) throws(GraphError) -> Value {
        let table = try parameter("attention_biases", [heads, grid.height * grid.width])
        return try distanceBias(table, grid: grid, stride: stride)
    }

    /// The biases `[heads, queries, keys]` of a grid, gathered from the static `table` `[heads, keys]`.
    func distanceBias(_ table: Value, grid: Extent, stride: Int = 1) throws(GraphError) -> Value {
        let keys = grid.height * grid.width
        let indices = RelativePosition.distances(grid, stride: stride)
        let gathered = try append(.gather(axis: 1, indices: indices), [table])
        return try reshapeStatic(gathered, [table.type.dimensions[0], indices.count / keys, keys])
    }

    /// What lies side by side in each head, apart: `[factor N, tokens, heads (a + b + ...)]` to `[factor N, heads,
    /// tokens, a]`, `[factor N, heads, tokens, b]` and so on.
    func splitHeads(_ x: Value, heads: Int, widths: [Int]) throws(GraphError) -> [Value] {
        let tokens = x.type.dimensions[0]
        let apart = try reshape(x, [tokens, heads, widths.reduce(0, +)])
        return try pieces(transpose(apart, [0, 2, 1, 3]), axis: 3, widths)
    }

    /// The same of a map: `[N, heads (a + b + ...), H, W]` to `[N, heads, a, H W]` and so on.
    func splitMapHeads(_ x: Value, heads: Int, widths: [Int]) throws(GraphError) -> [Value] {
        let apart = try reshape(x, [heads, widths.reduce(0, +), x.height * x.width])
        return try pieces(apart, axis: 2, widths)
    }

    /// `softmax(query^T key / sqrt(size) + bias)` of heads with the positions last, `[N, heads, size, positions]`;
    /// `mix` sees the scores before the softmax.
    func mapWeights(
        _ query: Value,
        _ key: Value,
        bias: Value,
        _ mix: (Value) throws(GraphError) -> Value = { $0 }
    ) throws(GraphError) -> Value {
        let size = query.type.dimensions[1]
        let rows = try affine(transpose(query, [0, 1, 3, 2]), 1 / Float(size).squareRoot())
        let scores = try add(append(.matrixProduct(transposesRight: false), [rows, key]), bias)
        return try append(.softmax(axis: 3), [mix(scores)])
    }

    /// The values of heads with the positions last, averaged under `weights`: `[N, heads size, H, W]`.
    func mapMean(_ value: Value, weights: Value, _ grid: Extent) throws(GraphError) -> Value {
        let (heads, size) = (value.type.dimensions[0], value.type.dimensions[1])
        let mixed = try append(.matrixProduct(transposesRight: true), [value, weights])
        return try reshape(mixed, [heads * size, grid.height, grid.width])
    }

    private func pieces(_ x: Value, axis: Int, _ widths: [Int]) throws(GraphError) -> [Value] {
        var start = 0
        var parts: [Value] = []
        for width in widths {
            parts.append(try slice(x, axis: axis, start, width))
            start += width
        }
        return parts
    }
}
