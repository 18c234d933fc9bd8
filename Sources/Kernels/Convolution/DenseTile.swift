internal import KernelInterface

/// One tile of a dense convolution: neighbouring pixels of a row.
struct DenseTile<Pixel: PixelFormat>: TileWork {
    let shape: ConvolutionShape
    let plan: DensePlan
    /// The copy, `[input block][copy row][phase][column][16 channels]` in the format of `Pixel`, at the tile's first
    /// pixel of the first input block.
    let copy: Source
    /// Floats of the copy of one input block.
    let copyBlockStride: Int
    /// Weights of the tile's first block, `[input block][kernel row][kernel column][step][16 outputs]`.
    let weights: Source
    /// Floats of the weights of a block.
    let blockFloats: Int
    /// The channels that the tile's outputs read, counted from the first of the first input block.
    ///
    /// The weights of the others are zero. In bfloat16, which has one group, all are read.
    let firstChannel: Int
    let endChannel: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var weights = weights
        let phaseFloats = plan.phaseColumns &* Pixel.floats
        let rowFloats = plan.phases &* phaseFloats &* shape.dilationHeight
        let tapFloats = 16 &* Pixel.floats
        // Loops that are known to be entered, like the one inside of them.
        var block = 0
        repeat {
            let blockCopy = copy + block &* copyBlockStride
            let first = Pixel.isRounded ? 0 : max(firstChannel &- block &* 16, 0)
            let channels = min(endChannel &- block &* 16, 16) &- first
            guard Pixel.isRounded || channels > 0 else {
                weights = weights + shape.kernelHeight &* shape.kernelWidth &* tapFloats
                block &+= 1
                continue
            }
            var kernelRow = 0
            repeat {
                let line = blockCopy + kernelRow &* rowFloats
                var tap = TapColumns(shape)
                var kernelColumn = 0
                repeat {
                    Pixel.accumulate(
                        into: &tile,
                        input: line + (tap.phase &* phaseFloats &+ tap.column &* Pixel.floats &+ first),
                        rowStride: Pixel.floats,
                        weights: weights + first &* 16,
                        blockStride: blockFloats,
                        steps: Pixel.steps(channels)
                    )
                    weights = weights + tapFloats
                    tap.advance()
                    kernelColumn &+= 1
                } while kernelColumn < shape.kernelWidth
                kernelRow &+= 1
            } while kernelRow < shape.kernelHeight
            block &+= 1
        } while block < plan.inputBlocks
        tile.store(epilogue)
    }
}
