internal import Graph

extension MobileLayers {
    /// A convolution called `name`: plain, mixed or conditional; only plain ones may have a bias.
    ///
    /// `outputs` counts before pruning; `groups` equal to `outputs` is a depthwise convolution, whose width is that of
    /// its input. `padding` is the network's where nil.
    ///
    /// Source: timm/layers/create_conv2d.py.
    func convolution(
        _ x: Value,
        _ name: String,
        _ outputs: Int,
        _ kernel: KernelExtents,
        stride: Int = 1,
        groups: Int = 1,
        padding: PaddingRule? = nil,
        routing: Value? = nil,
        hasBias: Bool = false
    ) throws(GraphError) -> Value {
        try builder.scope(name) { () throws(GraphError) in
            let width = pruned.width(at: builder.currentPath, planned: outputs)
            let isDepthwise = groups > 1 && groups == outputs
            func shape(_ width: Int, _ side: Int, _ groups: Int) -> Convolution {
                Convolution(
                    outputChannels: width,
                    kernel: Extent(side),
                    stride: Extent(stride),
                    padding: (padding ?? model.padding).edges(
                        height: x.height,
                        width: x.width,
                        kernel: side,
                        stride: stride
                    ),
                    groups: groups
                )
            }
            guard !kernel.isMixed else {
                guard routing == nil, groups == 1 || isDepthwise else {
                    throw builder.failure("a mixed convolution is neither conditional nor grouped")
                }
                return try mixed(x, kernel, outputs: width, isDepthwise: isDepthwise, shape: shape)
            }
            let whole = shape(width, kernel.sides[0], isDepthwise ? width : groups)
            if let routing { return try builder.conditionalConvolution(x, whole, routing: routing) }
            return try builder.convolution(x, whole, hasBias: hasBias)
        }
    }

    /// Channels split among several extents, convolved apart and joined again.
    ///
    /// Source: timm/layers/mixed_conv2d.py.
    private func mixed(
        _ x: Value,
        _ kernel: KernelExtents,
        outputs: Int,
        isDepthwise: Bool,
        shape: (_ width: Int, _ side: Int, _ groups: Int) -> Convolution
    ) throws(GraphError) -> Value {
        let inputs = kernel.split(x.channels)
        let outputs = kernel.split(outputs)
        var parts: [Value] = []
        var start = 0
        for (index, side) in kernel.sides.enumerated() {
            let part = try builder.append(
                .slice(axis: 1, start: start, count: inputs[index], step: 1),
                [x]
            )
            let convolution = shape(outputs[index], side, isDepthwise ? inputs[index] : 1)
            parts.append(
                try builder.scope(index) { () throws(GraphError) in
                    try builder.convolution(part, convolution)
                }
            )
            start += inputs[index]
        }
        return try builder.append(.concatenation(axis: 1), parts)
    }
}

extension GraphBuilder {
    /// A convolution whose weights are a mixture of experts that each picture chooses by `routing` `[N, experts]`.
    ///
    /// Its parameter is `weight` `[experts, O * I / groups * kh * kw]`. A 1x1 convolution mixes the weights and is a
    /// matrix product for each picture; others convolve with every expert and mix the results, since a filter of
    /// the graph is the same for all pictures.
    ///
    /// Source: timm/layers/cond_conv2d.py.
    func conditionalConvolution(
        _ x: Value,
        _ shape: Convolution,
        routing: Value
    ) throws(GraphError) -> Value {
        let experts = routing.features
        let outputs = shape.outputChannels
        let inputs = x.channels / shape.groups
        let elements = outputs * inputs * shape.kernel.height * shape.kernel.width
        let weight = try parameter("weight", [experts, elements])
        if shape.kernel == 1, shape.stride == 1, shape.groups == 1, shape.padding == .zero {
            let transposed = try append(.transpose(permutation: [1, 0]), [weight])
            let mixed = try reshape(append(.linear, [routing, transposed]), [outputs, inputs])
            let flat = try reshape(x, [x.channels, x.height * x.width])
            let product = try append(.matrixProduct(transposesRight: false), [mixed, flat])
            return try reshape(product, [outputs, x.height, x.width])
        }
        // Every expert sees the input: side by side for grouped filters, as more outputs for whole ones.
        var all = shape
        all.outputChannels = experts * outputs
        var input = x
        if shape.groups > 1 {
            all.groups = experts * shape.groups
            input = try append(.concatenation(axis: 1), [Value](repeating: x, count: experts))
        }
        let extents = [experts * outputs, inputs, shape.kernel.height, shape.kernel.width]
        let filters = try append(.reshape(.constant(extents)), [weight])
        let convolved = try append(.convolution(all), [input, filters])
        let (height, width) = (convolved.height, convolved.width)
        let each = try reshape(convolved, [experts, outputs * height * width])
        let mixture = try reshape(routing, [1, experts])
        let sum = try append(.matrixProduct(transposesRight: false), [mixture, each])
        return try reshape(sum, [outputs, height, width])
    }
}
