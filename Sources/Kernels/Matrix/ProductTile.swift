/// One tile of a matrix product: rows at any distance, `[row][depth]` in the format of `Pixel`.
struct ProductTile<Pixel: PixelFormat>: TileWork {
    /// Inputs of a sum.
    let depth: Int
    /// The tile's first row.
    let input: Source
    /// Floats from a row to the next.
    let rowStride: Int
    /// The tile's first block, `[block][step][16 columns]`.
    let weights: Source
    /// Floats from a block of the weights to the next.
    let blockFloats: Int
    /// What each row's sums are multiplied by, or nil.
    var factors: Source?
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        Pixel.accumulate(
            into: &tile,
            input: input,
            rowStride: rowStride,
            weights: weights,
            blockStride: blockFloats,
            steps: Pixel.steps(depth)
        )
        if let factors {
            for row in 0..<rows {
                let factor = splat(factors[row])
                for vector in 0..<vectors { tile.sums[vector][row] *= factor }
            }
        }
        tile.store(epilogue)
    }
}
