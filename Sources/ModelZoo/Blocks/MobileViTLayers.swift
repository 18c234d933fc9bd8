internal import Graph

/// The blocks of MobileViT and MobileViT-V2: a map cut into patches of 2x2, in which the places at the same spot of
/// their patches attend to each other.
///
/// Source: timm/models/mobilevit.py.
extension ByobLayers {
    /// Convolutions, a transformer of `depth` blocks, and a convolution over the input and what came of it.
    func mobileViT(_ x: Value, width: Int, depth: Int) throws(GraphError) -> Value {
        let b = builder
        let local = try unit(x, "conv_kxk", x.channels, kernel: 3)
        var y = try b.convolve(local, "conv_1x1", width, hasBias: false)
        y = try evened(y, alignsCorners: false)
        let (rows, columns) = (y.height / 2, y.width / 2)
        y = try b.transpose(b.reshape(y, [width, rows, 2, columns, 2]), [0, 3, 5, 2, 4, 1])
        y = try b.reshape(y, [rows * columns, width], batchFactor: 4)
        let block = VisionTransformer(
            size: 0,
            patch: 2,
            width: width,
            depth: depth,
            heads: 4,
            ratio: 2,
            activation: model.activation,
            normalization: .layer(epsilon: 1e-5)
        )
        for index in 0..<depth {
            y = try b.scope("transformer.\(index)") { () throws(GraphError) in
                try VisionTransformerLayers(builder: b, model: block, index: index).standard(y)
            }
        }
        y = try b.layerNormalization(y, "norm", epsilon: 1e-5)
        y = try b.reshape(y, [2, 2, rows, columns, width], batchFactor: 1)
        y = try b.reshape(b.transpose(y, [0, 5, 3, 1, 4, 2]), [width, 2 * rows, 2 * columns])
        y = try resized(y, Extent(height: x.height, width: x.width), alignsCorners: false)
        y = try unit(y, "conv_proj", x.channels)
        return try unit(b.joined([x, y]), "conv_fusion", x.channels, kernel: 3)
    }

    /// The second version: a depthwise convolution, `depth` blocks of linear cost, and no look back at the
    /// input.
    ///
    /// A map of odd extents stays enlarged.
    func mobileViTV2(_ x: Value, depth: Int) throws(GraphError) -> Value {
        let b = builder
        let width = ChannelRounding.divisible(Double(x.channels) / 2)
        var y = try evened(x, alignsCorners: true)
        let (rows, columns) = (y.height / 2, y.width / 2)
        y = try unit(y, "conv_kxk", x.channels, kernel: 3, groups: x.channels)
        y = try b.convolve(y, "conv_1x1", width, hasBias: false)
        y = try b.transpose(b.reshape(y, [width, rows, 2, columns, 2]), [0, 1, 3, 5, 2, 4])
        y = try b.reshape(y, [width, 4, rows * columns])
        for index in 0..<depth {
            y = try b.scope("transformer.\(index)") { () throws(GraphError) in try separableBlock(y) }
        }
        y = try b.normalization(y, "norm", nil, kind: .groups(1))
        y = try b.transpose(b.reshape(y, [width, 2, 2, rows, columns]), [0, 1, 4, 2, 5, 3])
        y = try b.reshape(y, [width, 2 * rows, 2 * columns])
        return try unit(y, "conv_proj", x.channels, isActivated: false)
    }

    /// Attention to one context a spot, then a perceptron, over `[N, width, spots, patches]`.
    ///
    /// Source: `LinearTransformerBlock`.
    private func separableBlock(_ x: Value) throws(GraphError) -> Value {
        let b = builder
        let width = x.channels
        let normal = try b.normalization(x, "norm1", nil, kind: .groups(1))
        let mixed = try b.scope("attn") { () throws(GraphError) in
            let all = try b.convolve(normal, "qkv_proj", 1 + 2 * width)
            let weights = try b.append(.softmax(axis: 3), [b.channels(all, 0, 1)])
            let weighted = try b.multiply(b.channels(all, 1, width), weights)
            let context = try b.append(.reduction(.sum, axes: [3], keepsAxes: true), [weighted])
            let value = try b.activation(b.channels(all, 1 + width, width), .relu)
            return try b.convolve(b.multiply(value, context), "out_proj", width)
        }
        let y = try b.add(x, mixed)
        let second = try b.normalization(y, "norm2", nil, kind: .groups(1))
        let refined = try b.scope("mlp") { () throws(GraphError) in
            try b.convolutionalFeedForward(second, hidden: 2 * width, activation: model.activation)
        }
        return try b.add(y, refined)
    }

    /// A map enlarged to even extents.
    private func evened(_ x: Value, alignsCorners: Bool) throws(GraphError) -> Value {
        let extent = Extent(height: (x.height + 1) / 2 * 2, width: (x.width + 1) / 2 * 2)
        return try resized(x, extent, alignsCorners: alignsCorners)
    }

    private func resized(_ x: Value, _ extent: Extent, alignsCorners: Bool) throws(GraphError) -> Value {
        guard x.height != extent.height || x.width != extent.width else { return x }
        let filter = PositionFilter(mode: .bilinear, antialiases: false, alignsCorners: alignsCorners)
        return try builder.resample(x, to: extent, filter: filter)
    }
}
