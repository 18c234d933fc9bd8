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
