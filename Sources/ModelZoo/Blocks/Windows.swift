internal import Graph

/// The windows of a shifted-window transformer on one map.
struct WindowPlan: Sendable, Equatable {
    /// Rows and columns of the map.
    var map: Extent
    var window: Extent
    var shift: Extent

    /// A window that does not exceed the map, and no shift where one window covers an axis.
    ///
    /// Source: timm/models/swin_transformer.py, `_calc_window_shift`.
    static func fitting(_ window: Extent, map: Extent, isShifted: Bool) -> WindowPlan {
        func fit(_ extent: Int, _ window: Int) -> (Int, Int) {
            let fitted = min(extent, window)
            return (fitted, isShifted && extent > fitted ? window / 2 : 0)
        }
        let (rows, columns) = (fit(map.height, window.height), fit(map.width, window.width))
        return WindowPlan(
            map: map,
            window: Extent(height: rows.0, width: columns.0),
            shift: Extent(height: rows.1, width: columns.1)
        )
    }

    /// Windows down and across, the last ones filled up.
    var count: Extent {
        Extent(
            height: (map.height + window.height - 1) / window.height,
            width: (map.width + window.width - 1) / window.width
        )
    }

    /// Positions of a window.
    var area: Int { window.height * window.width }

    /// Whether any axis is shifted.
    var isShifted: Bool { shift.height > 0 || shift.width > 0 }

    /// What is added to the scores so that tokens which the shift made neighbours do not see each other:
    /// `[windows, area, area]`, row-major.
    var maskValues: [Float] {
        let (height, width) = (count.height * window.height, count.width * window.width)
        // PyTorch's slices: a negative zero start means the beginning, as -0 is 0 there.
        func region(_ position: Int, _ extent: Int, _ window: Int, _ shift: Int) -> Int {
            guard shift > 0 else { return 2 }
            return position < extent - window ? 0 : position < extent - shift ? 1 : 2
        }
        var values: [Float] = []
        values.reserveCapacity(count.height * count.width * area * area)
        for row in 0..<count.height {
            for column in 0..<count.width {
                let labels = (0..<area).map { place in
                    let y = row * window.height + place / window.width
                    let x = column * window.width + place % window.width
                    return region(y, height, window.height, shift.height) * 3
                        + region(x, width, window.width, shift.width)
                }
                for left in labels { for right in labels { values.append(left == right ? 0 : -100) } }
            }
        }
        return values
    }
}

extension GraphBuilder {
    /// `[N, H, W, C]` in windows: `[windows N, area, C]`; rows and columns that fill no window are padded with zeros.
    func windows(_ x: Value, _ plan: WindowPlan) throws(GraphError) -> Value {
        let (channels, count, window) = (x.features, plan.count, plan.window)
        var y = try rolled(x, rows: -plan.shift.height, columns: -plan.shift.width)
        let (rows, columns) = (count.height * window.height, count.width * window.width)
        if rows != plan.map.height || columns != plan.map.width {
            y = try append(
                .padding(
                    PaddingAmounts(
                        mode: .constant(0),
                        before: [0, 0, 0, 0],
                        after: [0, rows - plan.map.height, columns - plan.map.width, 0]
                    )
                ),
                [y]
            )
        }
        y = try reshape(y, [count.height, window.height, count.width, window.width, channels])
        y = try transpose(y, [0, 1, 3, 2, 4, 5])
        return try reshape(y, [plan.area, channels], batchFactor: count.height * count.width)
    }

    /// The inverse of ``windows(_:_:)``: `[windows N, area, C]` to `[N, H, W, C]`.
    func unwindowed(_ x: Value, _ plan: WindowPlan) throws(GraphError) -> Value {
        let (channels, count, window) = (x.features, plan.count, plan.window)
        var y = try reshape(
            x,
            [count.height, count.width, window.height, window.width, channels],
            batchFactor: 1
        )
        y = try transpose(y, [0, 1, 3, 2, 4, 5])
        let (rows, columns) = (count.height * window.height, count.width * window.width)
        y = try reshape(y, [rows, columns, channels])
        if rows != plan.map.height { y = try slice(y, axis: 1, 0, plan.map.height) }
        if columns != plan.map.width { y = try slice(y, axis: 2, 0, plan.map.width) }
        return try rolled(y, rows: plan.shift.height, columns: plan.shift.width)
    }

    /// Scores `[windows N, heads, area, area]` with the mask of a shift `[windows, area, area]` added.
    func masked(_ scores: Value, _ mask: Value?) throws(GraphError) -> Value {
        guard let mask else { return scores }
        let (windows, area) = (mask.type.dimensions[0], mask.type.dimensions[1])
        let heads = scores.type.dimensions[0]
        let apart = try reshape(scores, [windows, heads, area, area], batchFactor: 1)
        let sum = try add(apart, reshapeStatic(mask, [windows, 1, area, area]))
        return try reshape(sum, [heads, area, area], batchFactor: windows)
    }

    /// The mask of a shifted plan as a constant; nil where nothing is shifted.
    func shiftMask(_ plan: WindowPlan) throws(GraphError) -> Value? {
        guard plan.isShifted else { return nil }
        return try constant(plan.maskValues, [plan.count.height * plan.count.width, plan.area, plan.area])
    }

    private func rolled(_ x: Value, rows: Int, columns: Int) throws(GraphError) -> Value {
        var y = x
        if rows != 0 { y = try append(.roll(axis: 1, shift: rows), [y]) }
        if columns != 0 { y = try append(.roll(axis: 2, shift: columns), [y]) }
        return y
    }
}

extension GraphBuilder {
    /// The four neighbours of `[N, H, W, C]` side by side: `[N, ceil(H / 2), ceil(W / 2), 4 C]`, down first.
    ///
    /// Source: timm/models/swin_transformer.py, `PatchMerging`.
    func mergedNeighbours(_ x: Value) throws(GraphError) -> Value {
        let (height, width, channels) = (x.type.dimensions[0], x.type.dimensions[1], x.features)
        var y = x
        if height % 2 == 1 || width % 2 == 1 {
            y = try append(
                .padding(
                    PaddingAmounts(
                        mode: .constant(0),
                        before: [0, 0, 0, 0],
                        after: [0, height % 2, width % 2, 0]
                    )
                ),
                [y]
            )
        }
        let (rows, columns) = ((height + 1) / 2, (width + 1) / 2)
        y = try transpose(reshape(y, [rows, 2, columns, 2, channels]), [0, 1, 3, 4, 2, 5])
        return try reshape(y, [rows, columns, 4 * channels])
    }
}
