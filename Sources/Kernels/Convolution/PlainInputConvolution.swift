internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionPlain``: the stem, plain `[N, C, H, W]` to blocked.
///
/// Each sum runs over filter rows, filter columns and channels, in this order.
func runPlainInputConvolution(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    let shape = arguments.shape
    let plan = PlainInputPlan(shape)
    let copy = unsafe Target(scratch)
    let activation = PreparedActivation(arguments.activation)
    let channels = shape.inputChannels
    let blockFloats = shape.kernelHeight &* shape.kernelWidth &* channels &* 16
    let lastChannels = shape.outputChannels &- (shape.outputBlocks &- 1) &* 16
    let cut = TileCut(length: shape.outputWidth, longest: TileExtents.rows)
    let rowFloats = plan.copyColumns &* channels
    for task in begin..<end {
        let (image, band) = (task / plan.bandCount, task % plan.bandCount)
        let firstRow = band &* plan.bandRows
        let rows = min(plan.bandRows, shape.outputHeight &- firstRow)
        interleave(
            shape,
            plan,
            input: unsafe Source(arguments.input) + image &* arguments.inputStrides.image,
            strides: arguments.inputStrides,
            copy: copy,
            firstRow: firstRow,
            rows: rows
        )
        var block = 0
        while block < shape.outputBlocks {
            let vectors = TileExtents.vectors == 2 && block &+ 1 < shape.outputBlocks ? 2 : 1
            let isLast = block &+ vectors == shape.outputBlocks
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
                        outputBlockStride: arguments.outputStrides.channel,
                        activation: activation
                    )
                    epilogue.lastChannels = isLast ? lastChannels : 16
                    if let bias = unsafe arguments.bias { unsafe epilogue.bias = Source(bias) + block &* 16 }
                    if let residual = unsafe arguments.residual {
                        unsafe epilogue.residual = Source(residual) + offset(arguments.residualStrides)
                        epilogue.residualBlockStride = arguments.residualStrides.channel
                    }
                    let place = row &* plan.rowStep &* rowFloats &+ column &* shape.strideWidth &* channels
                    let work = unsafe PlainInputTile(
                        shape: shape,
                        copy: copy.source + place,
                        copyRowFloats: rowFloats &* shape.dilationHeight,
                        weights: Source(arguments.weights) + block &* blockFloats,
                        blockFloats: blockFloats,
                        epilogue: epilogue
                    )
                    withTile(rows: length, vectors: vectors, work)
                    column &+= length
                }
            }
            block &+= vectors
        }
    }
}

/// Copies the input rows of a band as `[row][column][C]`, with the zeros around them.
private func interleave(
    _ shape: ConvolutionShape,
    _ plan: PlainInputPlan,
    input: Source,
    strides: MapStrides,
    copy: Target,
    firstRow: Int,
    rows: Int
) {
    let channels = shape.inputChannels
    let covered = (shape.kernelHeight &- 1) &* shape.dilationHeight &+ 1
    let copyRows = (rows &- 1) &* plan.rowStep &+ covered
    let sourceStep = plan.rowStep == shape.strideHeight ? 1 : shape.strideHeight
    let firstSource = firstRow &* shape.strideHeight &- shape.paddingTop
    let first = min(shape.paddingLeft, plan.copyColumns)
    let end = max(min(shape.inputWidth &+ shape.paddingLeft, plan.copyColumns), first)
    for row in 0..<copyRows {
        let source = firstSource &+ row &* sourceStep
        let target = copy + row &* plan.copyColumns &* channels
        guard source >= 0 && source < shape.inputHeight else {
            for place in 0..<plan.copyColumns &* channels { target[place] = 0 }
            continue
        }
        for place in 0..<first &* channels { target[place] = 0 }
        for place in end &* channels..<plan.copyColumns &* channels { target[place] = 0 }
        if channels == 3 && end &- first >= 16 {
            let line = input + (source &* strides.row &- shape.paddingLeft)
            interleaveThree(line, channelStride: strides.channel, first..<end, target)
            continue
        }
        for channel in 0..<channels {
            let line = input + (channel &* strides.channel &+ source &* strides.row &- shape.paddingLeft)
            for column in first..<end { target[column &* channels &+ channel] = line[column] }
        }
    }
}

/// Copies `columns`, sixteen at least, of three lines: `target[3 * column + channel]`.
private func interleaveThree(_ line: Source, channelStride: Int, _ columns: Range<Int>, _ target: Target) {
    var column = columns.lowerBound
    while column < columns.upperBound {
        // The last sixteen overlap those before.
        column = min(column, columns.upperBound &- 16)
        let place = unsafe line.base + column
        unsafe apus_interleave_three(
            place,
            place + channelStride,
            place + 2 &* channelStride,
            target.base + 3 &* column
        )
        column &+= 16
    }
}

/// One tile of a stem.
private struct PlainInputTile: TileWork {
    let shape: ConvolutionShape
    /// The copy, at the first tap of the tile's first pixel.
    let copy: Source
    /// Floats of the copy from a filter row to the next.
    let copyRowFloats: Int
    /// Weights of the tile's first block.
    let weights: Source
    let blockFloats: Int
    let epilogue: Epilogue

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var weights = weights
        let channels = shape.inputChannels
        // The taps of a filter row lie side by side unless they are dilated.
        let isDense = shape.dilationWidth == 1
        let runs = isDense ? 1 : shape.kernelWidth
        let depth = isDense ? shape.kernelWidth &* channels : channels
        let runStep = shape.dilationWidth &* channels
        let pixelStride = shape.strideWidth &* channels
        for kernelRow in 0..<shape.kernelHeight {
            let line = copy + kernelRow &* copyRowFloats
            for run in 0..<runs {
                tile.accumulate(
                    input: line + run &* runStep,
                    rowStride: pixelStride,
                    weights: weights,
                    blockStride: blockFloats,
                    depth: depth
                )
                weights = weights + depth &* 16
            }
        }
        tile.store(epilogue)
    }
}
