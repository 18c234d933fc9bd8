/// One tile of a pointwise convolution, or of a product with rows in blocks of 16 inputs: the input is
/// `[input block][pixel][16 channels]` in the format of `Pixel`.
struct PointwiseTile<Pixel: PixelFormat>: TileWork {
    let channels: Int
    /// The tile's first pixel of the first input block.
    let input: Source
    /// Floats from an input block to the next.
    let inputBlockStride: Int
    /// Weights of the tile's first block, `[step][16 outputs]`.
    let weights: Source
    /// Floats of the weights of a block.
    let blockFloats: Int
    let epilogue: Epilogue

    /// The same tile, its last block having eight outputs or fewer.
    @inline(__always) var halved: PointwiseTile<HalvedPixel> {
        PointwiseTile<HalvedPixel>(
            channels: channels,
            input: input,
            inputBlockStride: inputBlockStride,
            weights: weights,
            blockFloats: blockFloats,
            epilogue: epilogue
        )
    }

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        if Pixel.isRounded { epilogue.prefetch(rows: rows, vectors: vectors) }
        var tile = Tile<rows, vectors>()
        var channel = 0
        var (input, weights) = (input, weights)
        repeat {
            // Zero weights meet the zero channels past the last one: they are left out.
            Pixel.accumulate(
                into: &tile,
                input: input,
                rowStride: Pixel.floats,
                weights: weights,
                blockStride: blockFloats,
                steps: Pixel.steps(min(channels &- channel, 16))
            )
            channel &+= 16
            input = input + inputBlockStride
            weights = weights + 16 &* Pixel.floats
        } while channel < channels
        tile.store(epilogue)
    }
}
