/// How ``KernelID/attention`` and ``KernelID/attentionBFloat16`` divide their work: outer indices x inner indices x
/// groups of chunks of query rows.
///
/// A task packs key and value of its outer and inner index once; the scores of a chunk stand in scratch memory.
public struct AttentionPlan: Sendable, Hashable, BitwiseCopyable {
    /// Tasks that are wanted at least, for the threads' sake.
    private static let wantedTasks = 32
    /// Query rows of a register tile, which a chunk should be a multiple of.
    private static let tileRows = 14
    /// Floats of scores that stay in the first-level cache.
    private static let scoreBudget = 8192

    /// Query rows of a chunk; the last may have fewer.
    public let chunkRows: Int
    /// Chunks of an inner index.
    public let chunkCount: Int
    /// Chunks of a task; the last group may have fewer.
    public let groupChunks: Int
    /// Groups of an inner index.
    public let groupCount: Int
    /// Blocks of 16 keys.
    public let keyBlocks: Int
    /// Floats from a row of scores to the next; a line more than the keys, against cache aliasing.
    public let scoreStride: Int
    /// Floats from a row of the copied query to the next.
    public let queryStride: Int
    /// Floats from a row of the output in scratch memory to the next.
    public let outputStride: Int
    /// Pairs of a block of the packed key in bfloat16: whole blocks of sixteen.
    public let keyPairs: Int
    /// Pairs of a block of the packed value in bfloat16.
    public let valuePairs: Int
    private let keyFloats: Int
    private let valueFloats: Int
    /// Outer and inner indices together.
    private let indexCount: Int

    /// Plans a run.
    public init(_ arguments: AttentionArguments) {
        keyBlocks = BlockedLayout.blocks(arguments.keys)
        scoreStride = keyBlocks * 16 + 16
        queryStride = BlockedLayout.padded(arguments.depth)
        outputStride = BlockedLayout.padded(arguments.width)
        keyPairs = BlockedLayout.padded((arguments.depth + 1) / 2)
        valuePairs = BlockedLayout.padded((arguments.keys + 1) / 2)
        // Room for either precision: of few depths or keys the pairs take more.
        keyFloats = keyBlocks * 16 * max(arguments.depth, keyPairs)
        valueFloats = max(arguments.keys, valuePairs) * BlockedLayout.padded(arguments.width)
        let tiles = max(min(Self.scoreBudget / (scoreStride * Self.tileRows), 4), 1)
        // Chunks of nearly equal length: a last chunk of a row or two would waste a tile.
        let longest = tiles * Self.tileRows
        let chunks = max((arguments.queries + longest - 1) / longest, 1)
        chunkRows = max((arguments.queries + chunks - 1) / chunks, 1)
        chunkCount = (arguments.queries + chunkRows - 1) / chunkRows
        indexCount = arguments.outerCount * arguments.innerCount
        let wanted = (Self.wantedTasks + max(indexCount, 1) - 1) / max(indexCount, 1)
        let groups = max(min(wanted, chunkCount), 1)
        groupChunks = (chunkCount + groups - 1) / groups
        groupCount = (chunkCount + max(groupChunks, 1) - 1) / max(groupChunks, 1)
    }

    /// Tasks of a run.
    public var taskCount: Int { indexCount * groupCount }

    /// Where the packed value begins in the scratch memory; the packed key begins at 0.
    public var valuePlace: Int { keyFloats }
    /// Where the scores begin, `[chunk row][scoreStride]`.
    public var scorePlace: Int { valuePlace + valueFloats }
    /// Where the copied query begins, `[chunk row][queryStride]`.
    public var queryPlace: Int { scorePlace + chunkRows * scoreStride }
    /// Where the rows of an output begin whose features are not neighbours, `[chunk row][outputStride]`.
    public var outputPlace: Int { queryPlace + chunkRows * queryStride }
    /// Where the reciprocals of the rows' sums begin.
    public var factorPlace: Int { outputPlace + chunkRows * outputStride }
    /// Where 272 floats for a block at the edge and a vector begin.
    public var edgePlace: Int { factorPlace + BlockedLayout.padded(chunkRows) }

    /// Floats of scratch memory a thread.
    public var scratchFloats: Int { edgePlace + 272 }
}
