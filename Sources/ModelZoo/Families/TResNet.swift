internal import Foundation
internal import Graph
internal import Tensors

// TResNet: a residual network for GPUs, whose stem folds 4x4 pixels into the channels.
//
// Papers: TResNet: High Performance GPU-Dedicated Architecture (https://arxiv.org/abs/2003.13630),
// ImageNet-21K Pretraining for the Masses (https://arxiv.org/abs/2104.10972).
// Source: timm/models/tresnet.py (timm 1.0.31). No deviations.

/// The numbers of a TResNet.
struct TResNet: ModelConfiguration, Equatable {
    var depths: [Int]
    /// Multiplies widths.
    var width = 1.0
    /// Whether the first two stages are of bottlenecks too.
    var isV2 = false

    /// Pixels on a side that the stem folds into the channels.
    private static let fold = 4
    private static let activation = Activation.leakyReLU(slope: 1e-3)

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        let plain = Int(64 * width)
        let base = isV2 ? plain / 8 * 8 : plain
        var x = try b.convolutionBlock(
            folded(b, options),
            "body.conv1",
            base,
            kernel: 3,
            activation: .leakyReLU(slope: 0.01)
        )
        for (stage, depth) in depths.enumerated() {
            for index in 0..<depth {
                x = try b.scope("body.layer\(stage + 1).\(index)") { () throws(GraphError) in
                    try residual(
                        b,
                        x,
                        base << stage,
                        stride: stage > 0 && index == 0 ? 2 : 1,
                        isBottleneck: isV2 || stage > 1,
                        isGated: stage < 3
                    )
                }
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    /// The input with each square of pixels as channels.
    ///
    /// Source: timm/layers/space_to_depth.py.
    private func folded(_ b: GraphBuilder, _ options: BuildOptions) throws(GraphError) -> Value {
        let fold = Self.fold
        let (rows, columns) = (options.height / fold, options.width / fold)
        guard rows > 0, columns > 0, rows * fold == options.height, columns * fold == options.width else {
            func near(_ extent: Int) -> Int { max((extent + fold / 2) / fold, 1) * fold }
            let size = "\(near(options.height))x\(near(options.width))"
            throw b.failure(
                "the stem folds squares of \(fold)x\(fold) pixels, which do not fill a picture of "
                    + "\(options.height)x\(options.width): use \(size) pixels",
                code: .unsupportedConfiguration
            )
        }
        let channels = options.inputChannels
        let squares = try b.reshape(b.input, [channels, rows, fold, columns, fold])
        let turned = try b.transpose(squares, [0, 3, 5, 1, 2, 4])
        return try b.reshape(turned, [channels * fold * fold, rows, columns])
    }

    /// Source: `BasicBlock`, `Bottleneck` and `_make_layer`.
    private func residual(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        stride: Int,
        isBottleneck: Bool,
        isGated: Bool
    ) throws(GraphError) -> Value {
        let outputs = isBottleneck ? 4 * width : width
        var shortcut = x
        if stride > 1 {
            shortcut = try b.averagePool(x, kernel: 2, stride: 2, countsPadding: false, roundsUp: true)
            shortcut = try b.convolutionBlock(shortcut, "downsample.1", outputs, activation: nil)
        } else if x.channels != outputs {
            shortcut = try b.convolutionBlock(x, "downsample.0", outputs, activation: nil)
        }
        var y = x
        if isBottleneck { y = try b.convolutionBlock(y, "conv1", width, activation: Self.activation) }
        y = try b.convolutionBlock(
            y,
            isBottleneck ? "conv2" : "conv1",
            width,
            kernel: 3,
            stride: stride,
            activation: Self.activation,
            antiAliasing: .blur(edges: .reflected)
        )
        if !isBottleneck { y = try b.convolutionBlock(y, "conv2", width, kernel: 3, activation: nil) }
        if isGated {
            y = try b.squeezeExcitation(y, "se", reducedTo: max(isBottleneck ? width / 2 : width / 4, 64))
        }
        if isBottleneck { y = try b.convolutionBlock(y, "conv3", outputs, activation: nil) }
        return try b.activation(b.add(y, shortcut), .relu)
    }

    /// Gives timm's names to the authors' checkpoints, whose in-place normalisation scales by `|weight| +
    /// 1e-5`.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["body.conv1.conv.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            TensorNames.replacingPatterns(
                name,
                [
                    ("conv(\\d+)\\.0.0", "conv$1.conv"), ("conv(\\d+)\\.0.1", "conv$1.bn"),
                    ("conv(\\d+)\\.0", "conv$1.conv"), ("conv(\\d+)\\.1", "conv$1.bn"),
                    ("downsample\\.(\\d+)\\.0", "downsample.$1.conv"),
                    ("downsample\\.(\\d+)\\.1", "downsample.$1.bn"),
                ]
            )
        }
        for (name, tensor) in tensors where name.hasSuffix("bn.weight") && tensor.dtype.isFloatingPoint {
            let values = tensor.floats.map { abs($0) + 1e-5 }
            tensors[name] = Tensor.cast(values, to: tensor.dtype, shape: tensor.shape)
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/tresnet.py, in its order.
    static let tResNet = ModelFamily(
        name: "tresnet",
        variants: [
            ModelVariant("tresnet_m", TResNet(depths: [3, 4, 11, 3])),
            ModelVariant("tresnet_l", TResNet(depths: [4, 5, 18, 3], width: 1.2)),
            ModelVariant("tresnet_xl", TResNet(depths: [4, 5, 24, 3], width: 1.3)),
            ModelVariant("tresnet_v2_l", TResNet(depths: [3, 4, 23, 3], isV2: true)),
        ]
    )
}
