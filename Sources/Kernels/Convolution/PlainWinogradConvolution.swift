internal import KernelInterface

/// ``KernelID/convolutionPlainWinograd``: stems of seven filter columns and stride 2, plain `[N, C, H, W]` to blocked.
func runPlainWinogradConvolution(
    _ arguments: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe PlainWinogradConvolution(load(arguments, ConvolutionArguments.self), scratch).run(begin, end)
}

/// A band's input rows are transformed to the points of ``StrideTwoTiling``, multiplied point by point with the
/// transformed weights, and the products of an output row are transformed to outputs.
///
/// Each product sums over filter rows, phases and channels, in this order, so a tile has the same bits in every band.
private struct PlainWinogradConvolution {
    let arguments: ConvolutionArguments
    let shape: ConvolutionShape
    let plan: PlainWinogradPlan
    let activation: PreparedActivation
    let rows: PlainWinogradRows
    /// The band's transformed rows, `[row][point][phase][C][tile]`.
    let planes: Target
    /// An output row's products of a pass, `[point][output block][tile][16]`.
    let products: Target

    @inline(__always) init(_ arguments: ConvolutionArguments, _ scratch: UnsafeMutablePointer<Float>) {
        self.arguments = arguments
        shape = arguments.shape
        plan = PlainWinogradPlan(arguments.shape)
        activation = PreparedActivation(arguments.activation)
        planes = unsafe Target(scratch)
        products = planes + plan.inputRows &* plan.rowFloats
        let rest = products + StrideTwoTiling.points &* plan.productStride
        rows = PlainWinogradRows(shape, plan, scratch: rest)
    }

    @inline(__always) func run(_ begin: Int, _ end: Int) {
        for task in begin..<end {
            let (image, band) = (task / plan.bandCount, task % plan.bandCount)
            let firstRow = band &* plan.bandRows
            let rowCount = min(plan.bandRows, shape.outputHeight &- firstRow)
            transformRows(image, firstRow, rowCount)
            for row in 0..<rowCount {
                let first = row &* plan.rowStep &* plan.rowFloats
                var block = 0
                while block < shape.outputBlocks {
                    let blocks = min(PlainWinogradPlan.blocksPerPass, shape.outputBlocks &- block)
                    multiply(image, firstRow &+ row, block, blocks, planes: planes.source + first)
                    for index in 0..<blocks {
                        transformProducts(image, firstRow &+ row, block: block &+ index, index: index)
                    }
                    block &+= blocks
                }
            }
        }
    }

    /// Transforms the input rows of a band.
    @inline(__always) private func transformRows(_ image: Int, _ firstRow: Int, _ rowCount: Int) {
        let covered = (shape.kernelHeight &- 1) &* shape.dilationHeight &+ 1
        let sourceStep = plan.rowStep == shape.strideHeight ? 1 : shape.strideHeight
        let first = firstRow &* shape.strideHeight &- shape.paddingTop
        let input = unsafe Source(arguments.input) + image &* arguments.inputStrides.image
        for row in 0..<(rowCount &- 1) &* plan.rowStep &+ covered {
            rows.transform(
                input,
                arguments.inputStrides,
                row: first &+ row &* sourceStep,
                to: planes + row &* plan.rowFloats
            )
        }
    }

    /// Where an output row of a block begins.
    @inline(__always)
    private func offset(_ image: Int, _ row: Int, _ block: Int, _ strides: MapStrides) -> Int {
        image &* strides.image &+ block &* strides.channel &+ row &* strides.row
    }

    /// Multiplies an output row's tiles, whose first filter row stands at `planes`, with `blocks` blocks of weights.
    @inline(__always)
    private func multiply(_ image: Int, _ row: Int, _ block: Int, _ blocks: Int, planes: Source) {
        let pairFloats = shape.kernelHeight &* shape.inputChannels &* 16
        let blockFloats = StrideTwoTiling.products &* pairFloats
        let vectors = TileExtents.vectors == 2 && blocks == 2 ? 2 : 1
        let cut = TileCut(length: plan.tileCount, longest: TileExtents.rows)
        let rowFloats = plan.rowFloats &* shape.dilationHeight
        var index = 0
        while index < blocks {
            let weights = unsafe Source(arguments.weights) + (block &+ index) &* blockFloats
            for point in 0..<StrideTwoTiling.points {
                let depth = (point < StrideTwoTiling.oddPoints ? 2 : 1) &* shape.inputChannels
                prefetchOutputs(image, row, block &+ index, vectors, point)
                var first = 0
                for part in 0..<cut.count {
                    let length = cut.length(part)
                    let work = PlainWinogradProducts(
                        filterRows: shape.kernelHeight,
                        planes: planes + (2 &* point &* shape.inputChannels &* plan.planeFloats &+ first),
                        rowFloats: rowFloats,
                        planeFloats: plan.planeFloats,
                        depth: depth,
                        weights: weights + 2 &* point &* pairFloats,
                        weightBlockStride: blockFloats,
                        products: products
                            + (point &* plan.productStride &+ (index &* plan.tileCount &+ first) &* 16),
                        productBlockStride: plan.tileCount &* 16
                    )
                    withTile(rows: length, vectors: vectors, work)
                    first &+= length
                }
            }
            index &+= vectors
        }
    }

    /// Asks for a point's share of an output row's lines, which are written after the last point: products alone leave
    /// the memory idle.
    @inline(__always)
    private func prefetchOutputs(_ image: Int, _ row: Int, _ block: Int, _ blocks: Int, _ point: Int) {
        let share = (shape.outputWidth &+ StrideTwoTiling.points &- 1) / StrideTwoTiling.points
        let first = point &* share
        for index in 0..<blocks {
            let start = offset(image, row, block &+ index, arguments.outputStrides)
            let line = unsafe Target(arguments.output) + start
            for pixel in first..<max(min(first &+ share, shape.outputWidth), first) {
                line.source.prefetch(pixel &* 16)
            }
        }
    }

    /// Makes the outputs of one block of an output row: `index` is the block's place in the pass.
    @inline(__always)
    private func transformProducts(_ image: Int, _ row: Int, block: Int, index: Int) {
        let finish = OutputFinish(arguments, activation, image: image, block: block, row: row, column: 0)
        let source = products.source + index &* plan.tileCount &* 16
        for tile in 0..<plan.tileCount {
            let y = StrideTwoTransform.transformOutput(source + tile &* 16, plan.productStride)
            let column = tile &* StrideTwoTiling.tile
            finish.store(y, column, count: shape.outputWidth &- column)
        }
        finish.activateStored(shape.outputWidth)
    }
}

/// The products of one register tile at one point.
private struct PlainWinogradProducts: TileWork {
    let filterRows: Int
    /// The first tile's inputs of the first filter row.
    let planes: Source
    /// Floats from a filter row to the next.
    let rowFloats: Int
    /// Floats from a channel to the next.
    let planeFloats: Int
    /// Channels of all phases.
    let depth: Int
    /// Weights of the first output block.
    let weights: Source
    let weightBlockStride: Int
    let products: Target
    /// Floats from an output block of products to the next.
    let productBlockStride: Int

    @inline(never) func run<let rows: Int, let vectors: Int>(_ type: Tile<rows, vectors>.Type) {
        var tile = Tile<rows, vectors>()
        var (line, weights) = (planes, weights)
        // Loops that are known to be entered: others would keep every sum twice.
        var filterRow = 0
        repeat {
            tile.accumulate(
                planes: line,
                planeStride: planeFloats,
                weights: weights,
                blockStride: weightBlockStride,
                depth: depth
            )
            line = line + rowFloats
            weights = weights + depth &* 16
            filterRow &+= 1
        } while filterRow < filterRows
        tile.storeProducts(products, productBlockStride)
    }
}

extension Tile {
    /// Adds `depth` inputs, one at least: input k of row r stands at `k * planeStride + r`, the weights of input k and block v at
    /// `v * blockStride + k * 16`.
    @inline(__always) mutating func accumulate(
        planes: Source,
        planeStride: Int,
        weights: Source,
        blockStride: Int,
        depth: Int
    ) {
        var (planes, weights) = (planes, weights)
        var input = 0
        repeat {
            var weight = zeroed(InlineArray<vectors, Vector>.self)
            for vector in 0..<vectors { weight[vector] = weights.vector(vector &* blockStride) }
            for row in 0..<rows {
                let x = planes[row]
                for vector in 0..<vectors {
                    sums[vector][row] = multiplyAdd(weight[vector], x, sums[vector][row])
                }
            }
            planes = planes + planeStride
            weights = weights + 16
            input &+= 1
        } while input < depth
    }
}
