/// Winograd along one axis, stride 1: four neighbouring outputs of a line by F(4, k), k = 3, 5 or 7 taps.
///
/// The line is a row of the map where the filter is wider than high or square, a column where it is higher; what the filter
/// covers across the line is summed before the transform to outputs. A 1 x 7 filter takes ten products in place of 28, a
/// 5 x 5 one forty in place of a hundred.
///
/// The points are 0, infinity and k + 1 more in pairs, p and -p, so that even and odd inputs are summed once for both: those
/// with the least error of all sets of fourteen eighths and quarters from 1/4 to 4 that were tried; sqrt(1/2) and sqrt(2)
/// for three taps, as in ``WinogradTiling/four``.
///
/// The error comes from the sums over channels, whose terms are larger than what is left of them after the transform to
/// outputs: so each is made of sums of ``channelsPerSum`` channels. Root mean square error against double precision,
/// relative to the outputs', 192 channels of normal numbers cut at zero: F(4, 7) 1.2e-6 (2.2e-6 in one sum), F(4, 5) 5e-7;
/// F(4 x 4, 3 x 3) 1.1e-6.
///
/// Sources: as of ``WinogradTiling``.
public struct LineTiling: Sendable, Hashable, BitwiseCopyable {
    /// Outputs of a tile.
    public static let tile = 4
    /// Channels that are summed before they are added to the others.
    public static let channelsPerSum = 64

    /// Taps along the line: 3, 5 or 7.
    public let taps: Int
    /// Whether the line is a row of the map; otherwise it is a column.
    public let isRow: Bool

    /// The tiling of a filter, or nil where there is none.
    public init?(kernelHeight: Int, kernelWidth: Int) {
        isRow = kernelWidth >= kernelHeight
        taps = isRow ? kernelWidth : kernelHeight
        guard taps == 3 || taps == 5 || taps == 7 else { return nil }
    }

    /// The tiling that serves `shape`, or nil: stride 1, no dilation, one group, blocked maps.
    ///
    /// 3x3 filters have ``WinogradTiling``.
    public init?(_ shape: ConvolutionShape) {
        let isPlainStep =
            shape.strideHeight == 1 && shape.strideWidth == 1 && shape.dilationHeight == 1
            && shape.dilationWidth == 1 && shape.groups == 1 && !shape.isInputPlain
        guard isPlainStep, shape.kernelHeight != 3 || shape.kernelWidth != 3 else { return nil }
        self.init(kernelHeight: shape.kernelHeight, kernelWidth: shape.kernelWidth)
    }

    /// Pairs of points p, -p.
    public var pairs: Int { (taps + 1) / 2 }
    /// Points: inputs of a tile, and its products for each tap across the line and pair of channels.
    public var points: Int { taps + 3 }

    /// The positive point of pair `index`.
    public func point(_ index: Int) -> Double {
        switch (taps, index) {
        case (3, 0): 0.5.squareRoot()
        case (3, _): 2.0.squareRoot()
        case (5, 0): 0.5
        case (5, 1): 1
        case (5, _): 2
        case (_, 0): 0.375
        case (_, 1): 0.75
        case (_, 2): 1.25
        default: 2.5
        }
    }

    /// Rows of the filter's transform G, ``points`` rows of ``taps``: at 0, p and -p of each pair, infinity.
    public var filterTransform: [[Double]] {
        let finite: [Double] = (0..<pairs).reduce(into: [0]) { $0 += [point($1), -point($1)] }
        let rows = finite.map { (point: Double) -> [Double] in
            let divisor = finite.reduce(1) { $1 == point ? $0 : $0 * (point - $1) }
            var powers = [1 / divisor]
            for _ in 1..<taps { powers.append(powers[powers.count - 1] * point) }
            return powers
        }
        return rows + [[Double](repeating: 0, count: taps - 1) + [1]]
    }

    /// Whether the tiling serves `shape`, which it accepts, faster than the direct sum does.
    ///
    /// Fewer than sixteen channels leave the transforms no products to save, and a last tile that stands out of a short line
    /// wastes them.
    public func isWorthwhile(_ shape: ConvolutionShape) -> Bool {
        guard shape.inputChannels >= 16, shape.outputChannels >= 16 else { return false }
        let length = isRow ? shape.outputWidth : shape.outputHeight
        let products = (length + Self.tile - 1) / Self.tile * points
        return 4 * products <= 3 * length * taps
    }
}
