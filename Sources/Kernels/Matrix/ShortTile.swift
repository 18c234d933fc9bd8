/// The tiles of few rows and many blocks.
enum ShortTile {
    /// Rows of the longest.
    @inline(__always) static var longest: Int { 3 }
    /// Blocks.
    @inline(__always) static var vectors: Int { 4 }
}

/// Runs `work` on a tile of `rows` rows, 1...``ShortTile/longest``, and ``ShortTile/vectors`` blocks.
@inline(__always) func withShortTile<Work: TileWork>(rows: Int, _ work: Work) {
    switch rows {
    case 1: work.run(Tile<1, 4>.self)
    case 2: work.run(Tile<2, 4>.self)
    default: work.run(Tile<3, 4>.self)
    }
}

/// Floats of few rows, whose weights are read once and as fast as memory gives them: the core finds out what comes next, and
/// asking for it takes a quarter of the rate.
enum StreamedPixel: FloatFormat {
    @inline(__always) static func accumulate<let rows: Int, let vectors: Int>(
        into tile: inout Tile<rows, vectors>,
        input: Source,
        rowStride: Int,
        weights: Source,
        blockStride: Int,
        steps: Int
    ) {
        for k in 0..<steps {
            for row in 0..<rows {
                let x = input[row &* rowStride &+ k]
                for vector in 0..<vectors {
                    let weight = weights.vector(vector &* blockStride &+ k &* 16)
                    tile.sums[vector][row] = multiplyAdd(weight, x, tile.sums[vector][row])
                }
            }
        }
    }
}
