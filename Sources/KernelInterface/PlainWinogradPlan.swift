/// Winograd along the rows of a filter of seven columns with stride 2: tiles of four neighbouring outputs.
///
/// With stride 2 the taps 0, 2, 4, 6 meet the even columns of the padded picture only, the taps 1, 3, 5 the odd ones. Each
/// phase is a filter with stride 1: F(4, 4) of seven products and F(4, 3) of six. They share their points, so the
/// products of all filter rows, phases and channels are summed point by point, and one transform makes outputs of the
/// sums: 13 products in place of 28.
///
/// The points are 0, 1/2, -1/2, 2, -2, infinity and, for the even phase alone, 1. Measured against a sum in double
/// precision, 3 channels of uniform noise through 7 x 7 filters to 64 channels: the largest error is 1.1e-6 of the largest
/// output and the relative L2 error 4.6e-7, both twice those of the direct sum and far below F(4 x 4, 3 x 3)'s
/// (3e-6 to 7e-6 and 1.6e-6 to 3e-6). The best of many points tried have 4.2e-7, those of ``WinogradTiling`` and 1 have
/// 7.1e-7.
///
/// Sources: as of ``WinogradTiling``.
public enum StrideTwoTiling {
    /// Outputs of a tile.
    public static let tile = 4
    /// Taps of a filter row.
    public static let taps = 7
    /// Points: sums of a tile, products of the even phase.
    public static let points = 7
    /// Points of the odd phase: the first ones.
    public static let oddPoints = 6
    /// Products of a tile for each filter row and pair of channels.
    public static let products = points + oddPoints

    /// The finite points of both phases.
    private static let shared = [0, 0.5, -0.5, 2, -2]
    /// The finite point of the even phase alone.
    private static let evenOnly = 1.0

    /// Rows of the even phase's transform G, seven of four: taps 0, 2, 4, 6 to points.
    public static let evenTransform =
        shared.map { row($0, among: shared + [evenOnly], taps: 4) }
        + [[0, 0, 0, 1], row(evenOnly, among: shared + [evenOnly], taps: 4)]

    /// Rows of the odd phase's transform G, six of three: taps 1, 3, 5 to points.
    public static let oddTransform = shared.map { row($0, among: shared, taps: 3) } + [[0, 0, 1]]

    /// A row of G: the point's powers over the product of its distances to the other finite points.
    private static func row(_ point: Double, among points: [Double], taps: Int) -> [Double] {
        let divisor = points.reduce(1) { $1 == point ? $0 : $0 * (point - $1) }
        var powers = [1 / divisor]
        for _ in 1..<taps { powers.append(powers[powers.count - 1] * point) }
        return powers
    }

    /// Whether the tiling can serve `shape`: a plain picture, one group, seven neighbouring columns, every second one
    /// an output.
    public static func accepts(_ shape: ConvolutionShape) -> Bool {
        shape.isInputPlain && shape.groups == 1 && shape.kernelWidth == taps && shape.strideWidth == 2
            && shape.dilationWidth == 1
    }

    /// Whether the tiling serves `shape`, which it ``accepts(_:)``, faster than the direct sum does.
    ///
    /// Narrower rows do not fill the vectors of tiles, and fewer outputs do not pay for the transforms.
    public static func isWorthwhile(_ shape: ConvolutionShape) -> Bool {
        shape.outputChannels >= 16 && shape.outputWidth >= 16
    }
}

/// How ``KernelID/convolutionPlainWinograd`` divides its work: images x bands of output rows.
///
/// A task transforms the input rows of its band once for all outputs that read them, into scratch memory.
public struct PlainWinogradPlan: Sendable, Hashable, BitwiseCopyable {
    /// Output blocks that are worked on together.
    public static let blocksPerPass = 2

    /// Tiles of an output row; the last may stand out of it.
    public var tileCount: Int
    /// Vectors of sixteen tiles.
    public var vectorCount: Int
    /// Output rows of a band; the last band may have fewer.
    public var bandRows: Int
    /// Bands of an image.
    public var bandCount: Int
    /// Transformed rows from an output row to the next.
    public var rowStep: Int
    /// Transformed rows of a band.
    public var inputRows: Int
    /// Floats of a transformed row, `[point][phase][C][tile]`; infinity is the last but one point, the last has one phase.
    public var rowFloats: Int

    /// Plans a convolution.
    public init(_ shape: ConvolutionShape) {
        tileCount = (shape.outputWidth + StrideTwoTiling.tile - 1) / StrideTwoTiling.tile
        vectorCount = (tileCount + 15) / 16
        let covered = (shape.kernelHeight - 1) * shape.dilationHeight + 1
        rowStep = shape.kernelHeight == 1 ? 1 : shape.strideHeight
        rowFloats = StrideTwoTiling.products * shape.inputChannels * vectorCount * 16
        let affordable = max((131_072 / rowFloats - covered) / rowStep + 1, 1)
        let rows = max(min(affordable, shape.outputHeight, 8), 1)
        bandCount = (shape.outputHeight + rows - 1) / rows
        bandRows = (shape.outputHeight + bandCount - 1) / bandCount
        bandCount = (shape.outputHeight + bandRows - 1) / bandRows
        inputRows = (bandRows - 1) * rowStep + covered
    }

    /// Tasks of a run.
    public func taskCount(images: Int) -> Int { images * bandCount }

    /// Floats of a row's tiles in a plane: whole vectors.
    public var planeFloats: Int { vectorCount * 16 }

    /// Floats of an input row with the zeros around it, and of what the last vector of tiles reads behind.
    public var lineFloats: Int { vectorCount * 128 + 16 }

    /// Floats of a line's columns of one remainder modulo 8.
    public var columnFloats: Int { vectorCount * 16 + 16 }

    /// Floats of a pass's products of one point, `[output block][tile][16]`; a line more than a round number,
    /// against cache aliasing.
    public var productStride: Int { Self.blocksPerPass * tileCount * 16 + 16 }

    /// Floats of scratch memory a thread.
    public var scratchFloats: Int {
        inputRows * rowFloats + StrideTwoTiling.points * productStride + lineFloats + 8 * columnFloats
    }
}
