/// The layers that families are written in. Each reads its parameters at the builder's path under the
/// names of PyTorch's modules.
extension GraphBuilder {
    /// PyTorch's Conv2d at the current path: `weight` and, if it has one, `bias`.
    ///
    /// - Throws: `shape` where x is not `[N, C, H, W]`, the groups do not divide the channels or nothing comes out.
    public func convolution(
        _ x: Value,
        _ convolution: Convolution,
        hasBias: Bool = false
    ) throws(GraphError) -> Value {
        guard x.type.dimensions.count == 3, convolution.groups > 0, x.channels % convolution.groups == 0
        else {
            throw failure("a convolution of \(convolution.groups) groups cannot take \(x.type)")
        }
        let weight = try parameter(
            "weight",
            [
                convolution.outputChannels, x.channels / convolution.groups, convolution.kernel.height,
                convolution.kernel.width,
            ]
        )
        let bias = hasBias ? [try parameter("bias", [convolution.outputChannels])] : []
        return try append(.convolution(convolution), [x, weight] + bias)
    }

    /// PyTorch's Linear at the current path, over the last axis.
    ///
    /// - Throws: `shape`.
    public func linear(_ x: Value, _ features: Int, hasBias: Bool = true) throws(GraphError) -> Value {
        let weight = try parameter("weight", [features, x.features])
        let bias = hasBias ? [try parameter("bias", [features])] : []
        return try append(.linear, [x, weight] + bias)
    }

    /// PyTorch's BatchNorm2d in evaluation, at the current path.
    ///
    /// - Throws: `shape`.
    public func batchNormalization(_ x: Value, epsilon: Float = 1e-5) throws(GraphError) -> Value {
        let names = ["weight", "bias", "running_mean", "running_var"]
        var inputs = [x]
        for name in names { inputs.append(try parameter(name, [x.channels])) }
        return try append(.batchNormalization(epsilon: epsilon), inputs)
    }

    /// PyTorch's LayerNorm over `axis` (the last where nil), at the current path.
    ///
    /// - Throws: `shape`.
    public func layerNormalization(
        _ x: Value,
        axis: Int? = nil,
        epsilon: Float = 1e-5,
        isAffine: Bool = true
    ) throws(GraphError) -> Value {
        let axis = axis ?? x.type.rank - 1
        let extent = x.type.extents[axis]
        let affine = isAffine ? [try parameter("weight", [extent]), try parameter("bias", [extent])] : []
        return try append(.layerNormalization(axis: axis, epsilon: epsilon), [x] + affine)
    }

    /// An activation; nil is the identity.
    ///
    /// - Throws: nothing but what ``append(_:_:)`` may.
    public func activation(_ x: Value, _ activation: Activation?) throws(GraphError) -> Value {
        guard let activation else { return x }
        return try append(.activation(activation), [x])
    }

    /// The sum of two values, broadcast.
    ///
    /// - Throws: `shape`.
    public func add(_ left: Value, _ right: Value) throws(GraphError) -> Value {
        try append(.binary(.add), [left, right])
    }

    /// The product of two values, element by element, broadcast.
    ///
    /// - Throws: `shape`.
    public func multiply(_ left: Value, _ right: Value) throws(GraphError) -> Value {
        try append(.binary(.multiply), [left, right])
    }

    /// A pooling over windows of `[N, C, H, W]`.
    ///
    /// - Throws: `shape`.
    public func pool(_ x: Value, _ pooling: Pooling) throws(GraphError) -> Value {
        try append(.pooling(pooling), [x])
    }

    /// The mean over the positions of `[N, C, H, W]`: `[N, C]`, or `[N, C, 1, 1]` if `keepsAxes`.
    ///
    /// - Throws: `shape`.
    public func globalAveragePool(_ x: Value, keepsAxes: Bool = false) throws(GraphError) -> Value {
        try append(.reduction(.mean, axes: [2, 3], keepsAxes: keepsAxes), [x])
    }

    /// The same elements under other extents; the batch factor stays unless one is given.
    ///
    /// - Throws: `shape`.
    public func reshape(
        _ x: Value,
        _ dimensions: [Int],
        batchFactor: Int? = nil
    ) throws(GraphError) -> Value {
        let type = TensorType(batchFactor: batchFactor ?? x.type.batchFactor, dimensions: dimensions)
        return try append(.reshape(type), [x])
    }
}
