internal import Graph

/// How a table of learned positions is brought to another grid: timm's `resample_abs_pos_embed`.
struct PositionFilter: Sendable, Equatable {
    var mode: Resampling.Mode = .bicubic
    var antialiases = true
    var alignsCorners = false
}

extension GraphBuilder {
    /// Learned positions `[1, prefix + rows columns, width]` called `name`, resampled from the grid `own` to `new`.
    ///
    /// The result is static and folds; the `prefix` rows stay as they are. Where the builder names the size that the
    /// checkpoint was made at, that size's grid takes the place of `own`.
    ///
    /// Source: timm/layers/pos_embed.py, `resample_abs_pos_embed`.
    func positionEmbedding(
        _ name: String,
        width: Int,
        from own: Extent,
        to new: Extent,
        prefix: Int = 0,
        filter: PositionFilter = PositionFilter()
    ) throws(GraphError) -> Value {
        let old = learnedGrid(for: new) ?? own
        let table = try parameter(name, [1, prefix + old.height * old.width, width])
        guard old != new else { return table }
        let grid = try slice(table, axis: 1, prefix, old.height * old.width)
        let rows = try reshapeStatic(grid, [1, old.height, old.width, width])
        let resampled = try resampledPositions(rows, to: new, filter: filter)
        let list = try reshapeStatic(resampled, [1, new.height * new.width, width])
        guard prefix > 0 else { return list }
        return try concatenate([slice(table, axis: 1, 0, prefix), list], axis: 1)
    }

    /// The grid of the checkpoint's own size, in cells as large as those of `grid`.
    private func learnedGrid(for grid: Extent) -> Extent? {
        guard let size = checkpointSize else { return nil }
        let picture = input.type.dimensions
        return Extent(
            height: size.height * grid.height / picture[1],
            width: size.width * grid.width / picture[2]
        )
    }

    /// Positions `[1, rows, columns, width]` resampled to `extent`.
    func resampledPositions(
        _ table: Value,
        to extent: Extent,
        filter: PositionFilter
    ) throws(GraphError) -> Value {
        let old = Extent(height: table.type.dimensions[1], width: table.type.dimensions[2])
        guard old != extent else { return table }
        let picture = try transpose(table, [0, 3, 1, 2])
        return try transpose(resample(picture, to: extent, filter: filter), [0, 2, 3, 1])
    }

    /// `[N, C, H, W]` resized to `extent`.
    func resample(
        _ x: Value,
        to extent: Extent,
        filter: PositionFilter
    ) throws(GraphError) -> Value {
        try append(
            .resample(
                Resampling(
                    mode: filter.mode,
                    extent: extent,
                    alignsCorners: filter.alignsCorners,
                    antialiases: filter.antialiases
                )
            ),
            [x]
        )
    }

    /// A learned token for each picture: the parameter `name` `[1, count, width]` as `[N, count, width]`.
    func token(_ name: String, count: Int = 1, width: Int) throws(GraphError) -> Value {
        try append(.broadcastToBatch, [parameter(name, [1, count, width])])
    }
}
