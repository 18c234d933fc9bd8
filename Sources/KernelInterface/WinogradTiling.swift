/// A Winograd convolution of 3x3 filters: fewer products of transformed inputs and filters, transformed to outputs.
///
/// With stride 1, F(m x m, 3 x 3), each tile of m x m outputs is made of a patch of (m + 2) x (m + 2) inputs. The
/// transform's points are 0, 1, -1 and infinity for m = 2; 0, sqrt(1/2), -sqrt(1/2), sqrt(2), -sqrt(2) and infinity
/// for m = 4: with these F(4 x 4) has half of the rounding error that the customary 0, 1, -1, 2, -2 have. Where tiles of four
/// would stand out of an axis, some have three outputs, by the points of m = 4 without -sqrt(2): 14 x 14 outputs take 484
/// products in place of 576, with the same filters and the same error. F(4 x 2) has four outputs along a column and two along
/// a row: 7 x 7 outputs take 176 products and 24 positions of weights, F(2 x 2) 256 and 16, F(4 x 4) 121 and 36.
///
/// With stride 2 the inputs are taken apart: along an axis, output i is `w0 e[i] + w2 e[i + 1] + w1 o[i]` of the even
/// inputs e and the odd ones o, counted from the first input of the first filter. The even part is F(4, 2) or F(3, 2),
/// five products for four outputs or four for three, and the odd part one product an output. In two dimensions that
/// makes 81 products for 4 x 4 outputs, or 49 for 3 x 3, and not 144 or 81. The points are 0, 3/4, -3/4 and infinity and,
/// for four outputs, 3/2: with 0, 1, -1 and 1/2 the largest error is twice as large.
///
/// Root mean square error against double precision, relative to the outputs', at 64, 128 and 256 channels of uniform
/// numbers: stride 2 5.6e-7, 5.8e-7 and 8.4e-7; its direct sum 4.3e-7, 5.9e-7 and 8.4e-7; F(4 x 4, 3 x 3) 7.8e-7,
/// 1.0e-6 and 1.5e-6; F(4 x 2, 3 x 3) 0.54 and F(2 x 2, 3 x 3) 0.33 times that. The largest error, relative to the largest
/// output: stride 2 8.3e-7, 1.0e-6 and 1.6e-6; its direct sum 8.6e-7, 1.3e-6 and 2.1e-6.
///
/// Sources: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (https://arxiv.org/abs/1509.09308);
/// Barabasz et al., Error Analysis and Improving the Accuracy of Winograd Convolution (https://arxiv.org/abs/1803.10986).
public struct WinogradTiling: Sendable, Hashable, BitwiseCopyable {
    /// Outputs of a tile along a column, at most.
    public let tileDown: Int
    /// Outputs of a tile along a row, at most.
    public let tileAcross: Int
    /// Inputs from an output to the next along an axis.
    public let stride: Int

    /// F(2 x 2, 3 x 3).
    public static let two = WinogradTiling(2, 2, stride: 1)
    /// F(4 x 4, 3 x 3), and F(3, 3) along an axis where tiles of four outputs alone would stand out of it.
    public static let four = WinogradTiling(4, 4, stride: 1)
    /// F(4 x 2, 3 x 3), likewise along the columns: between the two in products and in weights.
    public static let fourByTwo = WinogradTiling(4, 2, stride: 1)
    /// Stride 2, tiles of four or three outputs along each axis (``TileLengths``).
    public static let strided = WinogradTiling(4, 4, stride: 2)

    private init(_ down: Int, _ across: Int, stride: Int) {
        (tileDown, tileAcross, self.stride) = (down, across, stride)
    }

    /// Positions of a transformed filter along a column; with stride 1 also inputs of a patch.
    public var positionsDown: Int { tileDown + 2 }
    /// Positions of a transformed filter along a row, likewise.
    public var positionsAcross: Int { tileAcross + 2 }
    /// Positions of a transformed filter: with stride 1 also the products of a tile for each pair of channels.
    public var positions: Int { positionsDown * positionsAcross }

    /// Inputs that a position of a block's transformed filters holds: those of a group, or all, rounded up to blocks.
    public func inputsPerPosition(_ shape: ConvolutionShape) -> Int {
        shape.groups > 1 ? shape.inputChannelsPerGroup : shape.inputBlocks * BlockedLayout.lanes
    }

    /// Rows of the filter's transform G along a column, of three each: filter taps to positions.
    public var filterTransformDown: [[Double]] { filterTransform(tileDown) }
    /// Rows of G along a row.
    public var filterTransformAcross: [[Double]] { filterTransform(tileAcross) }

    /// G for tiles of `tile` outputs.
    ///
    /// With stride 2 the positions are the points 0, 3/4, -3/4, infinity and 3/2, and the odd tap.
    private func filterTransform(_ tile: Int) -> [[Double]] {
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
                || TileLengths.fill(shape.outputHeight, longest: 4)
                    && TileLengths.fill(shape.outputWidth, longest: 4))
    }

    /// Whether the tiling serves `shape` faster than a smaller tiling, or the direct sum, does.
    ///
    /// Fewer than sixteen channels of a group leave the transforms no products to save. Small maps of many channels have
    /// more transformed weights to read than products to do, at tiles of 4 x 4 outputs four times the filters' bytes; the
    /// direct sums of groups are slower, so that these gain up to 9 MB of them. At 7 x 7 outputs of one image two threads wait
    /// for the weights of F(4 x 2), or of stride 2, as long as they take for the products of F(2 x 2) or the direct sum; one
    /// thread and more images gain.
    ///
    /// With stride 2, sums of fewer than 64 channels stay direct, on small maps mostly those of fewer than 256: there is least
    /// to save, and the direct sum's error, which grows with the channels, is clearly smaller (at 24 channels 2.6e-7 to 4.4e-7).
    public func isWorthwhile(_ shape: ConvolutionShape) -> Bool {
        let inputs = shape.inputChannelsPerGroup
        guard inputs >= (stride == 2 ? 64 : 16), shape.outputChannels >= 16 else { return false }
        let pixels = shape.outputHeight * shape.outputWidth
        let products = inputs * shape.outputChannels
        if tileDown == 2 { return true }
        if tileAcross == 2 { return pixels >= 49 }
        if stride == 2 && inputs >= 256 && pixels >= 49 { return true }
        return pixels >= 144 || products <= (shape.groups > 1 ? 65_536 : 8192)
    }
}
