internal import Graph

/// The layers of a ``GhostNet``.
struct GhostLayers {
    let builder: GraphBuilder
    let version: GhostNet.Version

    /// `outputs` channels, the second half of which is a 3x3 depthwise function of the first; under attention gated by
    /// what a row and a column around each position of the halved input give.
    ///
    /// Source: timm/models/ghostnet.py, `GhostModule`, `GhostModuleV2`, `GhostModuleV3`; timm/models/repghost.py,
    /// `RepGhostModule`.
    func ghost(_ x: Value, _ outputs: Int, activation: Activation?, hasAttention: Bool) throws(GraphError)
        -> Value
    {
        let b = builder
        guard version != .reparameterizable else { return try summed(x, outputs, activation) }
        let half = (outputs + 1) / 2
        let parts: [Value]
        if version == .v3 {
            let first = try b.activation(parallel(x, "primary_rpr_conv", half), activation)
            var second = try b.add(
                unit(first, "cheap_rpr_scale", half, groups: half),
                b.normalization(first, "cheap_rpr_skip", nil)
            )
            for index in 0..<3 {
                let path = try unit(first, "cheap_rpr_conv.\(index)", half, kernel: 3, groups: half)
                second = try b.add(second, path)
            }
            parts = [first, try b.activation(second, activation)]
        } else {
            var first = try b.convolution(x, "primary_conv.0", half)
            first = try b.normalization(first, "primary_conv.1", activation)
            var second = try b.convolution(first, "cheap_operation.0", half, kernel: 3, groups: half)
            second = try b.normalization(second, "cheap_operation.1", activation)
            parts = [first, second]
        }
        let y = try b.channels(b.joined(parts), 0, outputs)
        guard hasAttention else { return y }
        let gate = try b.activation(longRange(x, outputs), .sigmoid)
        let extent = Extent(height: y.height, width: y.width)
        return try b.multiply(y, b.append(.resample(Resampling(mode: .nearest, extent: extent)), [gate]))
    }

    /// `outputs` channels and their 3x3 depthwise function, added.
    private func summed(_ x: Value, _ outputs: Int, _ activation: Activation?) throws(GraphError) -> Value {
        let b = builder
        var first = try b.convolution(x, "primary_conv.0", outputs)
        first = try b.normalization(first, "primary_conv.1", activation)
        var second = try b.convolution(first, "cheap_operation.0", outputs, kernel: 3, groups: outputs)
        second = try b.normalization(second, "cheap_operation.1", nil)
        return try b.activation(b.add(second, b.normalization(first, "fusion_bn.0", nil)), activation)
    }

    /// The depthwise convolution that takes a block's stride.
    func reduction(_ x: Value, kernel: Int, stride: Int) throws(GraphError) -> Value {
        let b = builder
        guard version == .v3 else {
            let y = try b.convolution(
                x,
                "conv_dw",
                x.channels,
                kernel: Extent(kernel),
                stride: stride,
                groups: x.channels
            )
            return try b.normalization(y, "bn_dw", nil)
        }
        let scale = try unit(
            x,
            "dw_rpr_scale",
            x.channels,
            stride: stride,
            groups: x.channels
        )
        let paths = try parallel(
            x,
            "dw_rpr_conv",
            x.channels,
            kernel: Extent(kernel),
            stride: stride,
            groups: x.channels
        )
        return try b.add(scale, paths)
    }

    /// Source: `short_conv`.
    private func longRange(_ x: Value, _ outputs: Int) throws(GraphError) -> Value {
        let b = builder
        return try b.scope("short_conv") { () throws(GraphError) in
            var y = try b.convolution(b.averagePool(x, kernel: 2, stride: 2), "0", outputs)
            y = try b.normalization(y, "1", nil)
            y = try b.convolution(y, "2", outputs, kernel: Extent(height: 1, width: 5), groups: outputs)
            y = try b.normalization(y, "3", nil)
            y = try b.convolution(y, "4", outputs, kernel: Extent(height: 5, width: 1), groups: outputs)
            return try b.normalization(y, "5", nil)
        }
    }

    /// The sum of three normalised convolutions.
    private func parallel(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        func path(_ index: Int) throws(GraphError) -> Value {
            try unit(x, "\(name).\(index)", outputs, kernel: kernel, stride: stride, groups: groups)
        }
        return try builder.add(builder.add(path(0), path(1)), path(2))
    }

    /// `name.conv` and `name.bn1`.
    private func unit(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        groups: Int = 1
    ) throws(GraphError) -> Value {
        // A 1x1 convolution with a stride is not padded here.
        let y = try builder.convolution(
            x,
            "\(name).conv",
            outputs,
            kernel: kernel,
            stride: stride,
            groups: groups,
            padding: Edges(kernel.height / 2)
        )
        return try builder.normalization(y, "\(name).bn1", nil)
    }
}
