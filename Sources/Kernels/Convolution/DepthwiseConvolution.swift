internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionDepthwise``: each channel by itself, any filter, stride, dilation and padding.
///
/// Each sum runs over filter rows and columns in order; filter rows outside of the input are left out, since
/// they would add zeros.
func runDepthwiseConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = DepthwisePlan(shape)
    let activation = PreparedActivation(arguments.activation)
    let taps = shape.kernelHeight &* shape.kernelWidth
    let lastChannels = shape.outputChannels &- (shape.outputBlocks &- 1) &* 16
    let longest = plan.readsInPlace ? TileExtents.rows : DepthwiseTile.longest
    let cut = TileCut(length: shape.outputWidth, longest: longest)
    // Narrow maps are walked down in stripes; wide ones, which come from far, in the order of memory.
    let rowsPerTile = plan.readsInPlace && cut.count <= 2 ? shape.outputHeight : 1
    for task in begin..<end {
        // Bands first: pointwise convolutions before and after divide the maps from above to below as well.
        let (place, block) = (task / plan.blockCount, task % plan.blockCount)
        let (image, band) = (place / plan.bandCount, place % plan.bandCount)
        let firstRow = band &* plan.bandRows
        let rows = min(plan.bandRows, shape.outputHeight &- firstRow)
        let inputPlace = image &* arguments.inputStrides.image &+ block &* arguments.inputStrides.channel
        let input = unsafe PaddedInput(
            shape: shape,
            input: Source(arguments.input) + inputPlace,
            rowStride: arguments.inputStrides.row,
            copy: Target(scratch),
            copyColumns: plan.copyColumns
        )
        let bandTop = firstRow &* shape.strideHeight &- shape.paddingTop
        if plan.copiesBand {
            let copyRows =
                (rows &- 1) &* shape.strideHeight &+ (shape.kernelHeight &- 1) &* shape.dilationHeight &+ 1
            input.copyRows(top: bandTop, rows: copyRows, step: 1, left: 0 &- shape.paddingLeft)
        }
        let blockWeights = unsafe Source(arguments.weights) + block &* taps &* 16
        var row = 0
        while row < rows {
            let top = bandTop &+ row &* shape.strideHeight
            let tileRows = min(rowsPerTile, rows &- row)
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
                if plan.readsInPlace {
                    let left = column &* shape.strideWidth &- shape.paddingLeft
                    let tile = DepthwiseRowTile(
                        shape: shape,
                        source: input.input,
                        rowStride: arguments.inputStrides.row,
                        top: top,
                        left: left,
                        outputRows: tileRows,
                        outputRowFloats: arguments.outputStrides.row,
                        residualRowFloats: arguments.residualStrides.row,
                        weights: blockWeights,
                        epilogue: epilogue
                    )
                    withTile(rows: length, vectors: 1, tile)
                    column &+= length
                    continue
                }
                let place: PaddedInput.Place
                if plan.copiesBand {
                    let first = row &* shape.strideHeight &* plan.copyColumns
                    place = PaddedInput.Place(
                        source: unsafe Target(scratch).source
                            + (first &+ column &* shape.strideWidth) &* 16,
                        rowStride: plan.copyColumns &* 16 &* shape.dilationHeight,
                        firstKernelRow: 0,
                        endKernelRow: shape.kernelHeight
                    )
                } else {
                    place = input.place(top: top, column: column, length: length)
                }
                let tile = DepthwiseTile(
                    place: place,
                    kernelWidth: shape.kernelWidth,
                    tapStep: shape.dilationWidth &* 16,
                    pixelStep: shape.strideWidth &* 16,
                    weights: blockWeights,
                    epilogue: epilogue
                )
                tile.run(length: length)
                column &+= length
            }
            row &+= tileRows
        }
    }
}

/// One channel block of the input with zeros around it.
private struct PaddedInput {
    /// Where a tile reads: input row and column of its first pixel's first tap.
    struct Place {
        /// The first tap of filter row ``firstKernelRow``.
        let source: Source
        /// Floats from a filter row to the next.
        let rowStride: Int
        /// The filter rows that lie inside the input, or in the copy.
        let firstKernelRow: Int
        let endKernelRow: Int
    }

    let shape: ConvolutionShape
    let input: Source
    let rowStride: Int
    let copy: Target
    let copyColumns: Int

    /// Copies `rows` rows from input row `top` on, `step` rows apart, and the copy's columns from input column
    /// `left` on.
    func copyRows(top: Int, rows: Int, step: Int, left: Int) {
        let first = min(max(0 &- left, 0), copyColumns)
        let end = max(min(shape.inputWidth &- left, copyColumns), first)
        for row in 0..<rows {
            let y = top &+ row &* step
            let target = copy + row &* copyColumns &* 16
            guard y >= 0 && y < shape.inputHeight else {
                for column in 0..<copyColumns { target.store(zeroVector, column &* 16) }
                continue
            }
            let line = input + (y &* rowStride &+ left &* 16)
            for column in 0..<first { target.store(zeroVector, column &* 16) }
            for column in first..<end { target.store(line.vector(column &* 16), column &* 16) }
            for column in end..<copyColumns { target.store(zeroVector, column &* 16) }
        }
    }

    /// Where the tile of `length` outputs from `column` on reads, its first filter row at input row `top`: the
    /// input itself, or at the edges a copied patch.
    @inline(__always) func place(top: Int, column: Int, length: Int) -> Place {
        let left = column &* shape.strideWidth &- shape.paddingLeft
        let right =
            left &+ (length &- 1) &* shape.strideWidth &+ (shape.kernelWidth &- 1) &* shape.dilationWidth &+ 1
        let step = shape.dilationHeight
        let first = top >= 0 ? 0 : min((step &- 1 &- top) / step, shape.kernelHeight)
        let fit = top >= shape.inputHeight ? 0 : (shape.inputHeight &- 1 &- top) / step &+ 1
        let end = max(min(fit, shape.kernelHeight), first)
        if left >= 0 && right <= shape.inputWidth {
            return Place(
                source: input + ((top &+ first &* step) &* rowStride &+ left &* 16),
                rowStride: rowStride &* step,
                firstKernelRow: first,
                endKernelRow: end
            )
        }
        copyRows(top: top &+ first &* step, rows: end &- first, step: step, left: left)
        return Place(
            source: copy.source,
            rowStride: copyColumns &* 16,
            firstKernelRow: first,
            endKernelRow: end
        )
    }
}

/// One tile of a depthwise convolution: neighbouring pixels of a row.
private struct DepthwiseTile {
    let place: PaddedInput.Place
    let kernelWidth: Int
    /// Floats from a tap to the next.
    let tapStep: Int
    /// Floats from the first tap of a pixel to that of the next.
    let pixelStep: Int
    let weights: Source
    let epilogue: Epilogue

    /// Pixels of the longest tile.
    @inline(__always) static var longest: Int {
        TileExtents.rows > DepthwisePlan.longestTile ? DepthwisePlan.longestTile : TileExtents.rows
    }

    @inline(__always) func run(length: Int) {
        switch length {
        case 1: run(Tile<1, 1>.self)
        case 2: run(Tile<2, 1>.self)
        default: break
        }
        if Self.longest > 2 {
            switch length {
            case 3: run(Tile<3, 1>.self)
            case 4: run(Tile<4, 1>.self)
            case 5: run(Tile<5, 1>.self)
            case 6: run(Tile<6, 1>.self)
            default: break
            }
        }
        if Self.longest > 6 {
            switch length {
            case 7: run(Tile<7, 1>.self)
            case 8: run(Tile<8, 1>.self)
            default: break
            }
        }
    }

    @inline(never) private func run<let rows: Int>(_ type: Tile<rows, 1>.Type) {
        var tile = Tile<rows, 1>()
        var line = place.source
        var weights = weights + place.firstKernelRow &* kernelWidth &* 16
        for _ in place.firstKernelRow..<place.endKernelRow {
            for tap in 0..<kernelWidth {
                let weight = weights.vector(0)
                let first = line + tap &* tapStep
                for row in 0..<rows {
                    let x = first.vector(row &* pixelStep)
                    tile.sums[0][row] = multiplyAdd(x, weight, tile.sums[0][row])
                }
                weights = weights + 16
            }
            line = line + place.rowStride
        }
        tile.store(epilogue)
    }
}
