internal import Graph

// HRNet: branches of four resolutions side by side that exchange their results again and again.
//
// Paper: Deep High-Resolution Representation Learning for Visual Recognition (https://arxiv.org/abs/1908.07919).
// Source: timm/models/hrnet.py (timm 1.0.31). No deviations: the classification head only.

/// The numbers of an HRNet.
struct HRNet: ModelConfiguration, Equatable {
    /// Width of the finest branch; each coarser one has twice its finer neighbour's.
    var width: Int
    /// Bottlenecks before the branches.
    var firstDepth = 4
    /// Their width.
    var firstWidth = 64
    /// Exchanges in the stages of two, three and four branches.
    var exchanges = [1, 4, 3]
    /// Blocks of a branch between two exchanges.
    var depth = 4
    /// Whether the head's convolutions have biases.
    var hasHeadBias = true

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try b.convolution(b.input, "conv1", 64, kernel: 3, stride: 2)
        x = try b.normalization(x, "bn1")
        x = try b.convolution(x, "conv2", 64, kernel: 3, stride: 2)
        x = try b.normalization(x, "bn2")
        for index in 0..<firstDepth {
            x = try b.scope("layer1.\(index)") { () throws(GraphError) in try bottleneck(b, x, firstWidth) }
        }
        var branches = [x]
        for (stage, count) in exchanges.enumerated() {
            branches = try b.scope("transition\(stage + 1)") { () throws(GraphError) in
                try transition(b, branches, count: stage + 2)
            }
            for index in 0..<count {
                branches = try b.scope("stage\(stage + 2).\(index)") { () throws(GraphError) in
                    try exchange(b, branches)
                }
            }
        }
        try b.averagedClassifier(head(b, branches), classCount: options.classCount, name: "classifier")
    }

    /// The branches of the next stage: those there are, and a new one from the coarsest.
    ///
    /// Source: `_make_transition_layer`.
    private func transition(_ b: GraphBuilder, _ branches: [Value], count: Int) throws(GraphError)
        -> [Value]
    {
        let coarsest = branches[branches.count - 1]
        var result: [Value] = []
        for index in 0..<count {
            if index < branches.count {
                let branch = branches[index]
                result.append(
                    branch.channels == width << index
                        ? branch
                        : try unit(b, coarsest, "\(index)", width << index, kernel: 3)
                )
                continue
            }
            result.append(try unit(b, coarsest, "\(index).0", width << index, kernel: 3, stride: 2))
        }
        return result
    }

    /// Blocks on each branch, then each branch's sum over all, brought to its resolution.
    ///
    /// Source: `HighResolutionModule`.
    private func exchange(_ b: GraphBuilder, _ branches: [Value]) throws(GraphError) -> [Value] {
        var branches = branches
        for index in branches.indices {
            for block in 0..<depth {
                branches[index] = try b.scope("branches.\(index).\(block)") { () throws(GraphError) in
                    try basic(b, branches[index])
                }
            }
        }
        var result: [Value] = []
        for target in branches.indices {
            var sum: Value?
            for source in branches.indices {
                let part = try b.scope("fuse_layers.\(target).\(source)") { () throws(GraphError) in
                    try resized(b, branches[source], from: source, to: target)
                }
                sum = if let sum { try b.add(sum, part) } else { part }
            }
            if let sum { result.append(try b.activation(sum, .relu)) }
        }
        return result
    }

    private func resized(_ b: GraphBuilder, _ x: Value, from source: Int, to target: Int) throws(GraphError)
        -> Value
    {
        guard source != target else { return x }
        if source > target {
            let y = try unit(b, x, "", width << target, isActivated: false)
            let factor = 1 << (source - target)
            let extent = Extent(height: y.height * factor, width: y.width * factor)
            return try b.append(.resample(Resampling(mode: .nearest, extent: extent)), [y])
        }
        var y = x
        for step in 0..<(target - source) {
            let isLast = step == target - source - 1
            y = try unit(
                b,
                y,
                "\(step)",
                isLast ? width << target : y.channels,
                kernel: 3,
                stride: 2,
                isActivated: !isLast
            )
        }
        return y
    }

    /// Bottlenecks widen each branch, and finer ones are added to coarser ones.
    private func head(_ b: GraphBuilder, _ branches: [Value]) throws(GraphError) -> Value {
        var y: Value?
        for (index, branch) in branches.enumerated() {
            let wide = try b.scope("incre_modules.\(index).0") { () throws(GraphError) in
                try bottleneck(b, branch, 32 << index)
            }
            guard let finer = y else {
                y = wide
                continue
            }
            let down = try unit(
                b,
                finer,
                "downsamp_modules.\(index - 1)",
                wide.channels,
                kernel: 3,
                stride: 2,
                hasBias: hasHeadBias
            )
            y = try b.add(wide, down)
        }
        return try unit(b, y ?? b.input, "final_layer", 2048, hasBias: hasHeadBias)
    }

    /// `name.0` a convolution, `name.1` its normalisation.
    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        hasBias: Bool = false,
        isActivated: Bool = true
    ) throws(GraphError) -> Value {
        try b.scope(name) { () throws(GraphError) in
            let y = try b.convolution(x, "0", outputs, kernel: kernel, stride: stride, hasBias: hasBias)
            return try b.normalization(y, "1", isActivated ? .relu : nil)
        }
    }

    private func basic(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        var y = try b.convolution(x, "conv1", x.channels, kernel: 3)
        y = try b.normalization(y, "bn1")
        y = try b.convolution(y, "conv2", x.channels, kernel: 3)
        y = try b.normalization(y, "bn2", nil)
        return try b.activation(b.add(y, x), .relu)
    }

    private func bottleneck(_ b: GraphBuilder, _ x: Value, _ inner: Int) throws(GraphError) -> Value {
        var y = try b.convolution(x, "conv1", inner)
        y = try b.normalization(y, "bn1")
        y = try b.convolution(y, "conv2", inner, kernel: 3)
        y = try b.normalization(y, "bn2")
        y = try b.convolution(y, "conv3", inner * 4)
        y = try b.normalization(y, "bn3", nil)
        let shortcut =
            x.channels == inner * 4 ? x : try unit(b, x, "downsample", inner * 4, isActivated: false)
        return try b.activation(b.add(y, shortcut), .relu)
    }
}

extension ModelFamily {
    /// The architectures of timm/models/hrnet.py, in its order.
    static let hrNet = ModelFamily(
        name: "hrnet",
        variants: [
            ModelVariant(
                "hrnet_w18_small",
                HRNet(width: 16, firstDepth: 1, firstWidth: 32, exchanges: [1, 1, 1], depth: 2)
            ),
            ModelVariant(
                "hrnet_w18_small_v2",
                HRNet(width: 18, firstDepth: 2, exchanges: [1, 3, 2], depth: 2)
            ),
            ModelVariant("hrnet_w18", HRNet(width: 18)),
            ModelVariant("hrnet_w30", HRNet(width: 30)),
            ModelVariant("hrnet_w32", HRNet(width: 32)),
            ModelVariant("hrnet_w40", HRNet(width: 40)),
            ModelVariant("hrnet_w44", HRNet(width: 44)),
            ModelVariant("hrnet_w48", HRNet(width: 48)),
            ModelVariant("hrnet_w64", HRNet(width: 64)),
            ModelVariant("hrnet_w18_ssld", HRNet(width: 18, hasHeadBias: false)),
            ModelVariant("hrnet_w48_ssld", HRNet(width: 48, hasHeadBias: false)),
        ]
    )
}
