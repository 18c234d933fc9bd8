internal import Foundation
internal import Graph
internal import Tensors

// RegNet X, Y, Z and V: stages whose widths follow a quantised line.
//
// Papers: Designing Network Design Spaces (https://arxiv.org/abs/2003.13678), Fast and Accurate Model Scaling (RegNetZ,
// https://arxiv.org/abs/2103.06877).
// Source: timm/models/regnet.py (timm 1.0.31). No deviations; checkpoints in ClassyVision's nested form (SEER's own
// files) are not renamed, the hub has them under timm's names.

/// The numbers of a RegNet.
struct RegNet: ModelConfiguration, Equatable {
    /// What brings the input of a block to the shape of its result.
    enum Shortcut: Sendable, Equatable {
        /// A strided 1x1 convolution.
        case convolution
        /// 2x2 averages, then a 1x1 convolution.
        case average
        /// Nothing: such blocks have no shortcut.
        case none
    }

    /// Blocks of all stages.
    var depth: Int
    /// The first width.
    var initialWidth: Int
    /// Slope of the width over the blocks.
    var slope: Float
    /// Factor between the widths of stages.
    var factor: Float
    /// Channels of a group of the 3x3 convolution.
    var groupSize: Int
    /// Width inside a block over its output.
    var bottleneck = 1.0
    /// Width of the squeeze over the block's input; 0 leaves squeeze-and-excitation out.
    var squeezeRatio = 0.0
    /// A width rounded to whole groups may not fall below this share; nil rounds to the nearest.
    var roundingLimit: Double?
    var shortcut = Shortcut.convolution
    /// Whether a block's sum is left without activation.
    var isLinear = false
    /// Whether blocks normalise before they convolve.
    var normalizesFirst = false
    /// Width of a last 1x1 convolution; 0 for none.
    var headWidth = 0
    var activation = Activation.relu
    var normalization = Normalization.batch()

    /// A stage: its width, its blocks and its groups' size.
    struct Stage: Sendable, Equatable {
        var width: Int
        var depth: Int
        var groupSize: Int
    }

    /// The stages: the widths of the blocks on the quantised line, counted.
    ///
    /// Source: `generate_regnet` and `adjust_widths_groups_comp`, in float32 as there.
    var stages: [Stage] {
        let first = Float(initialWidth)
        var counts: [(width: Int, depth: Int)] = []
        for index in 0..<depth {
            let exact = Float(index) * slope + first
            let exponent = (log(exact / first) / log(factor)).rounded(.toNearestOrEven)
            let width = Int((first * pow(factor, exponent) / 8).rounded(.toNearestOrEven)) * 8
            if let last = counts.last, last.width == width {
                counts[counts.count - 1].depth += 1
            } else {
                counts.append((width, 1))
            }
        }
        return counts.map { width, depth in
            let inner = Int(Double(width) * bottleneck)
            let group = min(groupSize, inner)
            let rounded: Int
            if let roundingLimit {
                rounded = ChannelRounding.divisible(Double(inner), by: group, limit: roundingLimit)
            } else {
                rounded = Int((Double(inner) / Double(group)).rounded(.toNearestOrEven)) * group
            }
            return Stage(width: Int(Double(rounded) / bottleneck), depth: depth, groupSize: group)
        }
    }

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x: Value
        if normalizesFirst {
            x = try b.convolution(b.input, "stem", 32, kernel: 3, stride: 2)
        } else {
            x = try block(b, b.input, "stem", 32, kernel: 3, stride: 2)
        }
        for (index, stage) in stages.enumerated() {
            for position in 0..<stage.depth {
                x = try b.scope("s\(index + 1).b\(position + 1)") { () throws(GraphError) in
                    let stride = position == 0 ? 2 : 1
                    return normalizesFirst
                        ? try preactivated(b, x, stage, stride: stride)
                        : try residual(b, x, stage, stride: stride)
                }
            }
        }
        if headWidth > 0 {
            x = try block(b, x, "final_conv", headWidth)
        } else if isLinear || normalizesFirst {
            x = try b.activation(x, activation)
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1,
        isActivated: Bool = true
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups,
            normalization: normalization,
            activation: isActivated ? activation : nil
        )
    }

    private func innerWidth(_ stage: Stage) -> Int {
        Int((Double(stage.width) * bottleneck).rounded(.toNearestOrEven))
    }

    private func gated(_ b: GraphBuilder, _ y: Value, inputs: Int) throws(GraphError) -> Value {
        guard squeezeRatio > 0 else { return y }
        let width = Int((Double(inputs) * squeezeRatio).rounded(.toNearestOrEven))
        return try b.squeezeExcitation(y, "se", reducedTo: width, activation: activation)
    }

    /// Source: `Bottleneck`.
    private func residual(_ b: GraphBuilder, _ x: Value, _ stage: Stage, stride: Int) throws(GraphError)
        -> Value
    {
        let inner = innerWidth(stage)
        var y = try block(b, x, "conv1", inner)
        y = try block(
            b,
            y,
            "conv2",
            inner,
            kernel: 3,
            stride: stride,
            groups: inner / stage.groupSize
        )
        y = try gated(b, y, inputs: x.channels)
        y = try block(b, y, "conv3", stage.width, isActivated: false)
        if stride == 1, x.channels == stage.width {
            y = try b.add(y, x)
        } else {
            switch shortcut {
            case .none: break
            case .convolution:
                let path = try block(b, x, "downsample", stage.width, stride: stride, isActivated: false)
                y = try b.add(y, path)
            case .average:
                let pooled = try averaged(b, x, stride: stride)
                y = try b.add(y, block(b, pooled, "downsample.1", stage.width, isActivated: false))
            }
        }
        return isLinear ? y : try b.activation(y, activation)
    }

    /// Source: `PreBottleneck`.
    private func preactivated(_ b: GraphBuilder, _ x: Value, _ stage: Stage, stride: Int) throws(GraphError)
        -> Value
    {
        let inner = innerWidth(stage)
        let normal = try b.normalization(x, "norm1", activation, kind: normalization)
        var y = try b.convolution(normal, "conv1", inner)
        y = try b.normalization(y, "norm2", activation, kind: normalization)
        y = try b.convolution(
            y,
            "conv2",
            inner,
            kernel: 3,
            stride: stride,
            groups: inner / stage.groupSize
        )
        y = try gated(b, y, inputs: x.channels)
        y = try b.normalization(y, "norm3", activation, kind: normalization)
        y = try b.convolution(y, "conv3", stage.width)
        guard stride != 1 || x.channels != stage.width else { return try b.add(y, normal) }
        switch shortcut {
        case .none: return y
        case .convolution:
            return try b.add(y, b.convolution(normal, "downsample", stage.width, stride: stride))
        case .average:
            let pooled = try averaged(b, normal, stride: stride)
            return try b.add(y, b.convolution(pooled, "downsample.1", stage.width))
        }
    }

    private func averaged(_ b: GraphBuilder, _ x: Value, stride: Int) throws(GraphError) -> Value {
        guard stride > 1 else { return x }
        return try b.averagePool(x, kernel: 2, stride: stride, countsPadding: false, roundsUp: true)
    }

    /// Gives timm's names to torchvision's checkpoints.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["stem.0.weight"] != nil else { return }
        let block = /trunk_output\.block(\d)\.block\d+-(\d+)/
        let layers = [
            ("f.a.0", "conv1.conv"), ("f.a.1", "conv1.bn"), ("f.b.0", "conv2.conv"), ("f.b.1", "conv2.bn"),
            ("f.final_bn", "conv3.bn"), ("f.se.excitation.0", "se.fc1"), ("f.se.excitation.2", "se.fc2"),
            ("f.se", "se"), ("f.c.0", "conv3.conv"), ("f.c.1", "conv3.bn"), ("f.c", "conv3.conv"),
            ("proj.0", "downsample.conv"), ("proj.1", "downsample.bn"), ("proj", "downsample.conv"),
        ]
        try TensorNames.rename(&tensors) { name in
            let staged = name.replacing(block) { "s\($0.1).b\((Int($0.2) ?? 0) + 1)" }
            let ends = [("stem.0", "stem.conv"), ("stem.1", "stem.bn")]
            return TensorNames.replacing(staged, ends + layers + [("fc.", "head.fc.")])
        }
    }
}
