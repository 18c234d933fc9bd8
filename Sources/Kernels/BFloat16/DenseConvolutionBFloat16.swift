internal import KernelInterface

/// ``KernelID/convolutionDenseBFloat16``: any filter, stride, dilation and padding, one group, blocked to blocked, in
/// bfloat16 with float32 sums.
///
/// Each sum runs over the input blocks, filter rows, filter columns and pairs of channels of a block, in this order.
func runDenseConvolutionBFloat16(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe runBands(pointer, begin, end, scratch, .densePairs)
}

/// One tile of a dense convolution in bfloat16.
struct DensePairsTile: TileWork {
    let shape: ConvolutionShape
    let plan: DensePlan
    /// The copy, `[input block][copy row][phase][column][8 pairs]`, at the tile's first pixel of the first input block.
    let copy: Source
    /// Floats of the copy of one input block.
    let copyBlockStride: Int
    /// Weights of the tile's first block, `[input block][kernel row][kernel column][8 pairs][16 outputs][2]`.
    let weights: Source
    let blockFloats: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var weights = weights
        let phaseFloats = plan.phaseColumns &* PairPixel.floats
        let rowFloats = plan.phases &* phaseFloats &* shape.dilationHeight
        // Loops that are known to be entered, like the one inside of them.
        var block = 0
        repeat {
            let blockCopy = copy + block &* copyBlockStride
            let pairs = (min(shape.inputChannels &- block &* 16, 16) &+ 1) / 2
            var kernelRow = 0
            repeat {
                let line = blockCopy + kernelRow &* rowFloats
                var tap = TapColumns(shape)
                var kernelColumn = 0
                repeat {
                    tile.accumulatePairs(
                        input: line + (tap.phase &* phaseFloats &+ tap.column &* PairPixel.floats),
                        rowStride: PairPixel.floats,
                        weights: weights,
                        blockStride: blockFloats,
                        pairs: pairs
                    )
                    weights = weights + 128
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
