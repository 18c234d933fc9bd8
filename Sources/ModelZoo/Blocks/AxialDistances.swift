internal import Graph

/// Attention in which the query is compared with a learned row for its distance from the key along each axis.
///
/// Source: timm/models/mvitv2.py, `cal_rel_pos_type`; timm/models/vision_transformer_sam.py,
/// `get_decomposed_rel_pos_bias`.
struct AxialDistances {
    /// Rows and columns of the query's positions.
    var query: Extent
    /// Rows and columns of the key's positions.
    var key: Extent
    /// Rows of the checkpoint's tables `rel_pos_h` and `rel_pos_w`.
    var stored: Extent
    /// Rows to which the tables are resampled.
    var used: Extent
    /// Tokens before the positions, which have no distances.
    var prefix = 0

    /// For each pair of positions along an axis, the row of a table.
    ///
    /// The coarser of the two sides is stretched to the finer.
    static func indices(query: Int, key: Int) -> [[Int]] {
        let queryStep = max(Float(key) / Float(query), 1)
        let keyStep = max(Float(query) / Float(key), 1)
        return (0..<query).map { place in
            (0..<key).map { Int(Float(place) * queryStep - Float($0) * keyStep + Float(key - 1) * keyStep) }
        }
    }
}

/// The features that the keys of such attentions get: blocks whose keys lie on equal grids share them.
struct AxialMarks {
    /// What decides the features.
    fileprivate struct Keys: Hashable {
        var grid: Extent
        var prefix: Int
        var heads: Int
        var batchFactor: Int
    }

    fileprivate var known: [Keys: Value] = [:]
}

extension GraphBuilder {
    /// `softmax(scale query key^T + rows + columns) value` for each head: `[factor N, heads, tokens, size]`; the tables are
    /// parameters at the current path.
    ///
    /// The comparisons go into the product as further features: the query holds its comparison with every row and column of
    /// the key's, and the key a one at its own, so that nothing of the scores' size is added to them.
    func attention(
        _ query: Value,
        _ key: Value,
        _ value: Value,
        _ distances: AxialDistances,
        _ marks: inout AxialMarks
    ) throws(GraphError) -> Value {
        let size = query.features
        let rows = try comparisons(query, distances, isVertical: true)
        let columns = try comparisons(query, distances, isVertical: false)
        let scaled = try affine(query, 1 / Float(size).squareRoot())
        let extended = try concatenate([scaled, rows, columns], axis: 3)
        let keys = AxialMarks.Keys(
            grid: distances.key,
            prefix: distances.prefix,
            heads: key.type.dimensions[0],
            batchFactor: key.type.batchFactor
        )
        let places: Value
        if let known = marks.known[keys] { places = known } else { places = try self.places(keys) }
        marks.known[keys] = places
        return try attention(extended, concatenate([key, places], axis: 3), value, scale: 1)
    }

    /// The query's product with the table's row for each row (or column) of the key's: `[factor N, heads, tokens, rows]`.
    private func comparisons(
        _ query: Value,
        _ distances: AxialDistances,
        isVertical: Bool
    ) throws(GraphError) -> Value {
        let (heads, size) = (query.type.dimensions[0], query.features)
        let (own, other) = (distances.query, distances.key)
        let (stored, used) =
            isVertical
            ? (distances.stored.height, distances.used.height)
            : (distances.stored.width, distances.used.width)
        let keys = isVertical ? other.height : other.width
        let indices = AxialDistances.indices(query: isVertical ? own.height : own.width, key: keys)
        guard indices.allSatisfy({ $0.allSatisfy { (0..<used).contains($0) } }) else {
            throw failure(
                "a map of \(own.height)x\(own.width) needs more distances than the \(used) that timm has for it: use a "
                    + "height and width that are multiples of 32",
                code: .unsupportedConfiguration
            )
        }
        var table = try parameter(isVertical ? "rel_pos_h" : "rel_pos_w", [stored, size])
        if stored != used {
            let line = try reshapeStatic(transpose(table, [1, 0]), [1, size, 1, stored])
            let resized = try append(
                .resample(Resampling(mode: .bilinear, extent: Extent(height: 1, width: used))),
                [line]
            )
            table = try transpose(reshapeStatic(resized, [size, used]), [1, 0])
        }
        let count = own.height * own.width
        let patches = try distances.prefix > 0 ? slice(query, axis: 2, distances.prefix, count) : query
        let all = try append(.linear, [patches, table])
        var chosen: [Int] = []
        chosen.reserveCapacity(count * keys)
        for position in 0..<count {
            let place = isVertical ? position / own.width : position % own.width
            for index in indices[place] { chosen.append(position * used + index) }
        }
        let gathered = try append(
            .gather(axis: 2, indices: chosen),
            [reshape(all, [heads, count * used])]
        )
        return try behindPrefix(reshape(gathered, [heads, count, keys]), distances.prefix)
    }

    /// A one at each key's row and one at its column: `[factor N, heads, tokens, rows + columns]`.
    private func places(_ keys: AxialMarks.Keys) throws(GraphError) -> Value {
        let (grid, copies) = (keys.grid, keys.batchFactor * keys.heads)
        let extents = [keys.prefix + grid.height * grid.width, grid.height + grid.width]
        var values = [Float](repeating: 0, count: extents[0] * extents[1])
        for position in 0..<grid.height * grid.width {
            let start = (keys.prefix + position) * extents[1]
            values[start + position / grid.width] = 1
            values[start + grid.height + position % grid.width] = 1
        }
        let one = try constant(values, [1] + extents)
        let all = try concatenate([Value](repeating: one, count: copies), axis: 0)
        let batched = try append(.broadcastToBatch, [reshapeStatic(all, [1, copies] + extents)])
        return try reshape(batched, [keys.heads] + extents, batchFactor: keys.batchFactor)
    }

    private func behindPrefix(_ x: Value, _ prefix: Int) throws(GraphError) -> Value {
        guard prefix > 0 else { return x }
        let before = [0, 0, prefix, 0]
        return try append(
            .padding(PaddingAmounts(mode: .constant(0), before: before, after: [0, 0, 0, 0])),
            [x]
        )
    }
}
