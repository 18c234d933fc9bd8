internal import KernelInterface

/// ``KernelID/convolutionWinograd2``: F(2 x 2, 3 x 3), stride 1, one group, blocked to blocked.
func runWinogradTwo(
    _ arguments: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe WinogradConvolution<WinogradTwo>(load(arguments, ConvolutionArguments.self), scratch).run(
        begin,
        end
    )
}

/// ``KernelID/convolutionWinograd4``: F(4 x 4, 3 x 3), stride 1, one group, blocked to blocked.
func runWinogradFour(
    _ arguments: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe WinogradConvolution<WinogradFour>(load(arguments, ConvolutionArguments.self), scratch).run(
        begin,
        end
    )
}

/// A Winograd convolution: patches are transformed, multiplied position by position with the transformed
/// weights, and the products are transformed to outputs.
///
/// Each product sums over the input channels in order, so a tile has the same bits in every chunk.
private struct WinogradConvolution<Transform: WinogradTransform> {
    let arguments: ConvolutionArguments
    let shape: ConvolutionShape
    let plan: WinogradPlan
    let activation: PreparedActivation
    /// The chunk's transformed patches, `[position][input block][tile][16]`.
    let patches: Target
    /// Products of a pass, `[position][output block][tile][16]`.
    let products: Target
    /// A patch with the zeros around the input.
    let patch: Target

    @inline(__always) init(_ arguments: ConvolutionArguments, _ scratch: UnsafeMutablePointer<Float>) {
        self.arguments = arguments
        shape = arguments.shape
        plan = WinogradPlan(arguments.shape, Transform.tiling, images: arguments.images)
        activation = PreparedActivation(arguments.activation)
        patches = unsafe Target(scratch)
        products = patches + Transform.edge &* Transform.edge &* plan.patchStride
        patch = products + Transform.edge &* Transform.edge &* plan.productStride
    }

    @inline(__always) func run(_ begin: Int, _ end: Int) {
        let blockFloats = Transform.edge &* Transform.edge &* shape.inputBlocks &* 256
        let tileCount = arguments.images &* plan.tilesPerImage
        var transformed = -1
        for task in begin..<end {
            let (chunk, group) = (task / plan.groupCount, task % plan.groupCount)
            let firstTile = chunk &* plan.chunkTiles
            let tiles = min(plan.chunkTiles, tileCount &- firstTile)
            if transformed != chunk {
                transformed = chunk
                transformPatches(firstTile, tiles)
            }
            let endBlock = min((group &+ 1) &* plan.groupBlocks, shape.outputBlocks)
            var block = group &* plan.groupBlocks
            while block < endBlock {
                let blocks = min(WinogradPlan.blocksPerPass, endBlock &- block)
                unsafe multiply(Source(arguments.weights) + block &* blockFloats, blockFloats, tiles, blocks)
                for index in 0..<blocks {
                    transformProducts(firstTile, tiles, block: block &+ index, index: index)
                }
                block &+= blocks
            }
        }
    }

    /// Where tile `index` of the run stands: its image and the row and column of its first output.
    @inline(__always) private func place(_ index: Int) -> (image: Int, row: Int, column: Int) {
        let image = index / plan.tilesPerImage
        let rest = index &- image &* plan.tilesPerImage
        let down = rest / plan.tilesAcross
        return (image, down &* Transform.tile, (rest &- down &* plan.tilesAcross) &* Transform.tile)
    }

    @inline(__always) private func transformPatches(_ firstTile: Int, _ tiles: Int) {
        let edge = Transform.edge
        for block in 0..<shape.inputBlocks {
            let target = patches + block &* plan.chunkTiles &* 16
            for index in 0..<tiles {
                let place = place(firstTile &+ index)
                let (row, column) = (place.row &- shape.paddingTop, place.column &- shape.paddingLeft)
                let map =
                    unsafe Source(arguments.input) + place.image &* arguments.inputStrides.image
                    + block &* arguments.inputStrides.channel
                var source = map + (row &* arguments.inputStrides.row &+ column &* 16)
                var rowStride = arguments.inputStrides.row
                if row < 0 || column < 0 || row &+ edge > shape.inputHeight
                    || column &+ edge > shape.inputWidth
                {
                    copyPatch(
                        arguments,
                        map,
                        row: row,
                        column: column,
                        height: edge,
                        width: edge,
                        to: patch
                    )
                    (source, rowStride) = (patch.source, edge &* 16)
                }
                Transform.transformPatch(source, rowStride, to: target + index &* 16, plan.patchStride)
            }
        }
    }

    @inline(__always)
    private func multiply(_ weights: Source, _ blockFloats: Int, _ tiles: Int, _ blocks: Int) {
        let vectors = TileExtents.vectors == 2 && blocks == 2 ? 2 : 1
        let cut = TileCut(length: tiles, longest: TileExtents.rows)
        var block = 0
        while block < blocks {
            // A position's weights stay in the first-level cache while the chunk's tiles pass.
            for position in 0..<Transform.edge &* Transform.edge {
                var first = 0
                for index in 0..<cut.count {
                    let rows = cut.length(index)
                    let work = WinogradProducts(
                        channels: shape.inputChannels,
                        patches: patches.source + (position &* plan.patchStride &+ first &* 16),
                        patchBlockStride: plan.chunkTiles &* 16,
                        weights: weights + (block &* blockFloats &+ position &* shape.inputBlocks &* 256),
                        weightBlockStride: blockFloats,
                        products: products
                            + (position &* plan.productStride &+ (block &* plan.chunkTiles &+ first) &* 16),
                        productBlockStride: plan.chunkTiles &* 16
                    )
                    withTile(rows: rows, vectors: vectors, work)
                    first &+= rows
                }
            }
            block &+= vectors
        }
    }

    /// Makes the outputs of one block of a chunk's tiles: `index` is the block's place in the pass.
    @inline(__always)
    private func transformProducts(_ firstTile: Int, _ tiles: Int, block: Int, index blockIndex: Int) {
        for index in 0..<tiles {
            let place = place(firstTile &+ index)
            let finish = OutputFinish(
                arguments,
                activation,
                image: place.image,
                block: block,
                row: place.row,
                column: place.column
            )
            let rows = min(Transform.tile, shape.outputHeight &- place.row)
            let columns = min(Transform.tile, shape.outputWidth &- place.column)
            Transform.transformProducts(
                products.source + (blockIndex &* plan.chunkTiles &+ index) &* 16,
                plan.productStride,
                rows: rows,
                columns: columns,
                finish
            )
            finish.activateStored(columns, lines: rows)
        }
    }
}
