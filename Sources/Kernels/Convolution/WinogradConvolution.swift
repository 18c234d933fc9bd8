internal import CIntrinsics
internal import KernelInterface

/// ``KernelID/convolutionWinograd2``: F(2 x 2, 3 x 3), stride 1, blocked to blocked.
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

/// ``KernelID/convolutionWinograd4``: F(4 x 4, 3 x 3), stride 1, blocked to blocked.
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
/// Each product sums over the input channels, of a group or all, in order, so a tile has the same bits in every chunk.
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
        let tileCount = arguments.images &* plan.tilesPerImage
        var transformed = -1
        for task in begin..<end {
            let (chunk, group) = plan.place(ofTask: task)
            let firstTile = chunk &* plan.chunkTiles
            let tiles = min(plan.chunkTiles, tileCount &- firstTile)
            var block = group &* plan.groupBlocks
            let endBlock = min(block &+ plan.groupBlocks, shape.outputBlocks)
            let inputs = shape.inputBlocksRead(outputBlocks: block..<endBlock)
            if transformed != chunk || shape.groups > 1 {
                transformed = chunk
                transformPatches(firstTile, tiles, inputs)
            }
            while block < endBlock {
                let blocks = min(WinogradPlan.blocksPerPass, endBlock &- block)
                multiply(tiles, block, blocks, firstInput: inputs.lowerBound &* 16)
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

    /// Transforms the patches of a chunk's tiles, of the input blocks `blocks`.
    @inline(__always) private func transformPatches(_ firstTile: Int, _ tiles: Int, _ blocks: Range<Int>) {
        let edge = Transform.edge
        for block in blocks {
            let target = patches + (block &- blocks.lowerBound) &* plan.chunkTiles &* 16
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

    /// Multiplies a chunk's tiles with `blocks` blocks of weights from `firstBlock` on; `firstInput` is the first channel of
    /// the transformed patches.
    @inline(__always)
    private func multiply(_ tiles: Int, _ firstBlock: Int, _ blocks: Int, firstInput: Int) {
        let positionFloats = Transform.tiling.inputsPerPosition(shape) &* 16
        let blockFloats = Transform.edge &* Transform.edge &* positionFloats
        let weights = unsafe Source(arguments.weights) + firstBlock &* blockFloats
        let cut = TileCut(length: tiles, longest: TileExtents.rows)
        var block = 0
        while block < blocks {
            let channels = shape.channelsRead(outputBlock: firstBlock &+ block)
            let isPair =
                TileExtents.vectors == 2 && block &+ 1 < blocks
                && channels == shape.channelsRead(outputBlock: firstBlock &+ block &+ 1)
            let vectors = isPair ? 2 : 1
            let lanes = Lanes(shape, firstBlock &+ block, firstChannel: channels.lowerBound &- firstInput)
            // A position's weights stay in the first-level cache while the chunk's tiles pass.
            for position in 0..<Transform.edge &* Transform.edge {
                var first = 0
                for index in 0..<cut.count {
                    let rows = cut.length(index)
                    let work = WinogradProducts(
                        channels: shape.inputChannelsPerGroup,
                        patches: patches.source + (position &* plan.patchStride &+ first &* 16),
                        patchBlockStride: plan.chunkTiles &* 16,
                        weights: weights + (block &* blockFloats &+ position &* positionFloats),
                        weightBlockStride: blockFloats,
                        products: products
                            + (position &* plan.productStride &+ (block &* plan.chunkTiles &+ first) &* 16),
                        productBlockStride: plan.chunkTiles &* 16
                    )
                    multiply(rows: rows, vectors: vectors, lanes, work)
                    first &+= rows
                }
            }
            block &+= vectors
        }
    }

    /// Runs the tile that the groups of a block's lanes want.
    @inline(__always)
    private func multiply(rows: Int, vectors: Int, _ lanes: Lanes, _ work: WinogradProducts) {
        guard shape.groups > 1 else { return withTile(rows: rows, vectors: vectors, work) }
        let blockStride = work.patchBlockStride
        if lanes.second == 16 {
            let groups = OneGroup(firstChannel: lanes.firstChannel, blockStride: blockStride)
            return withTile(
                rows: rows,
                vectors: vectors,
                GroupedWinogradProducts(operands: work, groups: groups)
            )
        }
        let groups = TwoGroups(
            firstChannel: lanes.firstChannel,
            secondChannel: lanes.firstChannel &+ work.channels,
            blockStride: blockStride,
            mask: apus_lanes_below(lanes.second)
        )
        withTile(rows: rows, vectors: 1, GroupedWinogradProducts(operands: work, groups: groups))
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

/// Which groups the lanes of an output block belong to.
private struct Lanes: BitwiseCopyable {
    /// The first channel of the first group, counted from the first of the transformed patches.
    let firstChannel: Int
    /// The first lane of the second group; sixteen if there is one.
    let second: Int

    @inline(__always) init(_ shape: ConvolutionShape, _ block: Int, firstChannel: Int) {
        self.firstChannel = firstChannel
        second = shape.groups > 1 ? shape.secondGroupLane(outputBlock: block) : 16
    }
}
