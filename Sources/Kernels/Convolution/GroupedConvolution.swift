internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionGrouped``: groups of few channels, any filter, stride, dilation and padding, blocked to
/// blocked.
///
/// Each sum runs over filter rows, the group's inputs and filter columns, in this order; filter rows outside of
/// the input are left out, since they would add zeros.
func runGroupedConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = GroupedPlan(shape)
    let activation = PreparedActivation(arguments.activation)
    let blockFloats = shape.kernelHeight &* shape.kernelWidth &* plan.inputs &* 16
    let stripes = TileCut(length: shape.outputWidth, longest: plan.stripeColumns)
    for task in begin..<end {
        let (map, band) = (task / plan.bandCount, task % plan.bandCount)
        let (image, block) = (map / plan.blockCount, map % plan.blockCount)
        let firstRow = band &* plan.bandRows
        let rows = min(plan.bandRows, shape.outputHeight &- firstRow)
        let firstInput = block &* 16 / shape.outputChannelsPerGroup &* plan.inputs
        let inputPlace =
            image &* arguments.inputStrides.image &+ firstInput / 16 &* arguments.inputStrides.channel
        var ring = unsafe SpreadRing(
            shape: shape,
            plan: plan,
            input: Source(arguments.input) + inputPlace,
            rowStride: arguments.inputStrides.row,
            firstLane: firstInput % 16,
            ring: Target(scratch)
        )
        var left = 0
        for stripe in 0..<stripes.count {
            let columns = stripes.length(stripe)
            let cut = TileCut(length: columns, longest: TileExtents.rows)
            ring.start(column: left, columns: columns)
            for row in 0..<rows {
                let top = (firstRow &+ row) &* shape.strideHeight &- shape.paddingTop
                let kernelRows = ring.advance(top: top)
                var column = 0
                for index in 0..<cut.count {
                    let length = cut.length(index)
                    let epilogue = arguments.epilogue(
                        activation,
                        image: image,
                        block: block,
                        vectors: 1,
                        row: firstRow &+ row,
                        column: left &+ column
                    )
                    let tile = unsafe GroupedTile(
                        ring: ring.ring.source + column &* shape.strideWidth &* 16,
                        plan: plan,
                        shape: shape,
                        top: top,
                        firstKernelRow: kernelRows.first,
                        endKernelRow: kernelRows.end,
                        weights: Source(arguments.weights) + block &* blockFloats,
                        epilogue: epilogue
                    )
                    withTile(rows: length, vectors: 1, tile)
                    column &+= length
                }
            }
            left &+= columns
        }
    }
}

/// The spread rows of a stripe: see ``GroupedPlan``.
private struct SpreadRing {
    let shape: ConvolutionShape
    let plan: GroupedPlan
    /// The input block.
    let input: Source
    let rowStride: Int
    let ring: Target
    /// The input lane that each output lane reads first.
    private let lanes: SIMD16<Int32>
    /// Input column of the stripe's first column.
    private var left = 0
    /// Columns of the stripe.
    private var columns = 0
    /// Input rows before this one are in the ring, or are not needed.
    private var endRow = 0

    init(
        shape: ConvolutionShape,
        plan: GroupedPlan,
        input: Source,
        rowStride: Int,
        firstLane: Int,
        ring: Target
    ) {
        (self.shape, self.plan, self.input, self.rowStride) = (shape, plan, input, rowStride)
        self.ring = ring
        lanes = apus_group_lanes(firstLane, plan.inputs, shape.outputChannelsPerGroup)
    }

    /// Begins the stripe of `columns` output columns from `column` on.
    mutating func start(column: Int, columns: Int) {
        left = column &* shape.strideWidth &- shape.paddingLeft
        self.columns =
            (columns &- 1) &* shape.strideWidth &+ (shape.kernelWidth &- 1) &* shape.dilationWidth &+ 1
        endRow = 0
    }

    /// Spreads the rows that the filter covers with its first row at input row `top`; gives the filter rows that
    /// lie inside the input.
    mutating func advance(top: Int) -> (first: Int, end: Int) {
        let end = min(top &+ plan.ringRows, shape.inputHeight)
        endRow = max(endRow, top)
        while endRow < end {
            spread(row: endRow)
            endRow &+= 1
        }
        let step = shape.dilationHeight
        let first = top >= 0 ? 0 : min((step &- 1 &- top) / step, shape.kernelHeight)
        let fit = top >= shape.inputHeight ? 0 : (shape.inputHeight &- 1 &- top) / step &+ 1
        return (first, max(min(fit, shape.kernelHeight), first))
    }

    private func spread(row: Int) {
        let target = ring + row % plan.ringRows &* plan.rowFloats
        let first = min(max(0 &- left, 0), columns)
        let end = max(min(shape.inputWidth &- left, columns), first)
        for input in 0..<plan.inputs {
            let line = target + input &* plan.ringColumns &* 16
            for column in 0..<first { line.store(zeroVector, column &* 16) }
            for column in end..<columns { line.store(zeroVector, column &* 16) }
        }
        let source = input + (row &* rowStride &+ left &* 16)
        switch plan.inputs {
        case 1: spread(GroupInputs<1>.self, source, target, first, end)
        case 2: spread(GroupInputs<2>.self, source, target, first, end)
        case 4: spread(GroupInputs<4>.self, source, target, first, end)
        case 8: spread(GroupInputs<8>.self, source, target, first, end)
        default: spread(GroupInputs<16>.self, source, target, first, end)
        }
    }

    /// Spreads columns `first..<end` of a row.
    @inline(__always) private func spread<let inputs: Int>(
        _ type: GroupInputs<inputs>.Type,
        _ source: Source,
        _ target: Target,
        _ first: Int,
        _ end: Int
    ) {
        let lineFloats = plan.ringColumns &* 16
        // Where no instruction permutes all lanes, quarters of equal lanes are read as such.
        let hasQuarters = APUS_INSTRUCTION_SET != 2 && shape.outputChannelsPerGroup >= 4
        for column in first..<end {
            let pixel = source + column &* 16
            let place = target + column &* 16
            pixel.prefetch(rowStride &* 2)
            if hasQuarters {
                for input in 0..<inputs {
                    let offset = Int32(truncatingIfNeeded: input)
                    place.store(unsafe apus_spread_quarters(pixel.base, lanes, offset), input &* lineFloats)
                }
            } else {
                for input in 0..<inputs {
                    let offset = Int32(truncatingIfNeeded: input)
                    place.store(unsafe apus_spread(pixel.base, lanes, offset), input &* lineFloats)
                }
            }
        }
    }
}

/// Inputs of a group, as a constant.
private enum GroupInputs<let inputs: Int> {}

/// One tile of a grouped convolution: neighbouring pixels of a row.
private struct GroupedTile: TileWork {
    let ring: Source
    let plan: GroupedPlan
    let shape: ConvolutionShape
    /// Input row of the first filter row.
    let top: Int
    /// The filter rows that lie inside the input.
    let firstKernelRow: Int
    let endKernelRow: Int
    /// Weights of the output block.
    let weights: Source
    let epilogue: Epilogue

    /// Filters of three columns have loops of constant length, in which neighbouring pixels share what they load.
    @inline(__always) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        if shape.kernelWidth == 3 && shape.dilationWidth == 1 {
            if shape.strideWidth == 1 { return runThree(type) }
            if shape.strideWidth == 2 { return runThreeStrided(type) }
        }
        runAny(type)
    }

    /// Where the spread line of filter row `kernelRow` and the group's first input begins.
    @inline(__always) private func line(kernelRow: Int) -> Source {
        ring + (top &+ kernelRow &* shape.dilationHeight) % plan.ringRows &* plan.rowFloats
    }

    /// The sums of three taps with stride 1: each pixel is read once, for the three sums that it belongs to.
    @inline(never) private func runThree<let rows: Int, let vectors: Int>(
        _ type: Tile<rows, vectors>.Type
    ) {
        var tile = Tile<rows, vectors>()
        let lineFloats = plan.ringColumns &* 16
        var weights = weights + firstKernelRow &* plan.inputs &* 48
        for kernelRow in firstKernelRow..<endKernelRow {
            var line = line(kernelRow: kernelRow)
            for _ in 0..<plan.inputs {
                let (left, middle, right) = (weights.vector(0), weights.vector(16), weights.vector(32))
                for pixel in 0..<(rows &+ 2) {
                    let x = line.vector(pixel &* 16)
                    if pixel < rows { tile.sums[0][pixel] = multiplyAdd(x, left, tile.sums[0][pixel]) }
                    if pixel >= 1 && pixel <= rows {
                        tile.sums[0][pixel &- 1] = multiplyAdd(x, middle, tile.sums[0][pixel &- 1])
                    }
                    if pixel >= 2 {
                        tile.sums[0][pixel &- 2] = multiplyAdd(x, right, tile.sums[0][pixel &- 2])
                    }
                }
                line = line + lineFloats
                weights = weights + 48
            }
        }
        tile.store(epilogue)
    }

    /// The sums of three taps with stride 2.
    @inline(never) private func runThreeStrided<let rows: Int, let vectors: Int>(
        _ type: Tile<rows, vectors>.Type
    ) {
        runTaps(type, taps: 3, tapStep: 16, pixelStep: 32)
    }

    @inline(never) private func runAny<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        runTaps(
            type,
            taps: shape.kernelWidth,
            tapStep: shape.dilationWidth &* 16,
            pixelStep: shape.strideWidth &* 16
        )
    }

    @inline(__always) private func runTaps<let rows: Int, let vectors: Int>(
        _ type: Tile<rows, vectors>.Type,
        taps: Int,
        tapStep: Int,
        pixelStep: Int
    ) {
        var tile = Tile<rows, vectors>()
        let lineFloats = plan.ringColumns &* 16
        var weights = weights + firstKernelRow &* plan.inputs &* taps &* 16
        for kernelRow in firstKernelRow..<endKernelRow {
            var line = line(kernelRow: kernelRow)
            for _ in 0..<plan.inputs {
                for tap in 0..<taps {
                    let weight = weights.vector(tap &* 16)
                    let first = line + tap &* tapStep
                    for row in 0..<rows {
                        let x = first.vector(row &* pixelStep)
                        tile.sums[0][row] = multiplyAdd(x, weight, tile.sums[0][row])
                    }
                }
                line = line + lineFloats
                weights = weights + taps &* 16
            }
        }
        tile.store(epilogue)
    }
}
