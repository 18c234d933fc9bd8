/// Tables of a checkpoint brought to other extents when it is read, where the graph cannot know what it holds.
enum BicubicTables {
    /// Square tables of side `old`, one after the other, as tables of side `new`.
    ///
    /// Source: PyTorch's `interpolate(mode="bicubic", antialias=True)`.
    static func resampled(_ values: [Float], from old: Int, to new: Int) -> [Float] {
        let weights = matrix(from: old, to: new)
        var result: [Float] = []
        result.reserveCapacity(values.count / (old * old) * new * new)
        for start in stride(from: 0, to: values.count, by: old * old) {
            var rows = [Float](repeating: 0, count: old * new)
            for row in 0..<old {
                for column in 0..<new {
                    for place in 0..<old {
                        rows[row * new + column] +=
                            weights[column * old + place] * values[start + row * old + place]
                    }
                }
            }
            for row in 0..<new {
                for column in 0..<new {
                    result.append(
                        (0..<old).reduce(0) { $0 + weights[row * old + $1] * rows[$1 * new + column] }
                    )
                }
            }
        }
        return result
    }

    /// What each of `new` places takes of each of `old`: `[new, old]`.
    private static func matrix(from old: Int, to new: Int) -> [Float] {
        let scale = Float(old) / Float(new)
        let spread = max(scale, 1)
        var weights = [Float](repeating: 0, count: new * old)
        for place in 0..<new {
            let center = scale * (Float(place) + 0.5)
            let first = max(Int(center - 2 * spread + 0.5), 0)
            let end = min(Int(center + 2 * spread + 0.5), old)
            let own = (first..<end).map { cubic((Float($0) - center + 0.5) / spread) }
            let total = own.reduce(0, +)
            for (index, weight) in own.enumerated() { weights[place * old + first + index] = weight / total }
        }
        return weights
    }

    /// Keys' cubic with a = -0.5.
    private static func cubic(_ distance: Float) -> Float {
        let x = abs(distance)
        if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    }
}
