/// A rectangle of a picture, in its pixels.
package struct PictureRegion: Sendable, Hashable {
    /// The columns.
    package var columns: Range<Int>
    /// The rows.
    package var rows: Range<Int>

    /// Makes a region.
    package init(columns: Range<Int>, rows: Range<Int>) {
        self.columns = columns
        self.rows = rows
    }

    /// Makes the region of a whole picture.
    package init(width: Int, height: Int) {
        self.init(columns: 0..<width, rows: 0..<height)
    }

    /// Pixels.
    package var count: Int { columns.count * rows.count }

    /// What lies inside `whole`, or nil where that is nothing.
    func clamped(to whole: PictureRegion) -> PictureRegion? {
        let region = PictureRegion(
            columns: columns.clamped(to: whole.columns),
            rows: rows.clamped(to: whole.rows)
        )
        return region.count > 0 ? region : nil
    }

    /// Whether all of `other` lies in it.
    func contains(_ other: PictureRegion) -> Bool {
        columns.clamped(to: other.columns) == other.columns && rows.clamped(to: other.rows) == other.rows
    }

    /// Where a pixel lies among this region's, row after row.
    func offset(row: Int, column: Int) -> Int {
        (row - rows.lowerBound) * columns.count + column - columns.lowerBound
    }
}
