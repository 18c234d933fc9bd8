internal import Graph

/// Layers under a name of their own: what a family writes in one line.
extension GraphBuilder {
    /// A convolution called `name`, padded symmetrically where `padding` is nil.
    ///
    /// Source: timm/layers/create_conv2d.py.
    func convolution(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        dilation: Int = 1,
        groups: Int = 1,
        padding: Edges? = nil,
        hasBias: Bool = false
    ) throws(GraphError) -> Value {
        func reach(_ kernel: Int) -> Int { (stride - 1 + dilation * (kernel - 1)) / 2 }
        let (vertical, horizontal) = (reach(kernel.height), reach(kernel.width))
        let symmetric = Edges(top: vertical, left: horizontal, bottom: vertical, right: horizontal)
        return try scope(name) { () throws(GraphError) in
            try convolution(
                x,
                Convolution(
                    outputChannels: outputs,
                    kernel: kernel,
                    stride: Extent(stride),
                    dilation: Extent(dilation),
                    padding: padding ?? symmetric,
                    groups: groups
                ),
                hasBias: hasBias
            )
        }
    }

    /// A normalisation called `name` and the activation after it.
    func normalization(
        _ x: Value,
        _ name: String,
        _ activation: Activation? = .relu,
        kind: Normalization = .batch()
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in try normalization(x, kind, activation) }
    }

    /// A convolution, its normalisation (none where nil) and an activation; `layers` are the names of the first two below
    /// `name`.
    ///
    /// Source: timm/layers/conv_bn_act.py, `ConvNormAct`.
    func convolutionBlock(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        kernel: Extent = 1,
        stride: Int = 1,
        dilation: Int = 1,
        groups: Int = 1,
        padding: Edges? = nil,
        hasBias: Bool = false,
        layers: (convolution: String, normalization: String) = ("conv", "bn"),
        normalization kind: Normalization? = .batch(),
        activation: Activation? = .relu,
        antiAliasing: AntiAliasing? = nil
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let blurs = antiAliasing != nil && stride > 1
            var y = try convolution(
                x,
                layers.convolution,
                outputs,
                kernel: kernel,
                stride: blurs ? 1 : stride,
                dilation: dilation,
                groups: groups,
                padding: padding,
                hasBias: hasBias
            )
            if let kind {
                y = try normalization(y, layers.normalization, activation, kind: kind)
            } else {
                y = try self.activation(y, activation)
            }
            if blurs, let antiAliasing { y = try antiAliased(y, antiAliasing, stride: stride) }
            return y
        }
    }

    /// A maximum over windows.
    func maximumPool(
        _ x: Value,
        kernel: Int = 3,
        stride: Int = 2,
        padding: Int = 0,
        roundsUp: Bool = false
    ) throws(GraphError) -> Value {
        try pool(
            x,
            Pooling(
                kind: .maximum,
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: Edges(padding),
                roundsUp: roundsUp
            )
        )
    }

    /// A mean over windows; by PyTorch's default the zeros of the padding count.
    func averagePool(
        _ x: Value,
        kernel: Int,
        stride: Int,
        padding: Int = 0,
        countsPadding: Bool = true,
        roundsUp: Bool = false
    ) throws(GraphError) -> Value {
        try pool(
            x,
            Pooling(
                kind: .average(countsPadding: countsPadding),
                kernel: Extent(kernel),
                stride: Extent(stride),
                padding: Edges(padding),
                roundsUp: roundsUp
            )
        )
    }

    /// Values side by side along the channels.
    func joined(_ parts: [Value]) throws(GraphError) -> Value {
        try append(.concatenation(axis: 1), parts)
    }

    /// Channels `start ..< start + count`.
    func channels(_ x: Value, _ start: Int, _ count: Int) throws(GraphError) -> Value {
        guard start > 0 || count < x.channels else { return x }
        return try append(.slice(axis: 1, start: start, count: count, step: 1), [x])
    }

    /// Squeeze-and-excitation called `name` with layers `fc1` and `fc2`, reduced to `width` channels.
    ///
    /// Source: timm/layers/squeeze_excite.py, `SEModule`.
    func squeezeExcitation(
        _ x: Value,
        _ name: String,
        reducedTo width: Int,
        layers: (reduce: String, expand: String) = ("fc1", "fc2"),
        activation inner: Activation = .relu,
        gate: Activation = .sigmoid
    ) throws(GraphError) -> Value {
        try scope(name) { () throws(GraphError) in
            let squeezed = try globalAveragePool(x, keepsAxes: true)
            let reduced = try convolution(squeezed, layers.reduce, width, hasBias: true)
            let active = try activation(reduced, inner)
            let expanded = try convolution(active, layers.expand, x.channels, hasBias: true)
            return try multiply(x, activation(expanded, gate))
        }
    }
}
