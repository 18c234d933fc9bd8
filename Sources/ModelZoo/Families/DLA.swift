internal import Graph
internal import Tensors

// Deep layer aggregation: trees of residual blocks whose roots join all results below.
//
// Papers: Deep Layer Aggregation (https://arxiv.org/abs/1707.06484), Res2Net (https://arxiv.org/abs/1904.01169).
// Source: timm/models/dla.py (timm 1.0.31). No deviations; projections of older checkpoints that no block reads are left
// out, as timm leaves them.

/// The numbers of a DLA.
struct DLA: ModelConfiguration, Equatable {
    /// A residual block.
    enum Block: Sendable, Equatable {
        /// Two 3x3 convolutions.
        case basic
        /// 1x1, 3x3, 1x1.
        case bottleneck
        /// 1x1, Res2Net's convolutions on four parts, 1x1.
        case multiScale
    }

    /// Convolutions of the first two levels, and heights of the trees of the others.
    var levels: [Int]
    /// Widths of the levels.
    var widths: [Int]
    var block = Block.bottleneck
    /// Groups of the 3x3 convolutions.
    var cardinality = 1
    /// Width of a group, in 64ths of the level's width.
    var baseWidth = 64
    /// Whether a root adds its first input.
    var hasRootShortcut = false

    /// A tree's numbers.
    private struct Tree {
        var height: Int
        var width: Int
        var stride: Int
        /// Whether its root joins the reduced input too.
        var joinsInput: Bool
    }

    /// Emits stem, levels and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolution(b.input, "base_layer.0", widths[0], kernel: 7)
        x = try b.normalization(x, "base_layer.1")
        for level in 0..<2 {
            for index in 0..<levels[level] {
                let stride = level == 1 && index == 0 ? 2 : 1
                x = try b.convolution(
                    x,
                    "level\(level).\(index * 3)",
                    widths[level],
                    kernel: 3,
                    stride: stride
                )
                x = try b.normalization(x, "level\(level).\(index * 3 + 1)")
            }
        }
        for level in 2..<6 {
            let tree = Tree(height: levels[level], width: widths[level], stride: 2, joinsInput: level > 2)
            x = try b.scope("level\(level)") { () throws(GraphError) in
                try self.tree(b, x, tree, children: [])
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "fc", layer: .pointwise)
    }

    /// Source: `DlaTree`.
    private func tree(_ b: GraphBuilder, _ x: Value, _ tree: Tree, children: [Value]) throws(GraphError)
        -> Value
    {
        var children = children
        let reduced = tree.stride > 1 ? try b.maximumPool(x, kernel: tree.stride, stride: tree.stride) : x
        if tree.joinsInput { children.append(reduced) }
        guard tree.height == 1 else {
            var child = tree
            child.height -= 1
            child.joinsInput = false
            let first = try b.scope("tree1") { () throws(GraphError) in
                try self.tree(b, x, child, children: [])
            }
            child.stride = 1
            return try b.scope("tree2") { () throws(GraphError) in
                try self.tree(b, first, child, children: children + [first])
            }
        }
        var shortcut = reduced
        if x.channels != tree.width {
            shortcut = try b.convolution(reduced, "project.0", tree.width)
            shortcut = try b.normalization(shortcut, "project.1", nil)
        }
        let first = try b.scope("tree1") { () throws(GraphError) in
            try residual(b, x, tree.width, stride: tree.stride, shortcut: shortcut)
        }
        let second = try b.scope("tree2") { () throws(GraphError) in
            try residual(b, first, tree.width, stride: 1, shortcut: first)
        }
        var root = try b.convolution(b.joined([second, first] + children), "root.conv", tree.width)
        root = try b.normalization(root, "root.bn", nil)
        if hasRootShortcut { root = try b.add(root, second) }
        return try b.activation(root, .relu)
    }

    private func residual(
        _ b: GraphBuilder,
        _ x: Value,
        _ width: Int,
        stride: Int,
        shortcut: Value
    ) throws(GraphError) -> Value {
        var y: Value
        let inner = width * baseWidth / 64 * cardinality / 2
        switch block {
        case .basic:
            y = try b.convolution(x, "conv1", width, kernel: 3, stride: stride)
            y = try b.normalization(y, "bn1")
            y = try b.convolution(y, "conv2", width, kernel: 3)
            y = try b.normalization(y, "bn2", nil)
        case .bottleneck:
            y = try b.convolution(x, "conv1", inner)
            y = try b.normalization(y, "bn1")
            y = try b.convolution(y, "conv2", inner, kernel: 3, stride: stride, groups: cardinality)
            y = try b.normalization(y, "bn2")
            y = try b.convolution(y, "conv3", width)
            y = try b.normalization(y, "bn3", nil)
        case .multiScale:
            y = try b.convolution(x, "conv1", inner * 4)
            y = try b.normalization(y, "bn1")
            y = try b.multiScaleConvolution(
                y,
                scale: 4,
                stride: stride,
                groups: cardinality,
                isFirst: stride > 1
            )
            y = try b.convolution(y, "conv3", width)
            y = try b.normalization(y, "bn3", nil)
        }
        return try b.activation(b.add(y, shortcut), .relu)
    }

    /// Leaves out the projections of trees higher than 1, which older checkpoints hold.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        var unread: [String] = []
        for level in 2..<6 where widths[level] != widths[level - 1] {
            var path = "level\(level)."
            for _ in 1..<max(levels[level], 1) {
                unread.append(path + "project.")
                path += "tree1."
            }
        }
        try TensorNames.rename(&tensors) { name in unread.contains { name.hasPrefix($0) } ? nil : name }
    }
}

extension ModelFamily {
    private static let wide = [16, 32, 128, 256, 512, 1024]
    private static let compact = [16, 32, 64, 64, 128, 256]

    /// The architectures of timm/models/dla.py, in its order.
    static let dla = ModelFamily(
        name: "dla",
        variants: [
            ModelVariant(
                "dla60_res2net",
                DLA(levels: [1, 1, 1, 2, 3, 1], widths: wide, block: .multiScale, baseWidth: 28)
            ),
            ModelVariant(
                "dla60_res2next",
                DLA(
                    levels: [1, 1, 1, 2, 3, 1],
                    widths: wide,
                    block: .multiScale,
                    cardinality: 8,
                    baseWidth: 4
                )
            ),
            ModelVariant(
                "dla34",
                DLA(levels: [1, 1, 1, 2, 2, 1], widths: [16, 32, 64, 128, 256, 512], block: .basic)
            ),
            ModelVariant("dla46_c", DLA(levels: [1, 1, 1, 2, 2, 1], widths: compact)),
            ModelVariant(
                "dla46x_c",
                DLA(levels: [1, 1, 1, 2, 2, 1], widths: compact, cardinality: 32, baseWidth: 4)
            ),
            ModelVariant(
                "dla60x_c",
                DLA(levels: [1, 1, 1, 2, 3, 1], widths: compact, cardinality: 32, baseWidth: 4)
            ),
            ModelVariant("dla60", DLA(levels: [1, 1, 1, 2, 3, 1], widths: wide)),
            ModelVariant(
                "dla60x",
                DLA(levels: [1, 1, 1, 2, 3, 1], widths: wide, cardinality: 32, baseWidth: 4)
            ),
            ModelVariant("dla102", DLA(levels: [1, 1, 1, 3, 4, 1], widths: wide, hasRootShortcut: true)),
            ModelVariant(
                "dla102x",
                DLA(
                    levels: [1, 1, 1, 3, 4, 1],
                    widths: wide,
                    cardinality: 32,
                    baseWidth: 4,
                    hasRootShortcut: true
                )
            ),
            ModelVariant(
                "dla102x2",
                DLA(
                    levels: [1, 1, 1, 3, 4, 1],
                    widths: wide,
                    cardinality: 64,
                    baseWidth: 4,
                    hasRootShortcut: true
                )
            ),
            ModelVariant("dla169", DLA(levels: [1, 1, 2, 3, 5, 1], widths: wide, hasRootShortcut: true)),
        ]
    )
}
