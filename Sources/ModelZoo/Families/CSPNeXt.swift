internal import Graph
internal import Tensors

// CSPNeXt, the backbone of RTMDet: cross-stage partial layers of large depthwise convolutions.
//
// Paper: RTMDet: An Empirical Study of Designing Real-Time Object Detectors (https://arxiv.org/abs/2212.07784).
// Source: timm/models/cspnext.py (timm 1.0.31). No deviations. Networks dilated for an output stride are not built.

/// The numbers of a CSPNeXt.
struct CSPNeXt: ModelConfiguration, Equatable {
    var depths: [Int]
    /// Width of the first stage, which doubles from stage to stage.
    var width: Int

    private static let activation = Activation.silu

    /// Emits stem, stages and head.
    func build(into b: GraphBuilder, options: BuildOptions) throws(GraphError) {
        var x = try unit(b, b.input, "stem.0", width / 4, kernel: 3, stride: 2)
        x = try unit(b, x, "stem.1", width / 4, kernel: 3)
        x = try unit(b, x, "stem.2", width / 2, kernel: 3)
        for stage in depths.indices {
            let isLast = stage == depths.count - 1
            x = try b.scope("stages.\(stage)") { () throws(GraphError) in
                var y = try unit(b, x, "0", width << stage, kernel: 3, stride: 2)
                if isLast {
                    y = try b.scope("1") { () throws(GraphError) in try pyramid(b, y) }
                }
                return try b.scope(isLast ? "2" : "1") { () throws(GraphError) in
                    try layer(b, y, depth: depths[stage], hasShortcut: !isLast)
                }
            }
        }
        try b.averagedClassifier(x, classCount: options.classCount, name: "head.fc")
    }

    /// Source: `SPPBottleneck`.
    private func pyramid(_ b: GraphBuilder, _ x: Value) throws(GraphError) -> Value {
        let inner = try unit(b, x, "conv1", x.channels / 2)
        var maps = [inner]
        for side in [5, 9, 13] {
            maps.append(try b.maximumPool(inner, kernel: side, stride: 1, padding: side / 2))
        }
        return try unit(b, b.joined(maps), "conv2", x.channels)
    }

    /// Source: `CspNextLayer` and `CspNextBlock`.
    private func layer(_ b: GraphBuilder, _ x: Value, depth: Int, hasShortcut: Bool) throws(GraphError)
        -> Value
    {
        let inner = x.channels / 2
        let short = try unit(b, x, "short_conv", inner)
        var y = try unit(b, x, "main_conv", inner)
        for index in 0..<depth {
            y = try b.scope("blocks.\(index)") { () throws(GraphError) in
                var z = try unit(b, y, "conv1", inner, kernel: 3)
                z = try unit(b, z, "conv2.depthwise_conv", inner, kernel: 5, groups: inner)
                z = try unit(b, z, "conv2.pointwise_conv", inner)
                return hasShortcut ? try b.add(z, y) : z
            }
        }
        let joined = try b.joined([y, short])
        let gated = try b.scope("attention") { () throws(GraphError) in try b.effectiveSqueeze(joined) }
        return try unit(b, gated, "final_conv", x.channels)
    }

    private func unit(
        _ b: GraphBuilder,
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Int = 1,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        try b.convolutionBlock(
            x,
            name,
            outputs,
            kernel: Extent(kernel),
            stride: stride,
            groups: groups,
            activation: Self.activation
        )
    }

    /// Brings the names of OpenMMLab's checkpoints to timm's.
    ///
    /// Source: `checkpoint_filter_fn`.
    func remapCheckpoint(_ tensors: inout [String: Tensor]) throws(ModelZooError) {
        try TensorNames.rename(&tensors) { name in
            var parts = name.split(separator: ".").map(String.init)
            if parts.count > 1, parts[0] == "backbone" { parts.removeFirst() }
            guard parts.count > 1, parts[0].hasPrefix("stage"), let stage = Int(parts[0].dropFirst(5)) else {
                return parts.joined(separator: ".")
            }
            parts.replaceSubrange(0..<1, with: ["stages", String(stage - 1)])
            return parts.joined(separator: ".")
        }
    }
}

extension ModelFamily {
    /// The architectures of timm/models/cspnext.py, in its order.
    static let cspNeXt = ModelFamily(
        name: "cspnext",
        variants: [
            ("tiny", CSPNeXt(depths: [1, 1, 1, 1], width: 48)),
            ("s", CSPNeXt(depths: [1, 2, 2, 1], width: 64)),
            ("m", CSPNeXt(depths: [2, 4, 4, 2], width: 96)),
            ("l", CSPNeXt(depths: [3, 6, 6, 3], width: 128)),
            ("x", CSPNeXt(depths: [4, 8, 8, 4], width: 160)),
        ].map { ModelVariant("cspnext_\($0)", $1) }
    )
}
