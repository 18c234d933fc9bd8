internal import Graph

// Twins: attention over a reduced map, alone (PCPVT) or in turn with attention in windows (SVT); places come from a
// depthwise convolution.
//
// Paper: Twins: Revisiting the Design of Spatial Attention in Vision Transformers (https://arxiv.org/abs/2104.13840).
// Source: timm/models/twins.py (timm 1.0.31). No deviations.

/// The numbers of a Twins.
struct Twins: ModelConfiguration, Equatable {
    var widths: [Int]
    var heads: [Int]
    var ratios: [Int]
    var depths: [Int]
    /// Whether every first of two blocks attends in windows.
    var hasWindows: Bool

    private static let reductions = [8, 4, 2, 1]
    private static let window = Extent(7)

    /// Emits stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var map = b.input
        var x = b.input
        for stage in depths.indices {
            let patch = stage == 0 ? 4 : 2
            let grid = try b.scope("patch_embeds.\(stage)") { () throws(GraphError) in
                try b.patchEmbedding(map, patch: patch, width: widths[stage])
            }
            let size = Extent(height: grid.height, width: grid.width)
            x = try b.layerNormalization(b.tokens(grid), "patch_embeds.\(stage).norm", epsilon: 1e-5)
            for index in 0..<depths[stage] {
                x = try b.scope("blocks.\(stage).\(index)") { () throws(GraphError) in
                    try block(b, x, stage, size, isWindowed: hasWindows && index % 2 == 0)
                }
                if index == 0 {
                    x = try b.scope("pos_block.\(stage)") { () throws(GraphError) in
                        let features = try b.map(x, height: size.height, width: size.width)
                        let places = try b.convolve(
                            features,
                            "proj.0",
                            widths[stage],
                            kernel: 3,
                            groups: widths[stage]
                        )
                        return try b.tokens(b.add(places, features))
                    }
                }
            }
            map = try b.map(x, height: size.height, width: size.width)
        }
        x = try b.layerNormalization(x, "norm")
        try b.linearClassifier(
            features: x,
            embedding: b.averagedTokens(x),
            classCount: options.classCount,
            name: "head"
        )
    }

    private func block(
        _ b: GraphBuilder,
        _ x: Value,
        _ stage: Int,
        _ size: Extent,
        isWindowed: Bool
    ) throws(GraphError) -> Value {
        let width = widths[stage]
        let normal = try b.layerNormalization(x, "norm1")
        let mixed = try b.scope("attn") { () throws(GraphError) in
            if isWindowed {
                let plan = WindowPlan(map: size, window: Self.window, shift: 0)
                let map = try b.reshape(normal, [size.height, size.width, width])
                let windows = try b.selfAttention(
                    b.windows(map, plan),
                    SelfAttention(heads: heads[stage])
                )
                return try b.reshape(b.unwindowed(windows, plan), [size.height * size.width, width])
            }
            return try b.reducedAttention(
                normal,
                map: size,
                heads: heads[stage],
                reduction: Self.reductions[stage]
            )
        }
        let y = try b.add(x, mixed)
        let second = try b.layerNormalization(y, "norm2")
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.feedForward(second, FeedForward(hidden: ratios[stage] * width))
        }
        return try b.add(y, refined)
    }
}
