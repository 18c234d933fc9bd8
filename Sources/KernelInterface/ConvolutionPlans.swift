/// How ``KernelID/convolutionDense``, ``KernelID/convolutionDenseBFloat16`` and ``KernelID/convolutionThreeTaps`` divide
/// their work: images x bands of output rows x pairs of output blocks.
///
/// A task first copies the input rows of its band, with their zeros around, into scratch memory, the columns
/// sorted by their remainder modulo the stride, so that neighbouring outputs read neighbouring pixels.
public struct DensePlan: Sendable, Hashable, BitwiseCopyable {
    /// Output blocks of a task.
    public static let blocksPerTask = 2

    /// Output rows of a band; the last band may have fewer.
    public var bandRows: Int
    /// Bands of an image.
    public var bandCount: Int
    /// Tasks of a band.
    public var groupCount: Int
    /// Rows of the copy from an output row to the next.
    public var rowStep: Int
    /// Rows of the copy.
    public var copyRows: Int
    /// Kinds of columns of the copy: those that some tap reads.
    public var phases: Int
    /// Columns of one phase in the copy.
    public var phaseColumns: Int
    /// Input blocks that one output block reads.
    public var inputBlocks: Int
    /// Input blocks that a task copies.
    public var copyBlocks: Int
    /// Floats of the copy of one input block; not a multiple of 4 KiB, against aliasing.
    public var copyBlockStride: Int

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape) {
        let covered = (shape.kernelHeight - 1) * shape.dilationHeight + 1
        rowStep = shape.kernelHeight == 1 ? 1 : shape.strideHeight
        phases = shape.dilationWidth == 1 ? min(shape.strideWidth, shape.kernelWidth) : shape.strideWidth
        phaseColumns =
            shape.outputWidth + (shape.kernelWidth - 1) * shape.dilationWidth / shape.strideWidth
        inputBlocks = shape.inputBlocksPerOutputBlock
        copyBlocks = inputBlocks
        if shape.groups > 1 {
            for block in stride(from: 0, to: shape.outputBlocks, by: Self.blocksPerTask) {
                let last = min(block + Self.blocksPerTask, shape.outputBlocks) - 1
                let blocks =
                    shape.inputBlockStart(outputBlock: last, count: inputBlocks)
                    - shape.inputBlockStart(outputBlock: block, count: inputBlocks) + inputBlocks
                copyBlocks = max(copyBlocks, blocks)
            }
        }
        groupCount = (shape.outputBlocks + Self.blocksPerTask - 1) / Self.blocksPerTask
        let rowFloats = phases * phaseColumns * 16 * copyBlocks
        let budget = 131_072
        let affordable = max((budget / rowFloats - covered) / rowStep + 1, 1)
        let wanted = shape.outputHeight <= 16 ? shape.outputHeight : 8
        let rows = max(min(affordable, wanted), 1)
        bandCount = (shape.outputHeight + rows - 1) / rows
        bandRows = (shape.outputHeight + bandCount - 1) / bandCount
        bandCount = (shape.outputHeight + bandRows - 1) / bandRows
        copyRows = (bandRows - 1) * rowStep + covered
        copyBlockStride = copyRows * phases * phaseColumns * 16
        if copyBlockStride % 1024 == 0 { copyBlockStride += 64 }
    }

    /// Whether ``KernelID/convolutionThreeTaps`` serves `shape`: at most two groups share an output block, and
    /// the filter has three neighbouring columns.
    public static func acceptsThreeTaps(_ shape: ConvolutionShape) -> Bool {
        shape.groups > 1 && !shape.isInputPlain && shape.outputChannelsPerGroup >= 16
            && shape.kernelWidth == 3 && shape.dilationWidth == 1 && shape.strideWidth <= 2
    }

    /// Whether ``KernelID/convolutionThreeTaps``, which serves `shape`, does so faster than
    /// ``KernelID/convolutionDense``.
    ///
    /// On narrow maps the dense kernel's tiles of two output blocks are better, if pairs of blocks read the same group.
    public static func isWorthwhileInThreeTaps(_ shape: ConvolutionShape) -> Bool {
        shape.outputWidth > 8 || shape.outputChannelsPerGroup % 32 != 0
    }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * bandCount * groupCount }

    /// Floats of scratch memory a thread.
    public var scratchFloats: Int { copyBlocks * copyBlockStride }
}

/// How ``KernelID/convolutionPointwise`` and ``KernelID/convolutionPointwiseBFloat16`` divide their work: images x chunks
/// of pixels x groups of output blocks.
public struct PointwisePlan: Sendable, Hashable, BitwiseCopyable {
    /// Pixels of a chunk; the last chunk of an image may have fewer.
    ///
    /// Whole rows where the maps' rows do not follow each other densely.
    public var chunkPixels: Int
    /// Chunks of an image.
    public var chunkCount: Int
    /// Output blocks of a task; the last group may have fewer.
    public var groupBlocks: Int
    /// Groups of an image.
    public var groupCount: Int

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape) {
        let pixels = shape.outputHeight * shape.outputWidth
        let chunks = (pixels + 55) / 56
        let even = (pixels + chunks - 1) / chunks
        chunkPixels = (even + 13) / 14 * 14 <= 56 && chunks > 1 ? 56 : even
        chunkCount = (pixels + chunkPixels - 1) / chunkPixels
        let perBlock = chunkPixels * shape.inputBlocks * 256
        let wanted = max(TaskSize.multiplyAccumulates / perBlock / 2 * 2, 2)
        let groups = (shape.outputBlocks + wanted - 1) / wanted
        let evenBlocks = (shape.outputBlocks + groups - 1) / groups
        groupBlocks = (evenBlocks + 1) / 2 * 2
        groupCount = (shape.outputBlocks + groupBlocks - 1) / groupBlocks
    }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * chunkCount * groupCount }
}

/// How ``KernelID/convolutionPlain`` divides its work: images x bands of output rows.
///
/// A task copies the input rows of its band, with their zeros around, into scratch memory as `[row][column][C]`.
public struct PlainInputPlan: Sendable, Hashable, BitwiseCopyable {
    /// Output rows of a band; the last band may have fewer.
    public var bandRows: Int
    /// Bands of an image.
    public var bandCount: Int
    /// Rows of the copy from an output row to the next.
    public var rowStep: Int
    /// Rows of the copy.
    public var copyRows: Int
    /// Columns of the copy.
    public var copyColumns: Int
    /// Floats of scratch memory a thread.
    public var scratchFloats: Int

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape) {
        let covered = (shape.kernelHeight - 1) * shape.dilationHeight + 1
        rowStep = shape.kernelHeight == 1 ? 1 : shape.strideHeight
        copyColumns =
            (shape.outputWidth - 1) * shape.strideWidth + (shape.kernelWidth - 1) * shape.dilationWidth + 1
        let rowFloats = copyColumns * shape.inputChannels
        let affordable = max((65_536 / rowFloats - covered) / rowStep + 1, 1)
        let rows = max(min(affordable, shape.outputHeight, 4), 1)
        bandCount = (shape.outputHeight + rows - 1) / rows
        bandRows = (shape.outputHeight + bandCount - 1) / bandCount
        bandCount = (shape.outputHeight + bandRows - 1) / bandRows
        copyRows = (bandRows - 1) * rowStep + covered
        scratchFloats = copyRows * rowFloats
    }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * bandCount }
}

/// How ``KernelID/convolutionDepthwise`` divides its work: images x channel blocks x bands of output rows.
///
/// With the usual filters a task reads the input where it is. With others, a task on a narrow map copies the input
/// rows of its band with their zeros around into scratch memory; on a wide map the tiles at the edges copy their patch.
public struct DepthwisePlan: Sendable, Hashable, BitwiseCopyable {
    /// Output pixels of the longest tile of any instruction set that does not read in place.
    public static let longestTile = 8

    /// Output rows of a band; the last band may have fewer.
    public var bandRows: Int
    /// Bands of an image.
    public var bandCount: Int
    /// Channel blocks.
    public var blockCount: Int
    /// Whether nothing is copied: neighbouring taps, 1, 3, 5 or 7 of them with stride 1 or 3 or 5 with stride 2, and on
    /// both sides fewer columns of zeros than taps.
    public var readsInPlace: Bool
    /// Whether whole bands are copied.
    public var copiesBand: Bool
    /// Columns of the copy: of a band or of a patch.
    public var copyColumns: Int
    /// Rows of the copy.
    public var copyRows: Int

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape) {
        let covered = (shape.kernelHeight - 1) * shape.dilationHeight + 1
        let coveredColumns = (shape.kernelWidth - 1) * shape.dilationWidth + 1
        blockCount = shape.outputBlocks
        let right =
            (shape.outputWidth - 1) * shape.strideWidth + coveredColumns - shape.paddingLeft
            - shape.inputWidth
        let taps = shape.kernelWidth
        let isUsual =
            shape.strideWidth == 1 && (taps == 1 || taps == 3 || taps == 5 || taps == 7)
            || shape.strideWidth == 2 && (taps == 3 || taps == 5)
        readsInPlace =
            isUsual && shape.dilationWidth == 1 && shape.dilationHeight == 1 && shape.paddingLeft < taps
            && right < taps
        copiesBand = !readsInPlace && shape.outputWidth <= 2 * Self.longestTile
        let pixels = copiesBand ? shape.outputWidth : Self.longestTile
        copyColumns = (pixels - 1) * shape.strideWidth + coveredColumns
        let rows = min(shape.outputHeight, 16)
        bandCount = (shape.outputHeight + rows - 1) / rows
        bandRows = (shape.outputHeight + bandCount - 1) / bandCount
        bandCount = (shape.outputHeight + bandRows - 1) / bandRows
        copyRows = copiesBand ? (bandRows - 1) * shape.strideHeight + covered : covered
    }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * blockCount * bandCount }

    /// Floats of scratch memory a thread.
    public var scratchFloats: Int { readsInPlace ? 0 : copyRows * copyColumns * 16 }
}
