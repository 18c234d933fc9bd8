internal import KernelInterface

/// The tiles of a part of a product by ``FastInnerProduct``, one after the other: rows whose outputs are equally far apart.
struct InnerProductTiles {
    /// A tile's place in the output.
    struct Place {
        let line: Int
        let column: Int
        /// The first row, counted from the part's first.
        let firstRow: Int
        /// 1...``TallTile/rows``.
        let rows: Int
    }

    private let lines: MapLines
    private let part: FastInnerProductPlan.Part
    private var row: Int
    /// How the line's rows are cut, and the tiles of them that were.
    private var cut = TileCut(length: 0, longest: TallTile.rows)
    private var index = 0

    @inline(__always) init(_ part: FastInnerProductPlan.Part, _ lines: MapLines) {
        (self.part, self.lines) = (part, lines)
        row = part.rows.lowerBound
    }

    /// The next tile; nil past the last.
    @inline(__always) mutating func next() -> Place? {
        guard row < part.rows.upperBound else { return nil }
        let (line, column, length) = lines.piece(row, end: part.rows.upperBound)
        if index == cut.count {
            cut = TileCut(length: length, longest: TallTile.rows)
            index = 0
        }
        let place = Place(
            line: line,
            column: column,
            firstRow: row &- part.rows.lowerBound,
            rows: cut.length(index)
        )
        index &+= 1
        row &+= place.rows
        return place
    }
}

/// Computes and stores the outputs of a part, its rows being in `copy`: block by block, piece by piece of the sums, tile by
/// tile.
@inline(__always) func runInnerProducts(
    _ plan: FastInnerProductPlan,
    _ part: FastInnerProductPlan.Part,
    _ lines: MapLines,
    _ weights: Source,
    _ copy: InnerProductCopy,
    epilogue: (InnerProductTiles.Place, _ block: Int) -> Epilogue
) {
    for block in part.blocks {
        for number in 0..<plan.pieceCount {
            let piece = plan.piece(number)
            var tiles = InnerProductTiles(part, lines)
            while let place = tiles.next() {
                let work = InnerProductTile(
                    inputs: plan.inputs,
                    piece: piece,
                    copy: copy,
                    firstRow: place.firstRow,
                    weights: weights + block &* FastInnerProduct.floatsPerBlock(plan.inputs),
                    epilogue: epilogue(place, block)
                )
                withTallTile(rows: place.rows, work)
            }
        }
    }
}
