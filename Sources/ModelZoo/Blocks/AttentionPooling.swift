internal import Graph

extension GraphBuilder {
    /// CLIP's attention in place of an average, at the current path: the mean of all positions asks, the positions and
    /// the mean answer; `[N, C]`.
    ///
    /// `grid` is the map that the learned positions were made for. Only the token that is read afterwards asks.
    ///
    /// Source: timm/layers/attention_pool2d.py, `AttentionPool2d` with separate query, key and value layers.
    func attentionPool(_ x: Value, grid: Extent, headWidth: Int = 64) throws(GraphError) -> Value {
        let channels = x.channels
        let count = x.height * x.width
        guard channels % headWidth == 0 else {
            throw failure("\(channels) channels do not make heads of \(headWidth)")
        }
        let positions = try transpose(reshape(x, [channels, count]), [0, 2, 1])
        let mean = try reshape(globalAveragePool(x), [1, channels])
        let tokens = try add(
            append(.concatenation(axis: 1), [mean, positions]),
            poolPositions(channels, from: grid, to: Extent(height: x.height, width: x.width))
        )
        let heads = channels / headWidth
        func projected(_ x: Value, _ name: String) throws(GraphError) -> Value {
            let y = try scope(name) { () throws(GraphError) in try linear(x, channels) }
            return try splitHeads(y, parts: 1, heads: heads)[0]
        }
        let query = try projected(slice(tokens, axis: 1, 0, 1), "q")
        let mixed = try attention(query, projected(tokens, "k"), projected(tokens, "v"))
        return try reshape(mixed, [channels])
    }

    /// The learned positions `[1 + rows columns, C]`, resampled where the map is another.
    private func poolPositions(_ channels: Int, from old: Extent, to new: Extent) throws(GraphError)
        -> Value
    {
        let count = old.height * old.width
        let table = try parameter("pos_embed", [1 + count, channels])
        guard old != new else { return table }
        let grid = try slice(table, axis: 0, 1, count)
        let rows = try append(.reshape(.constant([1, old.height, old.width, channels])), [grid])
        let picture = try transpose(rows, [0, 3, 1, 2])
        let resampled = try resample(picture, to: new, filter: PositionFilter())
        let extents = [new.height * new.width, channels]
        let list = try append(.reshape(.constant(extents)), [transpose(resampled, [0, 2, 3, 1])])
        return try append(.concatenation(axis: 0), [slice(table, axis: 0, 0, 1), list])
    }
}
