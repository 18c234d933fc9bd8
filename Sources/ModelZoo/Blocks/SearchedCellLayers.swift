internal import Graph

/// The operations of the cells that NASNet's and PNASNet's searches put together, under TensorFlow's padding.
struct SearchedCellLayers {
    let builder: GraphBuilder

    private static let normalization = Normalization.batch(epsilon: 1e-3)

    /// The first convolution, unpadded.
    func stem(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try builder.convolutionBlock(
            x,
            name,
            96,
            kernel: 3,
            stride: 2,
            padding: .zero,
            normalization: Self.normalization,
            activation: nil
        )
    }

    /// A batch normalisation called `name`.
    func normalized(_ x: Value, _ name: String) throws(GraphError) -> Value {
        try builder.normalization(x, name, nil, kind: Self.normalization)
    }

    /// ReLU, a 1x1 convolution and a normalisation under `name`.
    func pointwise(_ x: Value, _ name: String, _ outputs: Int, stride: Int = 1) throws(GraphError) -> Value {
        try builder.scope(name) { () throws(GraphError) in
            let active = try builder.activation(x, .relu)
            return try normalized(
                builder.convolution(active, "conv", outputs, stride: stride, padding: .zero),
                "bn"
            )
        }
    }

    /// Two separable convolutions under `name`, each after a ReLU; the first takes the stride.
    ///
    /// Source: timm/models/nasnet.py, `BranchSeparables`.
    func separable(_ x: Value, _ name: String, _ outputs: Int, kernel: Int, stride: Int = 1)
        throws(GraphError)
        -> Value
    {
        try builder.scope(name) { () throws(GraphError) in
            var y = x
            for (index, step) in [stride, 1].enumerated() {
                y = try builder.activation(y, .relu)
                y = try builder.convolution(
                    y,
                    "separable_\(index + 1).depthwise_conv2d",
                    y.channels,
                    kernel: Extent(kernel),
                    stride: step,
                    groups: y.channels,
                    padding: edges(y, kernel: kernel, stride: step)
                )
                y = try builder.convolution(y, "separable_\(index + 1).pointwise_conv2d", outputs)
                y = try normalized(y, "bn_sep_\(index + 1)")
            }
            return y
        }
    }

    /// Every second position of every second row of the activated map from its first and from its second,
    /// each convolved to half of `outputs`; at the current path.
    ///
    /// Source: timm/models/pnasnet.py, `FactorizedReduction`, which shifts the map and pools 1x1.
    func reduced(_ x: Value, _ outputs: Int) throws(GraphError) -> Value {
        let active = try builder.activation(x, .relu)
        let first = try builder.convolution(active, "path_1.conv", outputs / 2, stride: 2, padding: .zero)
        // A map of odd extent ends in zeros once it is shifted.
        let ends = PaddingAmounts(
            mode: .constant(0),
            before: [0, 0, 0, 0],
            after: [0, 0, x.height % 2, x.width % 2]
        )
        var rest = ends.after.contains(1) ? try builder.append(.padding(ends), [active]) : active
        for (axis, extent) in [(2, first.height), (3, first.width)] {
            rest = try builder.append(.slice(axis: axis, start: 1, count: extent, step: 2), [rest])
        }
        let second = try builder.convolution(rest, "path_2.conv", outputs / 2)
        return try normalized(builder.joined([first, second]), "final_path_bn")
    }

    /// The largest of 3x3 windows.
    func maximum(_ x: Value, stride: Int) throws(GraphError) -> Value {
        try pool(x, .maximum, stride: stride)
    }

    /// The means of 3x3 windows.
    ///
    /// timm pads the map before it pools with a stride, so that its zeros count there and only there.
    func average(_ x: Value, stride: Int = 1) throws(GraphError) -> Value {
        try pool(x, .average(countsPadding: stride > 1), stride: stride)
    }

    private func pool(_ x: Value, _ kind: Pooling.Kind, stride: Int) throws(GraphError) -> Value {
        try builder.pool(
            x,
            Pooling(
                kind: kind,
                kernel: 3,
                stride: Extent(stride),
                padding: edges(x, kernel: 3, stride: stride)
            )
        )
    }

    private func edges(_ x: Value, kernel: Int, stride: Int) -> Edges {
        PaddingRule.same.edges(height: x.height, width: x.width, kernel: kernel, stride: stride)
    }
}
