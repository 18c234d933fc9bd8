/// A Winograd convolution of 3x3 filters: fewer products of transformed inputs and filters, transformed to outputs.
///
/// With stride 1, F(m x m, 3 x 3), each tile of m x m outputs is made of a patch of (m + 2) x (m + 2) inputs. The
/// transform's points are 0, 1, -1 and infinity for m = 2; 0, sqrt(1/2), -sqrt(1/2), sqrt(2), -sqrt(2) and infinity
/// for m = 4: with these F(4 x 4) has half of the rounding error that the customary 0, 1, -1, 2, -2 have.
///
/// With stride 2 the inputs are taken apart: along an axis, output i is `w0 e[i] + w2 e[i + 1] + w1 o[i]` of the even
/// inputs e and the odd ones o, counted from the first input of the first filter. The even part is F(4, 2) or F(3, 2),
/// five products for four outputs or four for three, and the odd part one product an output. In two dimensions that
/// makes 81 products for 4 x 4 outputs, or 49 for 3 x 3, and not 144 or 81. The points are 0, 3/4, -3/4 and infinity and,
/// for four outputs, 3/2: with 0, 1, -1 and 1/2 the largest error is twice as large.
///
/// Root mean square error against double precision, relative to the outputs', at 64, 128 and 256 channels of uniform
/// numbers: stride 2 5.6e-7, 5.8e-7 and 8.4e-7; its direct sum 4.3e-7, 5.9e-7 and 8.4e-7; F(4 x 4, 3 x 3) 7.8e-7,
/// 1.0e-6 and 1.5e-6. The largest error, relative to the largest output: stride 2 8.3e-7, 1.0e-6 and 1.6e-6; its direct
/// sum 8.6e-7, 1.3e-6 and 2.1e-6.
///
/// Sources: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (https://arxiv.org/abs/1509.09308);
/// Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution (https://arxiv.org/abs/1803.10986).
public struct WinogradTiling: Sendable, Hashable, BitwiseCopyable {
    /// Outputs of a tile along an axis, at most: m.
    public let tile: Int
    /// Inputs from an output to the next along an axis.
    public let stride: Int

    /// F(2 x 2, 3 x 3).
    public static let two = WinogradTiling(tile: 2, stride: 1)
    /// F(4 x 4, 3 x 3).
    public static let four = WinogradTiling(tile: 4, stride: 1)
    /// Stride 2, tiles of four or three outputs along each axis (``StridedTiles``).
    public static let strided = WinogradTiling(tile: 4, stride: 2)

    private init(tile: Int, stride: Int) { (self.tile, self.stride) = (tile, stride) }

    /// Positions of a transformed filter along an axis; with stride 1 also inputs of a patch.
    public var edge: Int { tile + 2 }
    /// Positions of a transformed filter: with stride 1 also the products of a tile for each pair of channels.
    public var positions: Int { edge * edge }

    /// Inputs that a position of a block's transformed filters holds: those of a group, or all, rounded up to blocks.
    public func inputsPerPosition(_ shape: ConvolutionShape) -> Int {
        shape.groups > 1 ? shape.inputChannelsPerGroup : shape.inputBlocks * BlockedLayout.lanes
    }

    /// Rows of the filter's transform G, `edge` rows of three: filter taps to positions.
    ///
    /// With stride 2 the positions are the points 0, 3/4, -3/4, infinity and 3/2, and the odd tap.
    public var filterTransform: [[Double]] {
        if stride == 2 {
            func row(_ point: Double, _ divisor: Double) -> [Double] { [1 / divisor, 0, point / divisor] }
            let (near, far) = (0.75, 1.5)
            let (nearDivisor, farDivisor) = (2 * near * near, far * (far * far - near * near))
            return [
                [1, 0, 0], row(near, nearDivisor), row(-near, nearDivisor), [0, 0, 1], row(far, farDivisor),
                [0, 1, 0],
            ]
        }
        if tile == 2 { return [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]] }
        func row(_ point: Double, _ divisor: Double) -> [Double] {
            [1 / divisor, point / divisor, point * point / divisor]
        }
        let (near, far) = (0.5.squareRoot(), 2.0.squareRoot())
        return [[1, 0, 0], row(near, -1.5), row(-near, -1.5), row(far, 6), row(-far, 6), [0, 0, 1]]
    }

    /// Whether the tiling can serve `shape`: 3x3, its stride, no dilation, blocked maps; with stride 1 one group or groups
    /// of which at most two share an output block, with stride 2 one group and extents that tiles fill.
    public func accepts(_ shape: ConvolutionShape) -> Bool {
        shape.kernelHeight == 3 && shape.kernelWidth == 3 && shape.strideHeight == stride
            && shape.strideWidth == stride && shape.dilationHeight == 1 && shape.dilationWidth == 1
            && !shape.isInputPlain
            && (shape.groups == 1 || stride == 1 && shape.outputChannelsPerGroup >= 16)
            && (stride == 1
                || StridedTiles.fill(shape.outputHeight) && StridedTiles.fill(shape.outputWidth))
    }

    /// Whether the tiling serves `shape` faster than a smaller tiling, or the direct sum, does.
    ///
    /// Fewer than sixteen channels of a group leave the transforms no products to save. Small maps of many channels have
    /// more transformed weights to read than products to do, at tiles of four outputs four times the filters' bytes; the
    /// direct sums of groups are slower, so that these gain up to 9 MB of them. With
    /// stride 2, sums of fewer than 64 channels stay direct: there is least to save, and the direct sum's error, which
    /// grows with the channels, is clearly smaller (at 24 channels 2.6e-7 to 4.4e-7).
    public func isWorthwhile(_ shape: ConvolutionShape) -> Bool {
        let inputs = shape.inputChannelsPerGroup
        guard inputs >= (stride == 2 ? 64 : 16), shape.outputChannels >= 16 else { return false }
        let pixels = shape.outputHeight * shape.outputWidth
        let products = inputs * shape.outputChannels
        return tile == 2 || pixels >= 144 || products <= (shape.groups > 1 ? 65_536 : 8192)
    }
}
