internal import Foundation
internal import Graph

/// Tables of biases by the distance of two positions.
enum RelativePosition {
    /// For each pair of positions of a window, the row of a table of `(2 h - 1) (2 w - 1)` distances.
    static func indices(_ window: Extent) -> [Int] {
        let area = window.height * window.width
        var result: [Int] = []
        result.reserveCapacity(area * area)
        for left in 0..<area {
            for right in 0..<area {
                let rows = left / window.width - right / window.width + window.height - 1
                let columns = left % window.width - right % window.width + window.width - 1
                result.append(rows * (2 * window.width - 1) + columns)
            }
        }
        return result
    }

    /// The matrix `[new, old]` that resamples a table of distances along one axis: the old distances stand in a geometric
    /// progression that reaches as far as the new ones, and values between them are linear.
    ///
    /// Source: timm/layers/pos_embed_rel.py, `resize_rel_pos_bias_table`.
    static func geometricResampling(from old: Int, to new: Int) -> [Float] {
        var (left, right, ratio) = (1.01, 1.5, 1.255)
        while right - left > 1e-6 {
            ratio = (left + right) / 2
            let reach = (1 - pow(ratio, Double(old / 2))) / (1 - ratio)
            if reach > Double(new / 2) { right = ratio } else { left = ratio }
        }
        var distances: [Double] = []
        var current = 1.0
        for step in 0..<old / 2 {
            distances.append(current)
            current += pow(ratio, Double(step + 1))
        }
        let places = (distances.reversed().map { -$0 } + [0] + distances).map(Float.init)
        var matrix = [Float](repeating: 0, count: new * old)
        for row in 0..<new {
            let place = Float(row - new / 2)
            var upper = places.firstIndex { $0 >= place } ?? old - 1
            upper = min(max(upper, 1), old - 1)
            // Beyond the ends the nearest value stands.
            let before = max(place - places[upper - 1], 0)
            let after = max(places[upper] - place, 0)
            let isExact = before == 0 && after == 0
            let (lower, higher): (Float, Float) = isExact ? (1, 1) : (before, after)
            matrix[row * old + upper - 1] = higher / (lower + higher)
            matrix[row * old + upper] += lower / (lower + higher)
        }
        return matrix
    }
}

extension GraphBuilder {
    /// A table `[(2 h - 1) (2 w - 1), heads]` of the window `old` as one of the window `new`: static, folds.
    func resampledDistances(_ table: Value, from old: Extent, to new: Extent) throws(GraphError) -> Value {
        guard old != new else { return table }
        let heads = table.type.dimensions[1]
        let source = Extent(height: 2 * old.height - 1, width: 2 * old.width - 1)
        let target = Extent(height: 2 * new.height - 1, width: 2 * new.width - 1)
        func matrix(_ old: Int, _ new: Int) throws(GraphError) -> Value {
            try constant(RelativePosition.geometricResampling(from: old, to: new), [new, old])
        }
        // Rows first: [new h, old h] x [old h, old w heads].
        var y = try reshapeStatic(table, [source.height, source.width * heads])
        y = try append(
            .matrixProduct(transposesRight: false),
            [matrix(source.height, target.height), y]
        )
        y = try transpose(reshapeStatic(y, [target.height, source.width, heads]), [1, 0, 2])
        y = try reshapeStatic(y, [source.width, target.height * heads])
        y = try append(.matrixProduct(transposesRight: false), [matrix(source.width, target.width), y])
        y = try transpose(reshapeStatic(y, [target.width, target.height, heads]), [1, 0, 2])
        return try reshapeStatic(y, [target.height * target.width, heads])
    }

    /// The biases `[heads, area, area]` of a window, gathered from `table` `[distances, heads]`.
    func gatheredBias(_ table: Value, window: Extent) throws(GraphError) -> Value {
        let area = window.height * window.width
        let gathered = try append(.gather(axis: 0, indices: RelativePosition.indices(window)), [table])
        return try transpose(reshapeStatic(gathered, [area, area, table.type.dimensions[1]]), [2, 0, 1])
    }

    /// The biases `[heads, area, area]` of a window that a perceptron called `mlp` at the current path makes of the
    /// logarithms of the distances: static.
    ///
    /// Source: timm/layers/pos_embed_rel.py, `RelPosMlp` in its mode `cr`.
    func perceptronBias(window: Extent, hidden: Int, heads: Int) throws(GraphError) -> Value {
        func logarithm(_ distance: Int) -> Float { (distance < 0 ? -1 : 1) * log(1 + Float(abs(distance))) }
        var values: [Float] = []
        for row in (1 - window.height)..<window.height {
            for column in (1 - window.width)..<window.width { values += [logarithm(row), logarithm(column)] }
        }
        let places = try constant(values, [values.count / 2, 2])
        let layer = FeedForward(hidden: hidden, activation: .relu, outputs: heads)
        let table = try scope("mlp") { () throws(GraphError) in try feedForward(places, layer) }
        return try gatheredBias(table, window: window)
    }
}
