/// The tiles of a run of a Winograd convolution with stride 1, in the order in which chunks take them.
///
/// F(4 x 4) cuts each axis into tiles of four outputs and of three (``TileLengths``). A tile of three has no product at one
/// of the points, so the tiles of all images are ordered by their lengths: those that have a position follow each other.
public struct WinogradTiles: Sendable, Hashable, BitwiseCopyable {
    /// Where a tile stands.
    public struct Place: Sendable, Hashable, BitwiseCopyable {
        /// The image.
        public let image: Int
        /// The row of the first output.
        public let row: Int
        /// The column of the first output.
        public let column: Int
        /// Whether the tile has the longest columns.
        public let isLongDown: Bool
        /// Whether it has the longest rows.
        public let isLongAcross: Bool
    }

    /// Tiles along a column of the output.
    public let down: TileLengths
    /// Tiles along a row of the output.
    public let across: TileLengths
    private let images: Int

    /// The tiles of `images` images.
    public init(_ shape: ConvolutionShape, _ tiling: WinogradTiling, images: Int) {
        down = TileLengths(shape.outputHeight, longest: tiling.tileDown)
        across = TileLengths(shape.outputWidth, longest: tiling.tileAcross)
        self.images = images
    }

    /// Tiles.
    public var count: Int { images * down.count * across.count }

    // First those with long columns, of which the long rows are last; then the others, of which they are first.

    private var firstLongRow: Int { images * down.longCount * across.shortCount }
    private var endOfLongColumns: Int { images * down.longCount * across.count }
    private var endOfLongRows: Int { endOfLongColumns + images * down.shortCount * across.longCount }

    /// Where tile `index` stands.
    public func place(_ index: Int) -> Place {
        let isLongDown = index < endOfLongColumns
        let isLongAcross = index >= firstLongRow && index < endOfLongRows
        let first =
            isLongDown ? (isLongAcross ? firstLongRow : 0) : (isLongAcross ? endOfLongColumns : endOfLongRows)
        let (rows, columns) = (
            isLongDown ? down.longCount : down.shortCount,
            isLongAcross ? across.longCount : across.shortCount
        )
        let (line, column) = ((index - first) / columns, (index - first) % columns)
        return Place(
            image: line / rows,
            row: down.start(line % rows + (isLongDown ? 0 : down.longCount)),
            column: across.start(column + (isLongAcross ? 0 : across.longCount)),
            isLongDown: isLongDown,
            isLongAcross: isLongAcross
        )
    }

    /// The tiles that have a position: of those with long columns if `needsLongDown`, with long rows if `needsLongAcross`.
    public func having(longDown needsLongDown: Bool, longAcross needsLongAcross: Bool) -> Range<Int> {
        let first = needsLongAcross ? firstLongRow : 0
        let end = needsLongDown ? endOfLongColumns : needsLongAcross ? endOfLongRows : count
        return first..<max(end, first)
    }
}
