import Graph
import KernelInterface
import Testing

/// One convolution, as a row of the tests' table.
struct ConvolutionCase: Sendable, CustomTestStringConvertible {
    var images = 1
    var channels: Int
    var outputs: Int
    var height: Int
    var width: Int
    var kernel = Extent(3)
    var stride: Extent = 1
    var dilation: Extent = 1
    var padding = Edges(1)
    var groups = 1
    var isPlain = false
    var hasBias = true
    var hasResidual = false
    var gap = 0
    var activation = ActivationFunction(.identity)

    init(
        _ channels: Int,
        _ outputs: Int,
        _ height: Int,
        _ width: Int,
        _ change: (inout Self) -> Void = { _ in }
    ) {
        (self.channels, self.outputs, self.height, self.width) = (channels, outputs, height, width)
        change(&self)
    }

    var convolution: Convolution {
        Convolution(
            outputChannels: outputs,
            kernel: kernel,
            stride: stride,
            dilation: dilation,
            padding: padding,
            groups: groups
        )
    }

    var testDescription: String {
        """
        \(images)x\(channels)x\(height)x\(width) -> \(outputs), kernel \(kernel.height)x\(kernel.width), stride \
        \(stride.height)x\(stride.width), dilation \(dilation.height)x\(dilation.width), padding \
        \(padding.top),\(padding.left),\(padding.bottom),\(padding.right), groups \(groups)\
        \(isPlain ? ", plain" : "")\(hasBias ? ", bias" : "")\(hasResidual ? ", residual" : ""), gap \(gap), \
        \(activation.kind)
        """
    }

    static let all: [ConvolutionCase] =
        stems + wideStems + pointwise + dense + tiled + tiledGroups + strided + lines + grouped + depthwise

    static let stems: [ConvolutionCase] =
        [1, 2, 3, 4, 5, 13, 25, 64, 67].map { channels in
            ConvolutionCase(channels, 24, 15, 29) {
                $0.isPlain = true
                $0.stride = 2
                $0.gap = channels % 3
                $0.activation = ActivationFunction(channels % 2 == 0 ? .relu : .silu)
            }
        } + [
            ConvolutionCase(3, 64, 30, 30) {
                ($0.isPlain, $0.kernel, $0.stride, $0.padding) = (true, 7, 2, Edges(3))
                $0.images = 2
            },
            ConvolutionCase(3, 48, 32, 48) {
                ($0.isPlain, $0.kernel, $0.stride, $0.padding) = (true, 16, 16, .zero)
            },
            ConvolutionCase(3, 33, 11, 13) {
                ($0.isPlain, $0.dilation, $0.hasResidual) = (true, Extent(height: 2, width: 3), true)
                $0.padding = Edges(top: 0, left: 1, bottom: 3, right: 4)
                $0.activation = ActivationFunction(.relu6)
            },
            ConvolutionCase(4, 16, 9, 9) {
                ($0.isPlain, $0.kernel, $0.stride, $0.padding) = (true, 1, 2, .zero)
            },
        ]

    /// Seven columns with stride 2, what the tiling along the rows serves: every remainder of the width, widths around
    /// sixteen tiles, one band and several, odd paddings, pixels that no output reads, filters of other heights.
    static let wideStems: [ConvolutionCase] =
        [(1, 1), (3, 7), (4, 10), (13, 29), (25, 62), (3, 128), (1, 135), (4, 140)].map { channels, width in
            ConvolutionCase(channels, 16 + width % 40, 21, width) {
                ($0.isPlain, $0.kernel, $0.stride, $0.padding) = (true, 7, 2, Edges(3))
                $0.images = 1 + width % 3
                $0.hasBias = width % 4 != 2
                $0.hasResidual = width % 2 == 1
                $0.gap = width % 3 == 1 ? 16 : 0
                $0.activation = ActivationFunction(width % 2 == 0 ? .relu : .silu)
            }
        } + [
            ConvolutionCase(3, 64, 40, 44) {
                ($0.isPlain, $0.kernel, $0.stride, $0.padding) = (true, 7, 2, Edges(3))
            },
            ConvolutionCase(3, 33, 18, 30) {
                ($0.isPlain, $0.kernel, $0.stride) = (true, 7, 2)
                $0.padding = Edges(top: 0, left: 6, bottom: 5, right: 0)
            },
            ConvolutionCase(2, 20, 19, 23) {
                ($0.isPlain, $0.kernel, $0.stride) = (true, 7, 2)
                $0.padding = Edges(top: 2, left: 0, bottom: 0, right: 8)
                $0.activation = ActivationFunction(.relu6)
            },
            ConvolutionCase(3, 32, 9, 18) {
                ($0.isPlain, $0.kernel) = (true, Extent(height: 1, width: 7))
                ($0.stride, $0.padding) = (Extent(height: 3, width: 2), .zero)
            },
            ConvolutionCase(5, 48, 25, 20) {
                ($0.isPlain, $0.kernel) = (true, Extent(height: 4, width: 7))
                ($0.stride, $0.dilation) = (Extent(height: 1, width: 2), Extent(height: 2, width: 1))
            },
        ]

    static let pointwise: [ConvolutionCase] =
        [1, 5, 6, 7, 13, 14, 15, 53].map { width in
            ConvolutionCase(16 + width, 17 * (width % 3 + 1), 1, width) {
                ($0.kernel, $0.padding) = (1, .zero)
                $0.images = 1 + width % 2
                $0.hasResidual = width % 3 == 0
                $0.gap = width % 4 == 1 ? 16 : 0
                $0.activation = ActivationFunction(width % 2 == 0 ? .relu : .hardSwish)
            }
        } + [
            ConvolutionCase(64, 96, 7, 7) { ($0.kernel, $0.padding, $0.images) = (1, .zero, 3) },
            // Last blocks of eight outputs and of one more.
            ConvolutionCase(40, 8, 5, 6) { ($0.kernel, $0.padding) = (1, .zero) },
            ConvolutionCase(33, 24, 6, 15) {
                ($0.kernel, $0.padding, $0.hasResidual) = (1, .zero, true)
                $0.activation = ActivationFunction(.silu)
            },
            ConvolutionCase(17, 40, 9, 9) {
                ($0.kernel, $0.padding, $0.images) = (1, .zero, 2)
                $0.activation = ActivationFunction(.gelu)
            },
            ConvolutionCase(48, 41, 7, 9) { ($0.kernel, $0.padding) = (1, .zero) },
            ConvolutionCase(24, 144, 14, 9) { ($0.kernel, $0.padding, $0.gap) = (1, .zero, 32) },
            // Strides, of maps whose rows follow each other and of those with gaps.
            ConvolutionCase(32, 40, 15, 22) {
                ($0.kernel, $0.padding, $0.stride, $0.images) = (1, .zero, 2, 2)
                $0.hasResidual = true
            },
            ConvolutionCase(48, 64, 9, 30) {
                ($0.kernel, $0.padding, $0.stride, $0.gap) = (1, .zero, Extent(height: 2, width: 1), 32)
            },
            ConvolutionCase(96, 33, 12, 51) {
                ($0.kernel, $0.padding, $0.stride) = (1, .zero, Extent(height: 1, width: 3))
                $0.activation = ActivationFunction(.relu6)
            },
            ConvolutionCase(80, 48, 20, 6) {
                ($0.kernel, $0.padding, $0.stride) = (1, .zero, Extent(height: 2, width: 1))
            },
            ConvolutionCase(300, 1000, 1, 1) {
                ($0.kernel, $0.padding, $0.images) = (1, .zero, 2)
                $0.activation = ActivationFunction(.sigmoid)
            },
        ]

    static let dense: [ConvolutionCase] =
        [1, 2, 6, 7, 13, 14, 15, 29].map { width in
            ConvolutionCase(16 + width % 5, 31 + width, 7, width) {
                $0.hasResidual = width % 2 == 0
                $0.gap = width % 3 == 1 ? 16 : 0
                $0.images = 1 + width % 2
                $0.activation = ActivationFunction(width % 2 == 0 ? .relu : .gelu)
            }
        } + [
            ConvolutionCase(32, 32, 18, 17) { $0.stride = 2 },
            ConvolutionCase(20, 32, 19, 23) {
                ($0.stride, $0.padding) = (2, Edges(top: 0, left: 0, bottom: 1, right: 1))
            },
            ConvolutionCase(20, 40, 19, 23) {
                ($0.stride, $0.kernel, $0.padding) = (Extent(height: 1, width: 3), 5, Edges(2))
            },
            ConvolutionCase(16, 48, 23, 21) { ($0.dilation, $0.padding) = (2, Edges(2)) },
            ConvolutionCase(16, 16, 23, 21) {
                ($0.dilation, $0.padding, $0.stride) = (Extent(height: 2, width: 3), Edges(3), 2)
            },
            ConvolutionCase(40, 24, 9, 9) { ($0.kernel, $0.stride, $0.padding) = (1, 2, .zero) },
            ConvolutionCase(40, 24, 9, 10) {
                ($0.kernel, $0.padding) = (
                    Extent(height: 1, width: 7), Edges(top: 0, left: 3, bottom: 0, right: 3)
                )
            },
            ConvolutionCase(40, 24, 9, 10) {
                ($0.kernel, $0.padding) = (
                    Extent(height: 7, width: 1), Edges(top: 3, left: 0, bottom: 3, right: 0)
                )
                $0.stride = 2
            },
            ConvolutionCase(16, 16, 3, 3) { ($0.kernel, $0.padding) = (7, Edges(3)) },
            ConvolutionCase(32, 32, 8, 8) { ($0.kernel, $0.stride, $0.padding) = (2, 2, .zero) },
            ConvolutionCase(128, 64, 33, 40) {
                $0.activation = ActivationFunction(.leakyReLU, parameter: 0.1)
            },
            ConvolutionCase(48, 500, 7, 7) { $0.images = 3 },
        ]

    /// 3x3 with stride 1, what the Winograd tilings serve: maps that tiles fill and that they do not, few tiles and more
    /// than a chunk's, odd paddings, one block of outputs and several.
    static let tiled: [ConvolutionCase] =
        [1, 3, 4, 5, 8, 11, 18].map { side in
            ConvolutionCase(16 + side, 30 + side, side, 19 - side) {
                $0.hasResidual = side % 2 == 0
                $0.gap = side % 3 == 1 ? 16 : 0
                $0.images = 1 + side % 3
                $0.activation = ActivationFunction(side % 2 == 0 ? .relu : .sigmoid)
            }
        } + [
            ConvolutionCase(96, 64, 30, 31) { ($0.images, $0.hasBias) = (2, false) },
            ConvolutionCase(32, 16, 10, 12) { $0.padding = Edges(top: 0, left: 2, bottom: 3, right: 0) },
            ConvolutionCase(160, 144, 6, 7) { ($0.images, $0.hasResidual) = (5, true) },
        ]

    /// 3x3 with stride 1 and groups of at least sixteen outputs: blocks of one group and of two, groups that begin within an
    /// input block and that span several, as many inputs as outputs and not, maps that tiles fill and that they do not.
    static let tiledGroups: [ConvolutionCase] =
        [(24, 24), (16, 16), (17, 19), (48, 48), (40, 17), (5, 32), (56, 56), (144, 130)].flatMap { pair in
            [1, 4, 9, 14].map { side in
                ConvolutionCase(pair.0 * 3, pair.1 * 3, side, 17 - side) {
                    $0.groups = 3
                    $0.images = 1 + side % 3
                    $0.hasBias = side != 4
                    $0.hasResidual = side != 1
                    $0.gap = side == 9 ? 16 : 0
                    $0.activation = ActivationFunction(
                        side == 14 ? .identity : side == 9 ? .hardSwish : side == 4 ? .silu : .relu
                    )
                }
            }
        } + [
            ConvolutionCase(48, 48, 30, 31) { ($0.groups, $0.images) = (2, 2) },
            ConvolutionCase(336, 336, 14, 14) { ($0.groups, $0.images) = (14, 2) },
            ConvolutionCase(888, 888, 7, 7) { ($0.groups, $0.hasResidual) = (37, true) },
            ConvolutionCase(48, 96, 10, 12) {
                ($0.groups, $0.padding) = (2, Edges(top: 0, left: 2, bottom: 3, right: 0))
            },
        ]

    /// 3x3 with stride 2: maps of tiles of four outputs, of three and of both, one rectangle of tiles and several along
    /// each axis, and those (1, 2, 5) that tiles do not fill.
    static let strided: [ConvolutionCase] =
        [1, 2, 3, 4, 5, 6, 7, 8, 11, 13].map { side in
            ConvolutionCase(16 + side, 30 + side, 2 * side - side % 2, 30 - 2 * side) {
                $0.stride = 2
                $0.hasResidual = side % 2 == 0
                $0.gap = side % 3 == 1 ? 16 : 0
                $0.images = 1 + side % 3
                $0.activation = ActivationFunction(side % 2 == 0 ? .relu : .sigmoid)
            }
        } + [
            ConvolutionCase(96, 64, 60, 62) { ($0.stride, $0.images, $0.hasBias) = (2, 2, false) },
            ConvolutionCase(20, 48, 35, 33) { ($0.stride, $0.padding) = (2, .zero) },
            ConvolutionCase(32, 16, 20, 24) {
                ($0.stride, $0.padding) = (2, Edges(top: 0, left: 0, bottom: 1, right: 1))
            },
            ConvolutionCase(32, 16, 11, 13) {
                ($0.stride, $0.padding) = (2, Edges(top: 2, left: 3, bottom: 3, right: 1))
            },
            ConvolutionCase(300, 144, 14, 122) { ($0.stride, $0.hasResidual) = (2, true) },
        ]

    /// Filters of 3, 5 and 7 taps along a row or a column with stride 1: lines that tiles fill and that they do not, shorter
    /// than a filter and longer, one band of lines and several, sums of one part and of several.
    static let lines: [ConvolutionCase] =
        [
            (1, 3), (3, 1), (2, 3), (1, 5), (5, 1), (5, 5), (5, 3), (1, 7), (7, 1), (7, 7), (3, 7), (7, 2),
        ].flatMap { (height, width) in
            [1, 5, 8, 17].map { side in
                ConvolutionCase(12 + 7 * side, 50 - side, side, 18 - side) {
                    $0.kernel = Extent(height: height, width: width)
                    let (top, left) = (height / 2, width / 2)
                    $0.padding = Edges(
                        top: top,
                        left: left,
                        bottom: height - 1 - top,
                        right: width - 1 - left
                    )
                    $0.images = 1 + side % 3
                    $0.hasResidual = side != 5
                    $0.hasBias = side != 8
                    $0.gap = side == 17 ? 16 : 0
                    $0.activation = ActivationFunction(side % 2 == 0 ? .relu : .silu)
                }
            }
        } + [
            ConvolutionCase(192, 192, 17, 17) {
                $0.kernel = Extent(height: 1, width: 7)
                ($0.padding, $0.images) = (Edges(top: 0, left: 3, bottom: 0, right: 3), 9)
            },
            ConvolutionCase(448, 16, 9, 60) {
                ($0.kernel, $0.padding) = (
                    Extent(height: 7, width: 1), Edges(top: 6, left: 0, bottom: 0, right: 0)
                )
            },
            ConvolutionCase(24, 16, 11, 12) {
                ($0.kernel, $0.padding) = (5, Edges(top: 7, left: 0, bottom: 0, right: 9))
            },
            ConvolutionCase(24, 16, 11, 9) { ($0.kernel, $0.padding) = (7, .zero) },
        ]

    static let grouped: [ConvolutionCase] =
        [4, 8, 12, 16, 24, 32, 40].map { size in
            ConvolutionCase(size * 6, size * 6, 9, 11) {
                $0.groups = 6
                $0.images = 2
                $0.stride = size % 3 == 0 ? 2 : 1
                $0.activation = ActivationFunction(.relu)
            }
        } + [
            ConvolutionCase(12, 36, 8, 8) { $0.groups = 12 },
            ConvolutionCase(36, 12, 8, 8) { ($0.groups, $0.gap) = (12, 16) },
            ConvolutionCase(64, 96, 6, 6) { ($0.groups, $0.kernel, $0.padding) = (2, 1, .zero) },
            ConvolutionCase(128, 128, 5, 7) { ($0.groups, $0.hasResidual) = (4, true) },
            // Output blocks of one group and of two, the last one not full.
            ConvolutionCase(120, 120, 5, 15) { ($0.groups, $0.images) = (5, 2) },
            ConvolutionCase(168, 112, 6, 7) { ($0.groups, $0.stride) = (7, 2) },
            ConvolutionCase(48, 72, 11, 16) {
                ($0.groups, $0.kernel, $0.dilation) = (
                    3, Extent(height: 5, width: 3), Extent(height: 2, width: 1)
                )
                ($0.padding, $0.hasResidual, $0.gap) = (Edges(4), true, 16)
            },
            ConvolutionCase(51, 57, 9, 29) {
                ($0.groups, $0.stride) = (3, Extent(height: 1, width: 2))
                ($0.hasResidual, $0.activation) = (true, ActivationFunction(.gelu))
            },
        ] + lanes

    /// Groups of few channels: inputs and outputs of a group that divide a block or fill some, widths around the
    /// tiles', more rows than a band's, every filter and step.
    static let lanes: [ConvolutionCase] =
        [(1, 2), (2, 2), (4, 4), (8, 8), (16, 16), (2, 8), (8, 16), (4, 32), (16, 48)].flatMap { pair in
            [1, 13, 15, 30].map { width in
                ConvolutionCase(pair.0 * 7, pair.1 * 7, 29 - width / 2, width) {
                    $0.groups = 7
                    $0.images = 1 + width % 2
                    $0.stride = width % 3 == 0 ? 2 : 1
                    $0.hasResidual = width == 13
                    $0.gap = width == 15 ? 16 : 0
                    $0.activation = ActivationFunction(width % 2 == 0 ? .relu : .silu)
                }
            }
        } + [
            ConvolutionCase(20, 20, 31, 9) {
                ($0.groups, $0.kernel, $0.padding) = (5, Extent(height: 5, width: 2), Edges(2))
            },
            ConvolutionCase(64, 64, 17, 19) {
                ($0.groups, $0.dilation, $0.padding) = (8, Extent(height: 2, width: 3), Edges(4))
                $0.stride = Extent(height: 3, width: 2)
            },
            ConvolutionCase(32, 32, 33, 12) {
                ($0.groups, $0.kernel, $0.padding, $0.stride) = (16, 1, .zero, 2)
            },
            ConvolutionCase(64, 64, 9, 10) {
                ($0.groups, $0.kernel, $0.padding) = (16, 7, Edges(top: 6, left: 0, bottom: 0, right: 6))
            },
        ]

    static let depthwise: [ConvolutionCase] =
        [1, 2, 3, 5, 7, 9].flatMap { kernel in
            [1, 2].map { stride in
                ConvolutionCase(17 + kernel, 17 + kernel, 13, 14 + kernel) {
                    $0.groups = $0.channels
                    ($0.kernel, $0.stride, $0.padding) = (Extent(kernel), Extent(stride), Edges(kernel / 2))
                    $0.images = 2
                    $0.gap = kernel % 4 == 1 ? 16 : 0
                    $0.activation = ActivationFunction(stride == 1 ? .relu6 : .silu)
                }
            }
        } + [
            ConvolutionCase(32, 32, 57, 31) {
                ($0.groups, $0.stride, $0.padding) = (32, 2, Edges(top: 0, left: 0, bottom: 1, right: 1))
            },
            ConvolutionCase(16, 16, 29, 29) { ($0.groups, $0.dilation, $0.padding) = (16, 2, Edges(2)) },
            // Zeros on one side, as many as the filter allows and more.
            ConvolutionCase(16, 16, 9, 15) {
                ($0.groups, $0.kernel) = (16, 5)
                $0.padding = Edges(top: 4, left: 4, bottom: 0, right: 0)
            },
            ConvolutionCase(16, 16, 9, 30) {
                ($0.groups, $0.kernel, $0.stride) = (16, 5, 2)
                $0.padding = Edges(top: 0, left: 0, bottom: 5, right: 5)
            },
            ConvolutionCase(16, 16, 3, 2) { ($0.groups, $0.kernel, $0.padding) = (16, 7, Edges(6)) },
            ConvolutionCase(16, 16, 12, 43) { ($0.groups, $0.padding, $0.gap) = (16, .zero, 16) },
            ConvolutionCase(16, 16, 5, 5) { ($0.groups, $0.kernel, $0.padding) = (16, 9, Edges(4)) },
            ConvolutionCase(16, 16, 20, 21) {
                ($0.groups, $0.kernel, $0.padding, $0.stride) = (16, Extent(height: 3, width: 5), Edges(2), 3)
                $0.hasResidual = true
            },
        ]
}
