internal import KernelInterface

/// ``KernelID/convolutionWinogradLine``: filters of 3, 5 or 7 taps along a line, stride 1, one group, blocked to blocked.
func runLineWinograd(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    let arguments = unsafe load(pointer, ConvolutionArguments.self)
    guard let tiling = LineTiling(arguments.shape) else { return }
    switch tiling.pairs {
    case 2: unsafe LineWinogradConvolution<2>(arguments, tiling, scratch).run(begin, end)
    case 3: unsafe LineWinogradConvolution<3>(arguments, tiling, scratch).run(begin, end)
    default: unsafe LineWinogradConvolution<4>(arguments, tiling, scratch).run(begin, end)
    }
}

/// A band's input lines are transformed to the points of ``LineTiling``, multiplied point by point with the transformed
/// filters, and the products of an output line are transformed to outputs.
///
/// Each product sums over the taps across the line and the input channels, in this order, so a tile has the same bits in
/// every band.
private struct LineWinogradConvolution<let pairs: Int> {
    let arguments: ConvolutionArguments
    let shape: ConvolutionShape
    let plan: LineWinogradPlan
    let transform: LineTransform<pairs>
    let activation: PreparedActivation
    let lineKind: LineStrides.Line
    let input: LineStrides
    /// Zeros before a line's first input, and lines of zeros before the first.
    let padding: (along: Int, across: Int)
    /// Inputs of a line, and input lines.
    let extent: (along: Int, across: Int)
    /// The band's transformed lines, `[point][input block][line][tile][16]`.
    let patches: Target
    /// Products of a pass, `[point][output block][line][tile][16]`.
    let products: Target
    /// An input line with the zeros around it.
    let line: Target

    @inline(__always)
    init(_ arguments: ConvolutionArguments, _ tiling: LineTiling, _ scratch: UnsafeMutablePointer<Float>) {
        self.arguments = arguments
        shape = arguments.shape
        plan = LineWinogradPlan(arguments.shape, tiling, images: arguments.images)
        transform = LineTransform(tiling)
        activation = PreparedActivation(arguments.activation)
        lineKind = tiling.isRow ? .row : .column
        input = LineStrides(arguments.inputStrides, lineKind)
        let (top, left) = (shape.paddingTop, shape.paddingLeft)
        let (height, width) = (shape.inputHeight, shape.inputWidth)
        padding = tiling.isRow ? (left, top) : (top, left)
        extent = tiling.isRow ? (width, height) : (height, width)
        patches = unsafe Target(scratch)
        products = patches + plan.points &* plan.patchStride
        line = products + plan.points &* plan.productStride
    }

    @inline(__always) func run(_ begin: Int, _ end: Int) {
        let blockFloats = plan.points &* plan.across &* shape.inputChannels &* 16
        // The zeros around a line are never written again.
        for place in stride(from: 0, to: plan.lineFloats, by: 16) { line.store(zeroVector, place) }
        var transformed = -1
        for task in begin..<end {
            let (place, group) = (task / plan.groupCount, task % plan.groupCount)
            let (image, band) = (place / plan.bandCount, place % plan.bandCount)
            let first = band &* plan.bandLines
            let lines = min(plan.bandLines, plan.lineCount &- first)
            if transformed != place {
                transformed = place
                transformLines(image, first, lines)
            }
            let endBlock = min((group &+ 1) &* plan.groupBlocks, shape.outputBlocks)
            var block = group &* plan.groupBlocks
            while block < endBlock {
                let blocks = min(LineWinogradPlan.blocksPerPass, endBlock &- block)
                unsafe multiply(Source(arguments.weights) + block &* blockFloats, blockFloats, lines, blocks)
                for index in 0..<blocks {
                    for line in 0..<lines {
                        transformProducts(image, first &+ line, block &+ index, bandLine: line, index: index)
                    }
                }
                block &+= blocks
            }
        }
    }

    /// Transforms the input lines that `lines` output lines from `first` on read.
    @inline(__always) private func transformLines(_ image: Int, _ first: Int, _ lines: Int) {
        let map = unsafe Source(arguments.input) + image &* arguments.inputStrides.image
        for block in 0..<shape.inputBlocks {
            for index in 0..<lines &+ plan.across &- 1 {
                let place = (block &* plan.inputLines &+ index) &* plan.tileCount &* 16
                transformLine(
                    map + block &* arguments.inputStrides.channel,
                    first &+ index &- padding.across,
                    to: patches + place
                )
            }
        }
    }

    /// Transforms input line `number` of a block.
    @inline(never) private func transformLine(_ map: Source, _ number: Int, to target: Target) {
        guard number >= 0 && number < extent.across else {
            for point in 0..<plan.points {
                let tiles = target + point &* plan.patchStride
                for tile in 0..<plan.tileCount { tiles.store(zeroVector, tile &* 16) }
            }
            return
        }
        let source = map + number &* input.line
        let room = max(plan.lineFloats / 16 &- padding.along, 0)
        for place in 0..<min(extent.along, room) {
            line.store(source.vector(place &* input.step), (padding.along &+ place) &* 16)
        }
        for tile in 0..<plan.tileCount {
            transform.transformInput(
                line.source + tile &* LineTiling.tile &* 16,
                to: target + tile &* 16,
                plan.patchStride
            )
        }
    }

    @inline(__always)
    private func multiply(_ weights: Source, _ blockFloats: Int, _ lines: Int, _ blocks: Int) {
        let vectors = TileExtents.vectors == 2 && blocks == 2 ? 2 : 1
        let cut = TileCut(length: lines &* plan.tileCount, longest: TileExtents.rows)
        let pointFloats = plan.across &* shape.inputChannels &* 16
        let productBlockStride = plan.bandLines &* plan.tileCount &* 16
        var block = 0
        while block < blocks {
            // A point's weights stay in the first-level cache while the band's tiles pass.
            for point in 0..<plan.points {
                var first = 0
                for index in 0..<cut.count {
                    let rows = cut.length(index)
                    let work = LineProducts(
                        across: plan.across,
                        channels: shape.inputChannels,
                        patches: patches.source + (point &* plan.patchStride &+ first &* 16),
                        lineStride: plan.tileCount &* 16,
                        patchBlockStride: plan.inputLines &* plan.tileCount &* 16,
                        weights: weights + (block &* blockFloats &+ point &* pointFloats),
                        weightBlockStride: blockFloats,
                        products: products
                            + (point &* plan.productStride &+ block &* productBlockStride &+ first &* 16),
                        productBlockStride: productBlockStride
                    )
                    withTile(rows: rows, vectors: vectors, work)
                    first &+= rows
                }
            }
            block &+= vectors
        }
    }

    /// Makes the outputs of line `number` of a block, which is line `bandLine` of its band: `index` is the block's place in
    /// the pass.
    @inline(never)
    private func transformProducts(_ image: Int, _ number: Int, _ block: Int, bandLine: Int, index: Int) {
        let finish = OutputFinish(
            arguments,
            activation,
            lines: lineKind,
            image: image,
            block: block,
            row: lineKind == .row ? number : 0,
            column: lineKind == .row ? 0 : number
        )
        let source = products.source + (index &* plan.bandLines &+ bandLine) &* plan.tileCount &* 16
        for tile in 0..<plan.tileCount {
            let y = transform.transformOutput(source + tile &* 16, plan.productStride)
            let place = tile &* LineTiling.tile
            finish.store(y, place, count: plan.lineLength &- place)
        }
        finish.activateStored(plan.lineLength)
    }
}
