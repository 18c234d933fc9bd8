internal import KernelInterface

/// ``KernelID/attentionBFloat16``: ``runAttention(_:_:_:_:)`` with query, key, value and the weights of the values in bfloat16;
/// scores, softmax and sums are float32.
func runAttentionBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runAttention(as: PairPixel.self, pointer, begin, end, scratch)
}

/// One tile of a product in bfloat16: rows of pairs at any distance.
struct ProductPairsTile: TileWork {
    let pairs: Int
    let input: Source
    let rowStride: Int
    /// The tile's first block, `[block][pair][16][2]`.
    let weights: Source
    /// Floats from a block to the next.
    let blockFloats: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        tile.accumulatePairs(
            input: input,
            rowStride: rowStride,
            weights: weights,
            blockStride: blockFloats,
            pairs: pairs
        )
        tile.store(epilogue)
    }
}

/// Multiplies the first `blocks` vectors of a line and rounds them to pairs, in place: sixteen numbers take eight floats.
@inline(__always) func roundLine(_ line: Target, blocks: Int, factor: Float) {
    let factors = splat(factor)
    for block in 0..<blocks {
        PairPixel.store(line.vector(block &* 16) * factors, to: line, block &* PairPixel.floats)
    }
}
