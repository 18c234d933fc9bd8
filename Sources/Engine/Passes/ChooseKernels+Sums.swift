internal import Graph
internal import KernelInterface
internal import Tensors

/// Convolutions, linear layers and what is written as one of them.
extension DraftBuilder {
    mutating func addConvolution(
        _ id: ValueID,
        _ convolution: Convolution,
        _ sum: WeightedSum
    ) throws(EngineError) {
        let node = graph[id]
        let input = graph[node.inputs[0]]
        guard let maps = MapExtents(input.type), let outputMaps = MapExtents(node.type) else {
            throw unsupported(node, "feature maps [N, C, H, W] expected")
        }
        var shape = ConvolutionShape(
            inputChannels: maps.channels,
            inputHeight: maps.height,
            inputWidth: maps.width,
            outputChannels: outputMaps.channels,
            outputHeight: outputMaps.height,
            outputWidth: outputMaps.width,
            kernelHeight: convolution.kernel.height,
            kernelWidth: convolution.kernel.width
        )
        (shape.strideHeight, shape.strideWidth) = (convolution.stride.height, convolution.stride.width)
        (shape.dilationHeight, shape.dilationWidth) = (
            convolution.dilation.height, convolution.dilation.width
        )
        (shape.paddingTop, shape.paddingLeft) = (convolution.padding.top, convolution.padding.left)
        shape.groups = convolution.groups
        shape.isInputPlain = input.layout == .plain
        // Over maps of one pixel a pointwise convolution is a product of all pictures' rows with the weights.
        if maps.pixels == 1, outputMaps.pixels == 1, shape.kernelHeight * shape.kernelWidth == 1,
            shape.groups == 1, convolution.padding == .zero
        {
            return addRows(id, sum, rowsPerPicture: maps.imagesPerPicture)
        }
        guard let kernel = table.convolution(for: shape, precision: precision) else {
            throw unsupported(node, "\(shape)")
        }
        try addConvolutionStep(id, kernel.id, shape, sum, images: maps.imagesPerPicture)
    }

    private mutating func addConvolutionStep(
        _ id: ValueID,
        _ kernel: KernelID,
        _ shape: ConvolutionShape,
        _ sum: WeightedSum,
        images: Int
    ) throws(EngineError) {
        let node = graph[id]
        let input = graph[node.inputs[0]]
        guard let inputMaps = MapExtents(input.type), let maps = MapExtents(node.type) else {
            throw unsupported(node, "feature maps expected")
        }
        let output = output(id)
        var arguments = unsafe ConvolutionArguments(
            shape: shape,
            images: images,
            input: StepDraft.unset,
            inputStrides: strides(place(node.inputs[0]), inputMaps, input.layout),
            weights: StepDraft.unset,
            bias: nil,
            output: StepDraft.unset,
            outputStrides: strides(output, maps, .blocked),
            activation: sum.activation
        )
        if sum.addsResidual { arguments.residualStrides = strides(place(node.inputs[1]), maps, .blocked) }
        var step = StepDraft(kernel, arguments)
        unsafe step.read(\ConvolutionArguments.input, place(node.inputs[0]))
        if sum.addsResidual {
            let residual = place(node.inputs[1])
            unsafe step.read(\ConvolutionArguments.residual, residual)
            step.inPlaceCandidates = [residual.block]
        }
        unsafe step.write(\ConvolutionArguments.output, output)
        step.count(\ConvolutionArguments.images, perPicture: images)
        let weights = constant(.weights(kernel.packing(shape), sum.weight, scale: sum.scale?.map(Float.init)))
        unsafe step.constant(\ConvolutionArguments.weights, weights)
        if let bias = sum.bias {
            unsafe step.constant(\ConvolutionArguments.bias, channelConstant(bias.map(Float.init)))
        }
        step.multiplyAccumulates = shape.multiplications * images
        step.isFallback = kernel == .convolutionDense && shape.groups > 1 && shape.inputChannelsPerGroup < 16
        program.steps.append(step)
    }

    mutating func addLinear(_ id: ValueID, _ sum: WeightedSum) {
        addRows(id, sum, rowsPerPicture: graph[id].type.countPerPicture / sum.outputChannels)
    }

    /// Rows times a weight matrix; rows of blocked values are as long as whole blocks.
    private mutating func addRows(_ id: ValueID, _ sum: WeightedSum, rowsPerPicture: Int) {
        let node = graph[id]
        let (inputs, outputs) = (sum.weight.count / sum.outputChannels, sum.outputChannels)
        func rowStride(_ layout: ValueLayout, _ count: Int) -> Int {
            layout == .blocked ? BlockedLayout.padded(count) : count
        }
        let output = output(id)
        var arguments = unsafe LinearArguments(
            rows: rowsPerPicture,
            inputs: inputs,
            outputs: outputs,
            input: StepDraft.unset,
            weights: StepDraft.unset,
            bias: nil,
            output: StepDraft.unset,
            activation: sum.activation
        )
        arguments.inputRowStride = rowStride(graph[node.inputs[0]].layout, inputs)
        arguments.outputRowStride = rowStride(node.layout, outputs)
        arguments.padsOutput = node.layout == .blocked
        if sum.addsResidual { arguments.residualRowStride = rowStride(graph[node.inputs[1]].layout, outputs) }
        let kernel = table.linear(
            rows: rowsPerPicture,
            inputs: inputs,
            outputs: outputs,
            precision: precision
        )
        var step = StepDraft(kernel.id, arguments)
        unsafe step.read(\LinearArguments.input, place(node.inputs[0]))
        if sum.addsResidual {
            let residual = place(node.inputs[1])
            unsafe step.read(\LinearArguments.residual, residual)
            if graph[node.inputs[1]].layout == node.layout { step.inPlaceCandidates = [residual.block] }
        }
        unsafe step.write(\LinearArguments.output, output)
        step.count(\LinearArguments.rows, perPicture: rowsPerPicture)
        let packing = kernel.id.linearPacking(outputs: outputs, inputs: inputs)
        let weights = constant(.weights(packing, sum.weight, scale: sum.scale?.map(Float.init)))
        unsafe step.constant(\LinearArguments.weights, weights)
        if let bias = sum.bias {
            unsafe step.constant(\LinearArguments.bias, channelConstant(bias.map(Float.init)))
        }
        step.multiplyAccumulates = rowsPerPicture * inputs * outputs
        program.steps.append(step)
    }

    mutating func addChannelAffine(_ id: ValueID, _ affine: ChannelAffine) throws(EngineError) {
        let node = graph[id]
        guard node.layout == .blocked, let maps = MapExtents(node.type) else {
            return try addPlainAffine(id, affine)
        }
        // A depthwise 1x1 convolution: one multiplication and one addition an element.
        var shape = ConvolutionShape(
            inputChannels: maps.channels,
            inputHeight: maps.height,
            inputWidth: maps.width,
            outputChannels: maps.channels,
            outputHeight: maps.height,
            outputWidth: maps.width,
            kernelHeight: 1,
            kernelWidth: 1
        )
        shape.groups = maps.channels
        let weight = Tensor(shape: [maps.channels, 1, 1, 1], values: affine.scale.map(Float.init))
        let bias = affine.shift.contains { $0 != 0 } ? affine.shift : nil
        let sum = WeightedSum(weight: weight, scale: nil, bias: bias, activation: affine.activation)
        try addConvolutionStep(id, .convolutionDepthwise, shape, sum, images: maps.imagesPerPicture)
        program.steps[program.steps.count - 1].multiplyAccumulates = 0
    }

    /// Scale, shift and activation of a plain value, each where it does something.
    private mutating func addPlainAffine(_ id: ValueID, _ affine: ChannelAffine) throws(EngineError) {
        let node = graph[id]
        var current = place(node.inputs[0])
        let hasScale = affine.scale.contains { $0 != 1 }
        let hasShift = affine.shift.contains { $0 != 0 }
        let hasActivation = affine.activation.kind != .identity
        guard hasScale || hasShift || hasActivation else { return alias(id, current) }
        func isLast(_ later: Bool...) -> Bool { !later.contains(true) }
        if hasScale {
            let target = isLast(hasShift, hasActivation) ? output(id) : temporary(node)
            try addVector(.multiply, affine.scale, affine.axis, node, from: current, to: target)
            current = target
        }
        if hasShift {
            let target = isLast(hasActivation) ? output(id) : temporary(node)
            try addVector(.add, affine.shift, affine.axis, node, from: current, to: target)
            current = target
        }
        if hasActivation { addUnary(node.type, .plain, affine.activation, from: current, to: output(id)) }
    }

    private mutating func temporary(_ node: LaidOutGraph.Node) -> BlockPlace {
        temporary(floatsPerPicture: node.type.floatsPerPicture(node.layout))
    }

    /// A plain value and a vector along one axis.
    private mutating func addVector(
        _ function: BinaryFunction,
        _ values: [Double],
        _ axis: Int,
        _ node: LaidOutGraph.Node,
        from input: BlockPlace,
        to output: BlockPlace
    ) throws(EngineError) {
        var dimensions = [Int](repeating: 1, count: node.type.rank)
        dimensions[axis] = values.count
        let tensor = Tensor(shape: Shape(dimensions), values: values.map(Float.init))
        try addBroadcast(
            node,
            function,
            left: .value(input, node.type),
            right: .tensor(tensor),
            to: output
        )
    }

    /// The error that no kernel takes `node`.
    func unsupported(_ node: LaidOutGraph.Node, _ reason: String) -> EngineError {
        let shapes = node.inputs.map { graph[$0].type.description }.joined(separator: ", ")
        return EngineError(
            code: .unsupportedOperator,
            message: "no kernel for \(node.label) of \(shapes) to \(node.type): \(reason)",
            path: node.path
        )
    }
}
