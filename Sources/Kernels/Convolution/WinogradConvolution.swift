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

/// ``KernelID/convolutionWinograd4x2``: F(4 x 2, 3 x 3), stride 1, blocked to blocked.
func runWinogradFourByTwo(
    _ arguments: UnsafeRawPointer,
    _ begin: Int,
    _ end: Int,
    _ scratch: UnsafeMutablePointer<Float>
) {
    unsafe WinogradConvolution<WinogradFourByTwo>(load(arguments, ConvolutionArguments.self), scratch).run(
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
        products = patches + Transform.tiling.positions &* plan.patchStride
        patch = products + Transform.tiling.positions &* plan.productStride
    }

    @inline(__always) func run(_ begin: Int, _ end: Int) {
        var transformed = -1
        for task in begin..<end {
            let (chunk, group) = plan.place(ofTask: task)
            let firstTile = chunk &* plan.chunkTiles
            let tiles = firstTile..<min(firstTile &+ plan.chunkTiles, plan.tiles.count)
            var block = group &* plan.groupBlocks
            let endBlock = min(block &+ plan.groupBlocks, shape.outputBlocks)
            let inputs = shape.inputBlocksRead(outputBlocks: block..<endBlock)
            if transformed != chunk || shape.groups > 1 {
                transformed = chunk
                transformPatches(tiles, inputs)
            }
            while block < endBlock {
                let blocks = min(WinogradPlan.blocksPerPass, endBlock &- block)
                multiply(tiles, block, blocks, firstInput: inputs.lowerBound &* 16)
                for index in 0..<blocks {
                    transformProducts(tiles, block: block &+ index, index: index)
                }
                block &+= blocks
            }
        }
    }

    /// Transforms the patches of a chunk's tiles, of the input blocks `blocks`.
    @inline(__always) private func transformPatches(_ tiles: Range<Int>, _ blocks: Range<Int>) {
        for block in blocks {
            let target = patches + (block &- blocks.lowerBound) &* plan.chunkTiles &* 16
            for index in tiles {
                let place = plan.tiles.place(index)
                let work = unsafe PatchTransform(
                    arguments: arguments,
                    map: Source(arguments.input) + place.image &* arguments.inputStrides.image
                        + block &* arguments.inputStrides.channel,
                    row: place.row &- shape.paddingTop,
                    column: place.column &- shape.paddingLeft,
                    patch: patch,
                    target: target + (index &- tiles.lowerBound) &* 16,
                    step: plan.patchStride
                )
                Transform.withLengths(of: place, work)
            }
        }
    }

    /// Multiplies a chunk's tiles with `blocks` blocks of weights from `firstBlock` on; `firstInput` is the first channel of
    /// the transformed patches.
    @inline(__always)
    private func multiply(_ tiles: Range<Int>, _ firstBlock: Int, _ blocks: Int, firstInput: Int) {
        let positionFloats = Transform.tiling.inputsPerPosition(shape) &* 16
        let blockFloats = Transform.tiling.positions &* positionFloats
        let weights = unsafe Source(arguments.weights) + firstBlock &* blockFloats
        let all = PositionTiles(plan.tiles, tiles, needsLongDown: false, needsLongAcross: false)
        let high = PositionTiles(plan.tiles, tiles, needsLongDown: true, needsLongAcross: false)
        let wide = PositionTiles(plan.tiles, tiles, needsLongDown: false, needsLongAcross: true)
        let both = PositionTiles(plan.tiles, tiles, needsLongDown: true, needsLongAcross: true)
        var block = 0
        while block < blocks {
            let channels = shape.channelsRead(outputBlock: firstBlock &+ block)
            let isPair =
                TileExtents.vectors == 2 && block &+ 1 < blocks
                && channels == shape.channelsRead(outputBlock: firstBlock &+ block &+ 1)
            let vectors = isPair ? 2 : 1
            let lanes = Lanes(shape, firstBlock &+ block, firstChannel: channels.lowerBound &- firstInput)
            // A position's weights stay in the first-level cache while the chunk's tiles pass.
            for position in 0..<Transform.tiling.positions {
                let across = Transform.LongAcross.positions
                let needsLongDown = !Transform.ShortDown.hasPoint(position / across)
                let needsLongAcross = !Transform.ShortAcross.hasPoint(position % across)
                let tiles = needsLongDown ? (needsLongAcross ? both : high) : needsLongAcross ? wide : all
                var first = tiles.first
                for index in 0..<tiles.cut.count {
                    let rows = tiles.cut.length(index)
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
    private func transformProducts(_ tiles: Range<Int>, block: Int, index blockIndex: Int) {
        for index in tiles {
            let place = plan.tiles.place(index)
            let finish = OutputFinish(
                arguments,
                activation,
                image: place.image,
                block: block,
                row: place.row,
                column: place.column
            )
            let work = ProductTransform(
                source: products.source
                    + (blockIndex &* plan.chunkTiles &+ index &- tiles.lowerBound) &* 16,
                step: plan.productStride,
                rows: shape.outputHeight &- place.row,
                columns: shape.outputWidth &- place.column,
                finish: finish
            )
            Transform.withLengths(of: place, work)
        }
    }
}

/// The tiles of a chunk that have a position, and how they are cut into register tiles.
private struct PositionTiles: BitwiseCopyable {
    /// The first one, counted from the chunk's.
    let first: Int
    let cut: TileCut

    @inline(__always)
    init(_ all: WinogradTiles, _ chunk: Range<Int>, needsLongDown: Bool, needsLongAcross: Bool) {
        let tiles = all.having(longDown: needsLongDown, longAcross: needsLongAcross).clamped(to: chunk)
        first = tiles.lowerBound &- chunk.lowerBound
        cut = TileCut(length: tiles.count, longest: TileExtents.rows)
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
