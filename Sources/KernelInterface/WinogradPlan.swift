/// A Winograd convolution F(m x m, 3 x 3): each tile of m x m outputs is made of a patch of (m + 2) x (m + 2) inputs.
///
/// The transform's points are 0, 1, -1 and infinity for m = 2; 0, sqrt(1/2), -sqrt(1/2), sqrt(2), -sqrt(2) and infinity
/// for m = 4: with these F(4 x 4) has half of the rounding error that the customary 0, 1, -1, 2, -2 have.
///
/// Sources: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (https://arxiv.org/abs/1509.09308);
/// Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution (https://arxiv.org/abs/1803.10986).
public struct WinogradTiling: Sendable, Hashable, BitwiseCopyable {
    /// Outputs of a tile along an axis: m.
    public let tile: Int

    /// F(2 x 2, 3 x 3).
    public static let two = WinogradTiling(tile: 2)
    /// F(4 x 4, 3 x 3).
    public static let four = WinogradTiling(tile: 4)

    private init(tile: Int) { self.tile = tile }

    /// Inputs of a patch along an axis.
    public var edge: Int { tile + 2 }
    /// Products of a tile for each pair of channels: elements of a transformed patch.
    public var positions: Int { edge * edge }

    /// Rows of the filter's transform G, `edge` rows of three: filter taps to positions.
    public var filterTransform: [[Double]] {
        if tile == 2 { return [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]] }
        func row(_ point: Double, _ divisor: Double) -> [Double] {
            [1 / divisor, point / divisor, point * point / divisor]
        }
        let (near, far) = (0.5.squareRoot(), 2.0.squareRoot())
        return [[1, 0, 0], row(near, -1.5), row(-near, -1.5), row(far, 6), row(-far, 6), [0, 0, 1]]
    }

    /// Whether the tiling can serve `shape`: 3x3, stride 1, no dilation, one group, blocked maps.
    public func accepts(_ shape: ConvolutionShape) -> Bool {
        shape.kernelHeight == 3 && shape.kernelWidth == 3 && shape.strideHeight == 1
            && shape.strideWidth == 1 && shape.dilationHeight == 1 && shape.dilationWidth == 1
            && shape.groups == 1 && !shape.isInputPlain
    }

    /// Whether the tiling serves `shape` faster than a smaller tiling, or the direct sum, does.
    ///
    /// Fewer than sixteen channels leave the transforms no products to save. Small maps of many channels have more
    /// transformed weights to read than products to do, at F(4 x 4) four times the filters' bytes.
    public func isWorthwhile(_ shape: ConvolutionShape) -> Bool {
        guard shape.inputChannels >= 16, shape.outputChannels >= 16 else { return false }
        let pixels = shape.outputHeight * shape.outputWidth
        return tile == 2 || pixels >= 144 || shape.inputChannels * shape.outputChannels <= 8192
    }
}

/// How the Winograd kernels divide their work: chunks of tiles x groups of output blocks.
///
/// The tiles of all images follow each other, so a chunk may hold tiles of several. A task transforms its chunk's
/// patches once for all of its output blocks.
public struct WinogradPlan: Sendable, Hashable, BitwiseCopyable {
    /// Output blocks that are worked on together.
    public static let blocksPerPass = 2
    /// Tasks that are wanted at least, for the threads' sake.
    private static let wantedTasks = 8
    /// Pixels of a register tile, which a chunk should be a multiple of.
    private static let rows = 14

    /// The tiling.
    public let tiling: WinogradTiling
    /// Tiles along a row of an image.
    public let tilesAcross: Int
    /// Tiles of an image.
    public let tilesPerImage: Int
    /// Input blocks.
    public let inputBlocks: Int
    /// Tiles of a chunk; the last may have fewer.
    public private(set) var chunkTiles: Int
    /// Chunks of the run.
    public private(set) var chunkCount: Int
    /// Output blocks of a task; the last group may have fewer.
    public private(set) var groupBlocks: Int
    /// Groups of a chunk.
    public private(set) var groupCount: Int

    /// Plans a convolution of `images` images.
    public init(_ shape: ConvolutionShape, _ tiling: WinogradTiling, images: Int) {
        self.tiling = tiling
        tilesAcross = (shape.outputWidth + tiling.tile - 1) / tiling.tile
        tilesPerImage = (shape.outputHeight + tiling.tile - 1) / tiling.tile * tilesAcross
        inputBlocks = shape.inputBlocks
        let total = max(images * tilesPerImage, 1)
        let longest = Self.longestChunk(shape, tiling)
        chunkTiles = longest
        if (total + longest - 1) / longest < Self.wantedTasks { chunkTiles = min(longest, Self.rows) }
        let chunks = (total + chunkTiles - 1) / chunkTiles
        if chunks < Self.wantedTasks { chunkTiles = (total + chunks - 1) / chunks }
        chunkCount = (total + chunkTiles - 1) / chunkTiles
        let passes = (shape.outputBlocks + Self.blocksPerPass - 1) / Self.blocksPerPass
        let groups = min(passes, max((Self.wantedTasks + chunkCount - 1) / chunkCount, 1))
        groupBlocks = (passes + groups - 1) / groups * Self.blocksPerPass
        groupCount = (shape.outputBlocks + groupBlocks - 1) / groupBlocks
    }

    /// Tiles of the longest chunk: such that the transformed patches stay in the second-level cache.
    private static func longestChunk(_ shape: ConvolutionShape, _ tiling: WinogradTiling) -> Int {
        let floatsPerTile = tiling.positions * shape.inputBlocks * BlockedLayout.lanes
        let budget = 294_912
        return max(min(budget / floatsPerTile / Self.rows, 4), 1) * Self.rows
    }

    /// Tasks of a run.
    public var taskCount: Int { chunkCount * groupCount }

    /// Floats of a chunk's transformed patches of one position, `[input block][tile][16]`; a line more than a
    /// round number, against cache aliasing.
    public var patchStride: Int { inputBlocks * chunkTiles * 16 + 16 }

    /// Floats of a chunk's products of one position, `[output block of the pass][tile][16]`, likewise.
    public var productStride: Int { Self.blocksPerPass * chunkTiles * 16 + 16 }

    /// Floats of a patch, a transform on its way, or a tile.
    public var patchFloats: Int { tiling.positions * 16 }

    /// Floats of scratch memory a thread at any number of images.
    public static func scratchFloats(_ shape: ConvolutionShape, _ tiling: WinogradTiling) -> Int {
        let tiles = longestChunk(shape, tiling)
        let patches = shape.inputBlocks * tiles * 16 + 16
        let products = blocksPerPass * tiles * 16 + 16
        return tiling.positions * (patches + products + 2 * 16)
    }
}
