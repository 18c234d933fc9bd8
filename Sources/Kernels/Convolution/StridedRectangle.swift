internal import KernelInterface

/// The rectangle of tiles of a stride-2 Winograd convolution's task, and where its matrices stand.
///
/// Along each axis, kinds 0 to 4 are the points, kind 5 is the odd tap.
struct StridedRectangle: BitwiseCopyable {
    /// The tiles of a rectangle along one axis.
    struct Side: BitwiseCopyable {
        /// Tiles.
        let tiles: Int
        /// Tiles of four outputs, which come first.
        let fours: Int
        /// The first tile's first output in the map.
        let firstOutput: Int
        /// Outputs.
        let outputs: Int

        @inline(__always) init(_ all: TileLengths, first: Int, atMost longest: Int) {
            tiles = min(longest, all.count &- first)
            fours = min(max(all.longCount &- first, 0), tiles)
            firstOutput = all.start(first)
            outputs = 3 &* tiles &+ fours
        }

        /// The first output of a tile, counted from ``firstOutput``.
        @inline(__always) func start(_ tile: Int) -> Int { 3 &* tile &+ min(tile, fours) }

        /// What a matrix has a row for: tiles that have the point, or outputs.
        @inline(__always) func extent(_ kind: Int) -> Int { kind < 4 ? tiles : kind == 4 ? fours : outputs }
    }

    /// The image.
    let image: Int
    /// The tiles along a column.
    let rows: Side
    /// The tiles along a row.
    let columns: Side

    /// Rectangle `index` of a run.
    @inline(__always) init(_ plan: StridedWinogradPlan, _ index: Int) {
        let (line, column) = (index / plan.chunksAcross, index % plan.chunksAcross)
        image = line / plan.chunksDown
        rows = Side(plan.down, first: line % plan.chunksDown &* plan.chunkRows, atMost: plan.chunkRows)
        columns = Side(plan.across, first: column &* plan.chunkColumns, atMost: plan.chunkColumns)
    }

    /// The first of the places of a matrix: one where both kinds are points, four where one is the odd tap, and the last
    /// sixteen where both are.
    @inline(__always) static func place(_ rowKind: Int, _ columnKind: Int) -> Int {
        rowKind < 5 ? rowKind &* 9 &+ columnKind : 45 &+ 4 &* columnKind
    }

    /// Floats from a block of a matrix to the next.
    @inline(__always) func blockStride(_ rowKind: Int, _ columnKind: Int) -> Int {
        (rowKind == 5 ? rows.outputs : rows.tiles) &* columns.extent(columnKind) &* 16
    }

    /// Where a row of tiles finds what belongs to one column of its matrices' rows: the offset of the first point's and
    /// of the first odd row's, and from an odd row to the next.
    ///
    /// From a point to the next it is nine places. `column` counts what ``Side/extent(_:)`` counts of the kind, `block` the
    /// matrices' blocks; places are `placeFloats` apart.
    @inline(__always)
    func offsets(_ tile: Int, _ columnKind: Int, column: Int, block: Int, placeFloats: Int)
        -> (points: Int, odd: Int, oddStep: Int)
    {
        let extent = columns.extent(columnKind)
        let points = block &* blockStride(0, columnKind) &+ (tile &* extent &+ column) &* 16
        let odd = block &* blockStride(5, columnKind) &+ (rows.start(tile) &* extent &+ column) &* 16
        return (
            Self.place(0, columnKind) &* placeFloats &+ points,
            Self.place(5, columnKind) &* placeFloats &+ odd,
            extent &* 16
        )
    }
}
