internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionDepthwise``: each channel by itself, any filter, stride, dilation and padding.
///
/// Each sum runs over filter rows and columns in order.
func runDepthwiseConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = DepthwisePlan(shape)
    let copy = unsafe Target(scratch)
    let activation = PreparedActivation(arguments.activation)
    let taps = shape.kernelHeight &* shape.kernelWidth
    let lastChannels = shape.outputChannels &- (shape.outputBlocks &- 1) &* 16
    let cut = TileCut(length: shape.outputWidth, longest: DepthwiseTile.longest)
    let copyStep = plan.copy.rowStep &* plan.copy.phases &* plan.copy.phaseColumns &* 16
    for task in begin..<end {
        let (map, band) = (task / plan.bandCount, task % plan.bandCount)
        let (image, block) = (map / plan.blockCount, map % plan.blockCount)
        let firstRow = band &* plan.bandRows
        let rows = min(plan.bandRows, shape.outputHeight &- firstRow)
        let inputPlace = image &* arguments.inputStrides.image &+ block &* arguments.inputStrides.channel
        copyBand(
            shape,
            plan.copy,
            input: unsafe Source(arguments.input) + inputPlace,
            rowStride: arguments.inputStrides.row,
            copy: copy,
            firstRow: firstRow,
            rows: rows
        )
        for row in 0..<rows {
            var column = 0
            for index in 0..<cut.count {
                let length = cut.length(index)
                func offset(_ strides: MapStrides) -> Int {
                    image &* strides.image &+ block &* strides.channel
                        &+ (firstRow &+ row) &* strides.row &+ column &* 16
                }
                var epilogue = unsafe Epilogue(
                    output: Target(arguments.output) + offset(arguments.outputStrides),
                    outputBlockStride: 0,
                    activation: activation
                )
                epilogue.lastChannels = block == shape.outputBlocks &- 1 ? lastChannels : 16
                if let bias = unsafe arguments.bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
                if let residual = unsafe arguments.residual {
                    unsafe epilogue.residual = Source(residual) + offset(arguments.residualStrides)
                }
                let tile = unsafe DepthwiseTile(
                    shape: shape,
                    plan: plan.copy,
                    copy: copy.source + (row &* copyStep &+ column &* 16),
                    weights: Source(arguments.weights) + block &* taps &* 16,
                    epilogue: epilogue
                )
                tile.run(length: length)
                column &+= length
            }
        }
    }
}

/// One tile of a depthwise convolution: neighbouring pixels of a row.
private struct DepthwiseTile {
    let shape: ConvolutionShape
    let plan: DensePlan
    /// The copy, at the first tap of the tile's first pixel.
    let copy: Source
    let weights: Source
    let epilogue: Epilogue

    /// Pixels of the longest tile.
    static var longest: Int { TileExtents.rows }

    @inline(__always) func run(length: Int) {
        switch length {
        case 1: run(Tile<1, 1>())
        case 2: run(Tile<2, 1>())
        default: break
        }
        if Self.longest > 2 {
            switch length {
            case 3: run(Tile<3, 1>())
            case 4: run(Tile<4, 1>())
            case 5: run(Tile<5, 1>())
            case 6: run(Tile<6, 1>())
            default: break
            }
        }
        if Self.longest > 6 {
            switch length {
            case 7: run(Tile<7, 1>())
            case 8: run(Tile<8, 1>())
            case 9: run(Tile<9, 1>())
            case 10: run(Tile<10, 1>())
            case 11: run(Tile<11, 1>())
            case 12: run(Tile<12, 1>())
            case 13: run(Tile<13, 1>())
            case 14: run(Tile<14, 1>())
            default: break
            }
        }
    }

    @inline(never) private func run<let rows: Int>(_ zero: Tile<rows, 1>) {
        var tile = zero
        var weights = weights
        let phaseFloats = plan.phaseColumns &* 16
        let rowFloats = plan.phases &* phaseFloats &* shape.dilationHeight
        for kernelRow in 0..<shape.kernelHeight {
            let line = copy + kernelRow &* rowFloats
            var tap = TapColumns(shape)
            for _ in 0..<shape.kernelWidth {
                let input = line + (tap.phase &* phaseFloats &+ tap.column &* 16)
                let weight = weights.vector(0)
                for row in 0..<rows {
                    tile.sums[0][row] = multiplyAdd(input.vector(row &* 16), weight, tile.sums[0][row])
                }
                weights = weights + 16
                tap.advance()
            }
        }
        tile.store(epilogue)
    }
}
