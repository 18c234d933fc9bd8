internal import CIntrinsics
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
    let input: LineStrides
    let output: LineStrides
    let residual: LineStrides
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
        input = LineStrides(arguments.inputStrides, tiling)
        output = LineStrides(arguments.outputStrides, tiling)
        residual = LineStrides(arguments.residualStrides, tiling)
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
        let start = image &* arguments.outputStrides.image &+ block &* arguments.outputStrides.channel
        var finish = unsafe LineFinish(
            output: Target(arguments.output) + (start &+ number &* output.line),
            step: output.step,
            activation: activation
        )
        if let bias = unsafe arguments.bias { finish.bias = unsafe Source(bias).vector(block &* 16) }
        if let source = unsafe arguments.residual {
            let strides = arguments.residualStrides
            let start = image &* strides.image &+ block &* strides.channel &+ number &* residual.line
            finish.residual = unsafe Source(source) + start
            finish.residualStep = residual.step
        }
        let source = products.source + (index &* plan.bandLines &+ bandLine) &* plan.tileCount &* 16
        for tile in 0..<plan.tileCount {
            let y = transform.transformOutput(source + tile &* 16, plan.productStride)
            let place = tile &* LineTiling.tile
            let rest = plan.lineLength &- place
            finish.store(y.0, place)
            if rest > 1 { finish.store(y.1, place &+ 1) }
            if rest > 2 { finish.store(y.2, place &+ 2) }
            if rest > 3 { finish.store(y.3, place &+ 3) }
        }
        if activation.needsPass {
            let isLast = block == shape.outputBlocks &- 1
            activate(
                finish.output,
                rows: plan.lineLength,
                rowStride: output.step,
                lanes: 16,
                channels: isLast ? shape.outputChannels &- block &* 16 : 16,
                activation.function
            )
        }
    }
}

/// Floats from a place of a line to the next, and from a line to the next.
private struct LineStrides: BitwiseCopyable {
    let step: Int
    let line: Int

    @inline(__always) init(_ strides: MapStrides, _ tiling: LineTiling) {
        (step, line) = tiling.isRow ? (16, strides.row) : (strides.row, 16)
    }
}

/// What happens to an output before it is stored, but for the activations that need a pass.
private struct LineFinish: BitwiseCopyable {
    /// The line's first output.
    let output: Target
    let step: Int
    var bias = zeroVector
    /// The residual's first place of the line, or nil.
    var residual: Source?
    var residualStep = 0
    private let lower: Vector
    private let upper: Vector

    @inline(__always) init(output: Target, step: Int, activation: PreparedActivation) {
        (self.output, self.step) = (output, step)
        (lower, upper) = (splat(activation.lower), splat(activation.upper))
    }

    @inline(__always) func store(_ sum: Vector, _ place: Int) {
        var value = sum + bias
        if let residual { value += residual.vector(place &* residualStep) }
        output.store(apus_at_most(apus_at_least(value, lower), upper), place &* step)
    }
}
