/// How the Winograd kernels divide their work: chunks of tiles x groups of output blocks.
///
/// The tiles of all images follow each other, so a chunk may hold tiles of several. A task transforms its chunk's
/// patches once for all of its output blocks: of one group all channels, of several those that its output blocks read.
public struct WinogradPlan: Sendable, Hashable, BitwiseCopyable {
    /// Output blocks that are worked on together.
    public static let blocksPerPass = 2
    /// Tasks that are wanted at least, for the threads' sake.
    private static let wantedTasks = 8
    /// Pixels of a register tile, which a chunk should be a multiple of.
    private static let rows = 14

    /// The tiling.
    public let tiling: WinogradTiling
    /// The tiles of all images.
    public let tiles: WinogradTiles
    /// Input blocks of a task, at most.
    public let inputBlocks: Int
    /// Tiles of a chunk; the last may have fewer.
    public private(set) var chunkTiles: Int
    /// Chunks of the run.
    public private(set) var chunkCount: Int
    /// Output blocks of a task; the last group may have fewer.
    public private(set) var groupBlocks: Int
    /// Groups of a chunk.
    public private(set) var groupCount: Int
    /// Whether the convolution has groups of channels.
    private let hasGroups: Bool

    /// Plans a convolution of `images` images.
    public init(_ shape: ConvolutionShape, _ tiling: WinogradTiling, images: Int) {
        self.tiling = tiling
        tiles = WinogradTiles(shape, tiling, images: images)
        let section = Self.sectionBlocks(shape)
        inputBlocks = Self.inputBlocks(shape)
        let total = max(tiles.count, 1)
        let longest = Self.longestChunk(shape, tiling)
        let sections = shape.groups == 1 ? 1 : (shape.outputBlocks + section - 1) / section
        func chunks(_ tiles: Int) -> Int { (total + tiles - 1) / tiles }
        chunkTiles = longest
        if chunks(longest) * sections < Self.wantedTasks { chunkTiles = min(longest, Self.rows) }
        if shape.groups > 1 || chunks(chunkTiles) < Self.wantedTasks {
            let count = chunks(chunkTiles)
            chunkTiles = (total + count - 1) / count
        }
        chunkCount = chunks(chunkTiles)
        groupBlocks = section
        if shape.groups == 1 {
            let passes = (shape.outputBlocks + Self.blocksPerPass - 1) / Self.blocksPerPass
            let groups = min(passes, max((Self.wantedTasks + chunkCount - 1) / chunkCount, 1))
            groupBlocks = (passes + groups - 1) / groups * Self.blocksPerPass
        }
        groupCount = (shape.outputBlocks + groupBlocks - 1) / groupBlocks
        hasGroups = shape.groups > 1
    }

    /// Output blocks of a task of a convolution with groups: those that begin and end with a group, so that no input is
    /// transformed twice, unless they are many.
    private static func sectionBlocks(_ shape: ConvolutionShape) -> Int {
        let period = shape.outputBlockPeriod
        return period == 1 ? blocksPerPass : min(period, 8)
    }

    /// Input blocks of a task, at most.
    private static func inputBlocks(_ shape: ConvolutionShape) -> Int {
        guard shape.groups > 1 else { return shape.inputBlocks }
        let section = sectionBlocks(shape)
        var most = 1
        for block in stride(from: 0, to: shape.outputBlocks, by: section) {
            let end = min(block + section, shape.outputBlocks)
            most = max(most, shape.inputBlocksRead(outputBlocks: block..<end).count)
        }
        return most
    }

    /// Tiles of the longest chunk: such that the transformed patches stay in the second-level cache.
    private static func longestChunk(_ shape: ConvolutionShape, _ tiling: WinogradTiling) -> Int {
        let floatsPerTile = tiling.positions * inputBlocks(shape) * BlockedLayout.lanes
        let budget = 294_912
        return max(min(budget / floatsPerTile / Self.rows, 4), 1) * Self.rows
    }

    /// The chunk and the group of output blocks of a task.
    ///
    /// Transformed patches are kept while the weights pass; with groups, where no task reads another's patches, the weights
    /// are kept while the chunks pass.
    public func place(ofTask task: Int) -> (chunk: Int, group: Int) {
        hasGroups ? (task % chunkCount, task / chunkCount) : (task / groupCount, task % groupCount)
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
        let patches = inputBlocks(shape) * tiles * 16 + 16
        let products = blocksPerPass * tiles * 16 + 16
        return tiling.positions * (patches + products + 16)
    }
}
