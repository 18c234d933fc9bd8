internal import KernelInterface

/// One tile of a pointwise convolution or of a product of rows in bfloat16, from a copy `[input block][pixel][8 pairs]`.
struct PointwisePairsTile: TileWork {
    let channels: Int
    /// The tile's first pixel of the first input block.
    let input: Source
    let inputBlockStride: Int
    /// Weights of the tile's first block, `[pair][16 outputs][2]`.
    let weights: Source
    let blockFloats: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        epilogue.prefetch(rows: rows, vectors: vectors)
        var tile = Tile<rows, vectors>()
        var channel = 0
        var (input, weights) = (input, weights)
        repeat {
            tile.accumulatePairs(
                input: input,
                rowStride: PairPixel.floats,
                weights: weights,
                blockStride: blockFloats,
                pairs: (min(channels &- channel, 16) &+ 1) / 2
            )
            channel &+= 16
            input = input + inputBlockStride
            weights = weights + 128
        } while channel < channels
        tile.store(epilogue)
    }
}
