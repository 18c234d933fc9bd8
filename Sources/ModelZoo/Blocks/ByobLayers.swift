internal import Graph

/// The layers of a ``ByobNet`` under its configuration.
///
/// Source: timm/models/byobnet.py.
struct ByobLayers {
    let builder: GraphBuilder
    let model: ByobNet

    /// `name.conv`, `name.bn` and the network's activation.
    func unit(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1,
        isActivated: Bool = true,
        isAntiAliased: Bool = true
    ) throws(GraphError) -> Value {
        try builder.convolutionBlock(
            x,
            name,
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups,
            normalization: model.normalization,
            activation: isActivated ? model.activation : nil,
            antiAliasing: isAntiAliased ? model.antiAliasing : nil
        )
    }

    /// The stem at the current path.
    func stem() throws(GraphError) -> Value {
        let b = builder
        switch model.stem {
        case .single(let width):
            return try unit(b.input, "", width, kernel: 3, stride: 2, isAntiAliased: false)
        case .repVGG(let width): return try repVGG(b.input, width, stride: 2, groups: 1)
        case .mobileOne(let width):
            return try mobileOne(b.input, width, kernel: 3, stride: 2, groups: 1, branches: 1, attention: nil)
        case .chain(let widths, let plain, let pool):
            var x = b.input
            for (index, width) in widths.enumerated() {
                let isLast = index == widths.count - 1
                let stride = index == 0 || (isLast && pool == .none) ? 2 : 1
                let name = "conv\(index + 1)"
                if index < plain {
                    x = try b.convolution(x, name, width, kernel: 3, stride: stride)
                } else {
                    x = try unit(x, name, width, kernel: 3, stride: stride, isAntiAliased: false)
                }
            }
            switch pool {
            case .none: return x
            case .maximum: return try b.maximumPool(x, padding: 1)
            case .average: return try b.averagePool(x, kernel: 2, stride: 2)
            }
        }
    }

    /// The blocks of a stage at the current path.
    func stage(_ x: Value, _ stage: ByobNet.Stage) throws(GraphError) -> Value {
        let b = builder
        var y = x
        for index in 0..<stage.depth {
            let stride = index == 0 ? stage.stride : 1
            if case .mobileOne(let branches, let gated) = stage.kind {
                let attention = index >= stage.depth - gated ? ChannelAttention.squeezeExcitation() : nil
                let outputs = [(y.channels, 3, stride, y.channels), (stage.width, 1, 1, 1)]
                for (half, (width, kernel, step, groups)) in outputs.enumerated() {
                    y = try b.scope(index * 2 + half) { () throws(GraphError) in
                        try mobileOne(
                            y,
                            width,
                            kernel: kernel,
                            stride: step,
                            groups: groups,
                            branches: branches,
                            attention: attention
                        )
                    }
                }
                continue
            }
            y = try b.scope(index) { () throws(GraphError) in
                try block(y, stage, stride: stride, index: index)
            }
        }
        return y
    }

    private func block(_ x: Value, _ stage: ByobNet.Stage, stride: Int, index: Int) throws(GraphError)
        -> Value
    {
        let planned = Double(model.isLinear ? x.channels : stage.width)
        let inner = ChannelRounding.divisible(planned * stage.bottleneck)
        let groups = stage.groupSize > 0 ? inner / stage.groupSize : 1
        let width = stage.width
        var y: Value
        switch stage.kind {
        case .basic:
            y = try unit(x, "conv1_kxk", inner, kernel: 3, stride: stride)
            y = try unit(y, "conv2_kxk", width, kernel: 3, groups: groups, isActivated: false)
            y = try attended(y, "attn_last", model.attention)
        case .bottleneck:
            y = try unit(x, "conv1_1x1", inner)
            y = try unit(y, "conv2_kxk", inner, kernel: 3, stride: stride, groups: groups)
            if stage.hasExtraConvolution {
                y = try unit(y, "conv2b_kxk", inner, kernel: 3, groups: groups)
            }
            y = try attended(y, "attn", model.attention)
            y = try unit(y, "conv3_1x1", width, isActivated: false)
        case .dark:
            y = try unit(x, "conv1_1x1", inner)
            y = try unit(y, "conv2_kxk", width, kernel: 3, stride: stride, groups: groups, isActivated: false)
            y = try attended(y, "attn_last", model.attention)
        case .edge:
            y = try unit(x, "conv1_kxk", inner, kernel: 3, stride: stride, groups: groups)
            y = try attended(y, "attn", model.attention)
            y = try unit(y, "conv2_1x1", width, isActivated: false)
        case .repVGG(let groups):
            return try repVGG(x, width, stride: stride, groups: index % 2 == 1 ? max(groups, 1) : 1)
        case .mobileOne:
            throw builder.failure("MobileOne's blocks come in pairs", code: .unsupportedConfiguration)
        }
        if let path = try shortcut(x, width, stride: stride) { y = try builder.add(y, path) }
        return model.isLinear ? y : try builder.activation(y, model.activation)
    }

    private func shortcut(_ x: Value, _ width: Int, stride: Int) throws(GraphError) -> Value? {
        guard stride != 1 || x.channels != width else { return x }
        switch model.shortcut {
        case .none: return nil
        case .convolution: return try unit(x, "shortcut", width, stride: stride, isActivated: false)
        case .average:
            let pooled =
                stride > 1
                ? try builder.averagePool(x, kernel: 2, stride: stride, countsPadding: false, roundsUp: true)
                : x
            return try unit(pooled, "shortcut.conv", width, isActivated: false)
        }
    }

    private func attended(_ x: Value, _ name: String, _ attention: ChannelAttention?) throws(GraphError)
        -> Value
    {
        guard let attention else { return x }
        return try builder.scope(name) { () throws(GraphError) in
            try builder.channelAttention(x, attention)
        }
    }

    /// A 3x3 and a 1x1 convolution and, where the shapes agree, the normalised input, summed.
    private func repVGG(_ x: Value, _ width: Int, stride: Int, groups: Int) throws(GraphError) -> Value {
        let b = builder
        func path(_ name: String, _ kernel: Extent) throws(GraphError) -> Value {
            try unit(x, name, width, kernel: kernel, stride: stride, groups: groups, isActivated: false)
        }
        let identity = try self.identity(x, width, stride: stride)
        let large = try path("conv_kxk", 3)
        var y = try b.add(path("conv_1x1", 1), large)
        if let identity { y = try b.add(y, identity) }
        return try b.activation(attended(y, "attn", model.attention), model.activation)
    }

    /// The normalised input; nil where its shape is not the result's.
    private func identity(_ x: Value, _ width: Int, stride: Int) throws(GraphError) -> Value? {
        guard stride == 1, x.channels == width else { return nil }
        return try builder.normalization(x, "identity", nil, kind: model.normalization)
    }

    /// Parallel convolutions and the normalised input, summed, gated and activated.
    private func mobileOne(
        _ x: Value,
        _ width: Int,
        kernel: Int,
        stride: Int,
        groups: Int,
        branches: Int,
        attention: ChannelAttention?
    ) throws(GraphError) -> Value {
        let b = builder
        let y = try b.parallelConvolutions(
            x,
            width,
            kernel: kernel,
            stride: stride,
            groups: groups,
            branches: branches,
            normalization: model.normalization
        )
        return try b.activation(attended(y, "attn", attention), model.activation)
    }
}
