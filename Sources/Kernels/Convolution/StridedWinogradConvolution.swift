internal import KernelInterface

/// ``KernelID/convolutionWinogradStrided``: 3x3, stride 2, one group, blocked to blocked.
func runStridedWinograd(
    _ pointer: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe StridedWinogradConvolution(load(pointer, ConvolutionArguments.self), scratch).run(begin, end)
}

/// A stride-2 Winograd convolution: patches are transformed, multiplied position by position with the transformed
/// filters, and the products are transformed to outputs.
///
/// Each product sums over the input channels in order, and its place in the map decides what an output is the sum of,
/// so it has the same bits in every rectangle of tiles.
private struct StridedWinogradConvolution {
    let arguments: ConvolutionArguments
    let shape: ConvolutionShape
    let plan: StridedWinogradPlan
    let activation: PreparedActivation
    /// The rectangle's transformed patches, matrices of `[input block][row][16]`.
    let patches: Target
    /// Products of a pass, matrices of `[output block][row][16]`.
    let products: Target
    /// A patch with the zeros around the input.
    let patch: Target
    /// A transform after its first axis: `[9 rows][5 points, then 4 odd columns][16]`.
    let halfway: Target

    /// Floats of a row of ``halfway``.
    @inline(__always) static var lineFloats: Int { 9 &* 16 }
    /// Where a row's odd columns begin.
    @inline(__always) static var oddStart: Int { 5 &* 16 }

    @inline(__always) init(_ arguments: ConvolutionArguments, _ scratch: UnsafeMutablePointer<Float>) {
        self.arguments = arguments
        shape = arguments.shape
        plan = StridedWinogradPlan(arguments.shape, images: arguments.images)
        activation = PreparedActivation(arguments.activation)
        patches = unsafe Target(scratch)
        products = patches + StridedWinogradPlan.places &* plan.patchStride
        patch = products + StridedWinogradPlan.places &* plan.productStride
        halfway = patch + StridedWinogradPlan.patchFloats
    }

    @inline(__always) func run(_ begin: Int, _ end: Int) {
        let blockFloats = 6 &* 6 &* shape.inputBlocks &* 256
        var transformed = -1
        for task in begin..<end {
            let (chunk, group) = (task / plan.groupCount, task % plan.groupCount)
            let rectangle = StridedRectangle(plan, chunk)
            if transformed != chunk {
                transformed = chunk
                transformPatches(rectangle)
            }
            let endBlock = min((group &+ 1) &* plan.groupBlocks, shape.outputBlocks)
            var block = group &* plan.groupBlocks
            while block < endBlock {
                let blocks = min(StridedWinogradPlan.blocksPerPass, endBlock &- block)
                let weights = unsafe Source(arguments.weights) + block &* blockFloats
                multiply(rectangle, weights, blockFloats, blocks)
                for index in 0..<blocks { transformProducts(rectangle, block: block &+ index, index: index) }
                block &+= blocks
            }
        }
    }

    @inline(__always)
    private func multiply(_ rectangle: StridedRectangle, _ weights: Source, _ blockFloats: Int, _ blocks: Int)
    {
        let vectors = TileExtents.vectors == 2 && blocks == 2 ? 2 : 1
        var block = 0
        while block < blocks {
            var weights = weights + block &* blockFloats
            for rowKind in 0..<6 {
                for columnKind in 0..<6 {
                    let place = StridedRectangle.place(rowKind, columnKind)
                    let blockStride = rectangle.blockStride(rowKind, columnKind)
                    let length = rectangle.rows.extent(rowKind) &* rectangle.columns.extent(columnKind)
                    let cut = TileCut(length: length, longest: TileExtents.rows)
                    var first = 0
                    for index in 0..<cut.count {
                        let rows = cut.length(index)
                        let work = WinogradProducts(
                            channels: shape.inputChannels,
                            patches: patches.source + (place &* plan.patchStride &+ first &* 16),
                            patchBlockStride: blockStride,
                            weights: weights,
                            weightBlockStride: blockFloats,
                            products: products
                                + (place &* plan.productStride &+ block &* blockStride &+ first &* 16),
                            productBlockStride: blockStride
                        )
                        withTile(rows: rows, vectors: vectors, work)
                        first &+= rows
                    }
                    weights = weights + shape.inputBlocks &* 256
                }
            }
            block &+= vectors
        }
    }

    @inline(__always) private func transformPatches(_ rectangle: StridedRectangle) {
        for block in 0..<shape.inputBlocks {
            forEachTile(
                of: rectangle,
                StridedPatchTransform(convolution: self, rectangle: rectangle, block: block)
            )
        }
    }

    /// Makes the outputs of one block of a rectangle: `index` is the block's place in the pass.
    @inline(__always)
    private func transformProducts(_ rectangle: StridedRectangle, block: Int, index: Int) {
        let work = StridedProductTransform(
            convolution: self,
            rectangle: rectangle,
            block: block,
            index: index
        )
        forEachTile(of: rectangle, work)
    }
}

/// Work on one tile, the transforms being known in ``run(_:_:_:_:)``.
private protocol StridedTileWork {
    func run<Rows: StridedWinogradTransform, Columns: StridedWinogradTransform>(
        _ rows: Rows.Type,
        _ columns: Columns.Type,
        _ row: Int,
        _ column: Int
    )
}

/// Runs `work` on each tile of a rectangle.
@inline(__always)
private func forEachTile<Work: StridedTileWork>(of rectangle: StridedRectangle, _ work: Work) {
    for row in 0..<rectangle.rows.tiles {
        for column in 0..<rectangle.columns.tiles {
            let isFour = (row < rectangle.rows.fours, column < rectangle.columns.fours)
            switch isFour {
            case (true, true): work.run(StridedWinogradFour.self, StridedWinogradFour.self, row, column)
            case (true, false): work.run(StridedWinogradFour.self, StridedWinogradThree.self, row, column)
            case (false, true): work.run(StridedWinogradThree.self, StridedWinogradFour.self, row, column)
            case (false, false): work.run(StridedWinogradThree.self, StridedWinogradThree.self, row, column)
            }
        }
    }
}

/// The transform of the patches of one input block.
private struct StridedPatchTransform: StridedTileWork {
    let convolution: StridedWinogradConvolution
    let rectangle: StridedRectangle
    let block: Int

    @inline(never) func run<Rows: StridedWinogradTransform, Columns: StridedWinogradTransform>(
        _: Rows.Type,
        _: Columns.Type,
        _ rowTile: Int,
        _ columnTile: Int
    ) {
        let (arguments, shape, plan) = (convolution.arguments, convolution.shape, convolution.plan)
        let (halfway, patches) = (convolution.halfway, convolution.patches)
        let (rows, columns) = (rectangle.rows, rectangle.columns)
        let (height, width) = (2 &* Rows.tile &+ 1, 2 &* Columns.tile &+ 1)
        let (outputRow, outputColumn) = (rows.start(rowTile), columns.start(columnTile))
        let row = 2 &* (rows.firstOutput &+ outputRow) &- shape.paddingTop
        let column = 2 &* (columns.firstOutput &+ outputColumn) &- shape.paddingLeft
        let map =
            unsafe Source(arguments.input) + rectangle.image &* arguments.inputStrides.image
            + block &* arguments.inputStrides.channel
        var source = map + (row &* arguments.inputStrides.row &+ column &* 16)
        var rowStride = arguments.inputStrides.row
        if row < 0 || column < 0 || row &+ height > shape.inputHeight || column &+ width > shape.inputWidth {
            copyPatch(
                arguments,
                map,
                row: row,
                column: column,
                height: height,
                width: width,
                to: convolution.patch
            )
            (source, rowStride) = (convolution.patch.source, width &* 16)
        }
        for y in 0..<height {
            let line = halfway + y &* StridedWinogradConvolution.lineFloats
            Columns.transformInput(
                source + y &* rowStride,
                16,
                points: line,
                16,
                odd: line + StridedWinogradConvolution.oddStart,
                16
            )
        }
        @inline(__always) func transformColumn(_ slot: Int, _ kind: Int, _ column: Int) {
            let place = rectangle.offsets(
                rowTile,
                kind,
                column: column,
                block: block,
                placeFloats: plan.patchStride
            )
            Rows.transformInput(
                halfway.source + slot &* 16,
                StridedWinogradConvolution.lineFloats,
                points: patches + place.points,
                9 &* plan.patchStride,
                odd: patches + place.odd,
                place.oddStep
            )
        }
        for point in 0..<Columns.points { transformColumn(point, point, columnTile) }
        for index in 0..<Columns.tile { transformColumn(5 &+ index, 5, outputColumn &+ index) }
    }
}

/// The transform of products to the outputs of one block.
private struct StridedProductTransform: StridedTileWork {
    let convolution: StridedWinogradConvolution
    let rectangle: StridedRectangle
    /// The output block.
    let block: Int
    /// Its place in the pass.
    let index: Int

    @inline(never) func run<Rows: StridedWinogradTransform, Columns: StridedWinogradTransform>(
        _: Rows.Type,
        _: Columns.Type,
        _ rowTile: Int,
        _ columnTile: Int
    ) {
        let (plan, halfway, products) = (
            convolution.plan, convolution.halfway, convolution.products.source
        )
        let (rows, columns) = (rectangle.rows, rectangle.columns)
        let (outputRow, outputColumn) = (rows.start(rowTile), columns.start(columnTile))
        @inline(__always) func transformColumn(_ slot: Int, _ kind: Int, _ column: Int) {
            let place = rectangle.offsets(
                rowTile,
                kind,
                column: column,
                block: index,
                placeFloats: plan.productStride
            )
            let outputs = Rows.outputs(
                products + place.points,
                9 &* plan.productStride,
                odd: products + place.odd,
                place.oddStep
            )
            Rows.store(outputs, to: halfway + slot &* 16, StridedWinogradConvolution.lineFloats)
        }
        for point in 0..<Columns.points { transformColumn(point, point, columnTile) }
        for index in 0..<Columns.tile { transformColumn(5 &+ index, 5, outputColumn &+ index) }

        let finish = OutputFinish(
            convolution.arguments,
            convolution.activation,
            image: rectangle.image,
            block: block,
            row: rows.firstOutput &+ outputRow,
            column: columns.firstOutput &+ outputColumn
        )
        for y in 0..<Rows.tile {
            let line = halfway.source + y &* StridedWinogradConvolution.lineFloats
            let outputs = Columns.outputs(line, 16, odd: line + StridedWinogradConvolution.oddStart, 16)
            finish.store(outputs, 0, line: y, count: Columns.tile)
        }
        finish.activateStored(Columns.tile, lines: Rows.tile)
    }
}
