internal import Foundation
internal import Graph

/// Attention between features, and the Fourier code of the places that goes with it.
extension GraphBuilder {
    /// Attention of a head's features to each other over all tokens `[N, tokens, width]`, at the current path.
    ///
    /// Source: timm/models/xcit.py, `XCA`; timm/models/edgenext.py, `CrossCovarianceAttn`.
    func crossCovarianceAttention(_ x: Value, heads: Int) throws(GraphError) -> Value {
        let (tokens, width) = (x.type.dimensions[0], x.features)
        let size = width / heads
        let qkv = try reshape(linear(x, "qkv", 3 * width), [tokens, 3, heads, size])
        let turned = try transpose(qkv, [0, 2, 3, 4, 1])
        var parts: [Value] = []
        for part in 0..<3 {
            parts.append(try reshape(slice(turned, axis: 1, part, 1), [heads, size, tokens]))
        }
        let temperature = try parameter("temperature", [heads, 1, 1])
        let query = try multiply(unitLength(parts[0]), temperature)
        let mixed = try attention(query, unitLength(parts[1]), parts[2], scale: 1)
        let joined = try reshape(transpose(mixed, [0, 3, 1, 2]), [tokens, width])
        return try linear(joined, "proj", width)
    }

    /// Sines and cosines of row and column, brought to `width` by the 1x1 convolution `token_projection` at the current
    /// path: `[tokens, width]`, static.
    ///
    /// Source: timm/models/xcit.py and timm/models/edgenext.py, `PositionalEncodingFourier`.
    func fourierPositions(_ grid: Extent, width: Int) throws(GraphError) -> Value {
        let count = 32
        func code(_ index: Int, _ extent: Int) -> [Float] {
            let place = Float(index + 1) / (Float(extent) + 1e-6) * (2 * Float.pi)
            return (0..<count).map { feature in
                let angle = place / pow(10000, Float(2 * (feature / 2)) / Float(count))
                return feature % 2 == 0 ? sin(angle) : cos(angle)
            }
        }
        var values: [Float] = []
        for row in 0..<grid.height {
            for column in 0..<grid.width { values += code(row, grid.height) + code(column, grid.width) }
        }
        let codes = try constant(values, [grid.height * grid.width, 2 * count])
        return try scope("token_projection") { () throws(GraphError) in
            let filter = try parameter("weight", [width, 2 * count, 1, 1])
            let matrix = try reshapeStatic(filter, [width, 2 * count])
            return try append(.linear, [codes, matrix, parameter("bias", [width])])
        }
    }
}
