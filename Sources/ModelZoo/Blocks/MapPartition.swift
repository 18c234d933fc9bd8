internal import Graph

/// A map cut into windows, or into the cosets of a grid.
///
/// Source: timm/models/maxxvit.py, `window_partition` and `grid_partition`.
struct MapPartition {
    let height: Int
    let width: Int
    let window: Extent
    /// Whether the positions of a part lie as far apart as there are parts along the axis.
    let isGrid: Bool

    /// Makes a partition.
    ///
    /// - Throws: `unsupportedConfiguration` where the window does not divide the map.
    init(
        height: Int,
        width: Int,
        window: Extent,
        isGrid: Bool,
        in builder: GraphBuilder
    ) throws(GraphError) {
        guard window.height > 0, window.width > 0, height % window.height == 0, width % window.width == 0
        else {
            throw builder.failure(
                "a map of \(height)x\(width) is not divided by windows of \(window.height)x\(window.width): use a "
                    + "height and width that are multiples of 32",
                code: .unsupportedConfiguration
            )
        }
        self.height = height
        self.width = width
        self.window = window
        self.isGrid = isGrid
    }

    /// Parts down and across.
    var count: Extent { Extent(height: height / window.height, width: width / window.width) }
}

extension GraphBuilder {
    /// `[N, H, W, C]` as `[parts N, area, C]`.
    func partitioned(_ x: Value, _ partition: MapPartition) throws(GraphError) -> Value {
        let (count, window) = (partition.count, partition.window)
        let cut =
            partition.isGrid
            ? [window.height, count.height, window.width, count.width]
            : [count.height, window.height, count.width, window.width]
        let order = partition.isGrid ? [0, 2, 4, 1, 3, 5] : [0, 1, 3, 2, 4, 5]
        let parts = try transpose(reshape(x, cut + [x.features]), order)
        let area = window.height * window.width
        return try reshape(parts, [area, x.features], batchFactor: count.height * count.width)
    }

    /// The inverse of ``partitioned(_:_:)``.
    func unpartitioned(_ x: Value, _ partition: MapPartition) throws(GraphError) -> Value {
        let (count, window) = (partition.count, partition.window)
        let cut = [count.height, count.width, window.height, window.width, x.features]
        let parts = try reshape(x, cut, batchFactor: 1)
        let order = partition.isGrid ? [0, 3, 1, 4, 2, 5] : [0, 1, 3, 2, 4, 5]
        return try reshape(
            transpose(parts, order),
            [partition.height, partition.width, x.features]
        )
    }
}
