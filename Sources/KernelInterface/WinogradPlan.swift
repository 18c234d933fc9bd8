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

    /// Floats of scratch memory a thread at any number of images.
    public static func scratchFloats(_ shape: ConvolutionShape, _ tiling: WinogradTiling) -> Int {
        let tiles = longestChunk(shape, tiling)
        let patches = shape.inputBlocks * tiles * 16 + 16
        let products = blocksPerPass * tiles * 16 + 16
        return tiling.positions * (patches + products + 16)
    }
}
