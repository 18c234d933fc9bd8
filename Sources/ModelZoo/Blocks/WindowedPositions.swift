internal import Graph

extension GraphBuilder {
    /// Learned positions as a map `[1, width, rows, columns]`: the parameter `pos_embed` of the grid `old`, resampled to
    /// `new`, and in every window the parameter `name`.
    ///
    /// The result is static and folds.
    ///
    /// Source: timm/models/hiera.py and timm/models/hieradet_sam2.py, `_pos_embed`; Window Attention is Bugged: How not
    /// to Interpolate Position Embeddings (https://arxiv.org/abs/2311.05613).
    ///
    /// - Throws: `unsupportedConfiguration` where the window does not divide the map.
    func windowedPositions(
        _ name: String,
        width: Int,
        window: Int,
        from old: Extent,
        to new: Extent,
        filter: PositionFilter
    ) throws(GraphError) -> Value {
        guard new.height % window == 0, new.width % window == 0 else {
            throw failure(
                "a map of \(new.height)x\(new.width) is not divided by windows of \(window)x\(window): use a height and "
                    + "width that are multiples of \(4 * window)",
                code: .unsupportedConfiguration
            )
        }
        let table = try parameter("pos_embed", [1, width, old.height, old.width])
        let overall = old == new ? table : try resample(table, to: new, filter: filter)
        let own = try parameter(name, [1, width, window, window])
        let row = try concatenate([Value](repeating: own, count: new.width / window), axis: 3)
        return try add(
            overall,
            concatenate([Value](repeating: row, count: new.height / window), axis: 2)
        )
    }
}
