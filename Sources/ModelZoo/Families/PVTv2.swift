internal import Foundation
internal import Graph
internal import Tensors

// PVT v2: a pyramid of overlapping patches with attention over reduced maps and depthwise convolutions in the
// perceptrons.
//
// Paper: PVT v2: Improved Baselines with Pyramid Vision Transformer (https://arxiv.org/abs/2106.13797).
// Source: timm/models/pvt_v2.py (timm 1.0.31). No deviations.

/// The numbers of a PVT v2.
struct PVTv2: ModelConfiguration, Equatable {
    var widths: [Int]
    var depths: [Int]
    var ratios = [8, 8, 4, 4]
    /// Whether attention sees 7x7 means, so that work is linear in the positions.
    var isLinear = false

    private static let heads = [1, 2, 5, 8]
    private static let reductions = [8, 4, 2, 1]

    /// Emits stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var map = try patches(b, b.input, "patch_embed", widths[0], kernel: 7, stride: 4)
        for stage in depths.indices {
            map = try b.scope("stages.\(stage)") { () throws(GraphError) in
                let grid =
                    stage > 0
                    ? try patches(b, map, "downsample", widths[stage], kernel: 3, stride: 2) : map
                let size = Extent(height: grid.height, width: grid.width)
                var x = try b.tokens(grid)
                for index in 0..<depths[stage] {
                    x = try b.scope("blocks.\(index)") { () throws(GraphError) in
                        try block(b, x, stage, size)
                    }
                }
                x = try b.layerNormalization(x, "norm")
                return try b.map(x, height: size.height, width: size.width)
            }
        }
        try b.averagedClassifier(map, classCount: options.classCount, name: "head")
    }

    private func patches(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ width: Int,
        kernel: Int,
        stride: Int
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let map = try b.convolve(x, "proj", width, kernel: kernel, stride: stride)
            return try b.layerNormalization(map, "norm", axis: 1, epsilon: 1e-5)
        }
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        _ size: Extent
    ) throws(GraphError) -> Value {
        let heads = Self.heads[stage]
        let normal = try b.layerNormalization(x, "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            guard isLinear else {
                return try b.reducedAttention(
                    normal,
                    map: size,
                    heads: heads,
                    reduction: Self.reductions[stage]
                )
            }
            let grid = try b.map(normal, height: size.height, width: size.width)
            let pooled = try b.convolve(b.adaptivelyAveraged(grid, height: 7, width: 7), "sr", x.features)
            let context = try b.layerNormalization(b.tokens(pooled), "norm", epsilon: 1e-5)
            return try b.attention(of: normal, over: b.activation(context, .gelu), heads: heads)
        }
        let y = try b.add(x, mixed)
        let second = try b.layerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            let hidden = try b.linear(second, "fc1", ratios[stage] * x.features)
            var map = try b.map(hidden, height: size.height, width: size.width)
            if isLinear { map = try b.activation(map, .relu) }
            map = try b.convolve(map, "dwconv", map.channels, kernel: 3, groups: map.channels)
            return try b.linear(b.activation(b.tokens(map), .gelu), "fc2", x.features)
        }
        return try b.add(y, refined)
    }

    /// Brings the names of the paper's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        guard tensors["patch_embed.proj.weight"] == nil else { return }
        try TensorNames.rename(&tensors) { name in
            var renamed = TensorNames.replacing(
                name,
                [
                    ("patch_embed1", "patch_embed"), ("patch_embed2", "stages.1.downsample"),
                    ("patch_embed3", "stages.2.downsample"), ("patch_embed4", "stages.3.downsample"),
                    ("dwconv.dwconv", "dwconv"),
                ]
            )
            for stage in 1...4 {
                if renamed.hasPrefix("block\(stage).") {
                    renamed = "stages.\(stage - 1).blocks." + renamed.dropFirst("block1.".count)
                } else if renamed.hasPrefix("norm\(stage).") {
                    renamed = "stages.\(stage - 1).norm." + renamed.dropFirst("norm1.".count)
                }
            }
            return renamed
        }
    }
}
