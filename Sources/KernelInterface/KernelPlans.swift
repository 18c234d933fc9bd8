/// How ``KernelID/linear`` and ``KernelID/linearBFloat16`` divide their work: chunks of rows x groups of output blocks.
///
/// A task of more than three rows, in bfloat16 of any number, copies its rows into scratch memory, in blocks of 16
/// inputs.
public struct LinearPlan: Sendable, Hashable, BitwiseCopyable {
    /// Rows of the longest chunk.
    public static let longestChunk = 56
    /// Rows of a picture from which on ``KernelID/linearBFloat16`` serves in bfloat16.
    ///
    /// Fewer rows are classifiers and gates: little work, and their rounding would go straight into the logits.
    public static let fewestRoundedRows = 4

    /// Rows of a chunk; the last may have fewer.
    public var chunkRows: Int
    /// Chunks.
    public var chunkCount: Int
    /// Output blocks of a task; the last group may have fewer.
    public var groupBlocks: Int
    /// Groups.
    public var groupCount: Int

    /// Plans a product.
    public init(rows: Int, inputs: Int, outputs: Int) {
        chunkRows = max(min(rows, Self.longestChunk), 1)
        chunkCount = (rows + chunkRows - 1) / chunkRows
        let blocks = BlockedLayout.blocks(outputs)
        // Few rows wait for the weights: that takes as long as some more rows would.
        let perBlock = max(chunkRows, 6) * max(inputs, 1) * 16
        let together = chunkRows < 4 ? 4 : 2
        let wanted = max(TaskSize.multiplyAccumulates / perBlock / together * together, together)
        groupBlocks = min(wanted, max((blocks + together - 1) / together, 1) * together)
        groupCount = (blocks + groupBlocks - 1) / groupBlocks
    }
}

/// How the elementwise kernels divide their work: images x blocks x pieces of a block.
public struct ElementwisePlan: Sendable, Hashable, BitwiseCopyable {
    /// Floats of a piece of a long row, a multiple of 16.
    static let pieceLength = 16_384

    /// Rows of a piece; the last may have fewer.
    public var pieceRows: Int
    /// Floats of a row in a piece; the last piece of a row may have fewer.
    public var pieceLength: Int
    /// Pieces along a row: more than 1 only where ``pieceRows`` is 1.
    public var piecesPerRow: Int
    /// Pieces of a block.
    public var piecesPerBlock: Int

    /// Plans a pass.
    public init(_ extents: ElementwiseExtents) {
        let length = max(extents.rowLength, 1)
        pieceLength = min(length, Self.pieceLength)
        piecesPerRow = (length + pieceLength - 1) / pieceLength
        pieceRows = piecesPerRow > 1 ? 1 : max(Self.pieceLength / length, 1)
        piecesPerBlock =
            piecesPerRow > 1 ? extents.rows * piecesPerRow : (extents.rows + pieceRows - 1) / pieceRows
    }

    /// Tasks of a run.
    public func taskCount(_ extents: ElementwiseExtents) -> Int {
        extents.images * extents.blocks * piecesPerBlock
    }
}

/// Units of work that the kernels put into one task.
///
/// A thread takes neighbouring tasks at a time, so small ones cost little, and large ones leave threads idle at the end of a
/// step.
public enum TaskSize {
    /// Multiply-accumulates of a task of matrix work, if it can be cut so: some microseconds.
    static let multiplyAccumulates = 393_216

    /// Rows of ``KernelID/axisNormalization`` and ``KernelID/softmax``, and the like: such that a task touches
    /// some 16,384 floats.
    public static func units(ofFloats floats: Int) -> Int { max(16_384 / max(floats, 1), 1) }

    /// Tasks for `count` units of `floats` floats each.
    public static func tasks(count: Int, ofFloats floats: Int) -> Int {
        let units = units(ofFloats: floats)
        return (count + units - 1) / units
    }

    /// Columns of a matrix product's task.
    public static let productColumns = 32
}

extension AxisArguments {
    /// Positions beside the axis that are worked on together: inner positions of one outer index.
    public var innerPiece: Int { min(max(innerCount, 1), 16) }

    /// Units of work: outer indices x pieces of inner positions.
    public var unitCount: Int { outerCount * ((innerCount + innerPiece - 1) / innerPiece) }
}

extension AxisValues {
    /// The product of all eight.
    public var product: Int {
        var product = 1
        for axis in 0..<8 { product *= self[axis] }
        return product
    }
}
