internal import Graph
internal import KernelInterface
internal import Tensors

/// Norms and softmax.
extension DraftBuilder {
    mutating func addNormalization(
        _ id: ValueID,
        _ axis: Int,
        _ epsilon: Float,
        subtractsMean: Bool,
        _ statics: [Int: Tensor]
    ) {
        let node = graph[id]
        let input = place(node.inputs[0])
        let output = output(id)
        if node.layout == .blocked, let maps = MapExtents(node.type) {
            var arguments = channelNormalization(maps, epsilon)
            arguments.subtractsMean = subtractsMean
            arguments.inputStrides = strides(input, maps, .blocked)
            var step = StepDraft(.channelNormalization, arguments)
            unsafe step.read(\ChannelNormalizationArguments.input, input)
            unsafe step.write(\ChannelNormalizationArguments.output, output)
            step.count(\ChannelNormalizationArguments.images, perPicture: maps.imagesPerPicture)
            if let weight = statics[1] {
                unsafe step.constant(\ChannelNormalizationArguments.weight, channelConstant(weight.floats))
            }
            if let bias = statics[2] {
                unsafe step.constant(\ChannelNormalizationArguments.bias, channelConstant(bias.floats))
            }
            step.inPlaceCandidates = [input.block]
            program.steps.append(step)
            return
        }
        var arguments = axisArguments(node.type, axis)
        arguments.epsilon = epsilon
        arguments.subtractsMean = subtractsMean
        var step = StepDraft(.axisNormalization, arguments)
        unsafe step.read(\AxisArguments.input, input)
        unsafe step.write(\AxisArguments.output, output)
        step.count(\AxisArguments.outerCount, perPicture: arguments.outerCount)
        if let weight = statics[1] {
            unsafe step.constant(\AxisArguments.weight, channelConstant(weight.floats))
        }
        if let bias = statics[2] {
            unsafe step.constant(\AxisArguments.bias, channelConstant(bias.floats))
        }
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }

    private func channelNormalization(_ maps: MapExtents, _ epsilon: Float) -> ChannelNormalizationArguments {
        unsafe ChannelNormalizationArguments(
            images: maps.imagesPerPicture,
            channels: maps.channels,
            height: maps.height,
            width: maps.width,
            epsilon: epsilon,
            input: StepDraft.unset,
            weight: nil,
            bias: nil,
            output: StepDraft.unset
        )
    }

    private func axisArguments(_ type: TensorType, _ axis: Int) -> AxisArguments {
        let extents = type.extents
        return unsafe AxisArguments(
            outerCount: extents[..<axis].reduce(1, *),
            extent: extents[axis],
            innerCount: extents[(axis + 1)...].reduce(1, *),
            input: StepDraft.unset,
            output: StepDraft.unset
        )
    }

    mutating func addGroupNormalization(
        _ id: ValueID,
        _ groups: Int,
        _ epsilon: Float,
        _ statics: [Int: Tensor]
    ) throws(EngineError) {
        let node = graph[id]
        guard node.layout == .blocked, let maps = MapExtents(node.type) else {
            throw unsupported(node, "at most four axes expected")
        }
        let input = place(node.inputs[0])
        let output = output(id)
        var arguments = GroupNormalizationArguments(groups: groups, maps: channelNormalization(maps, epsilon))
        arguments.maps.inputStrides = strides(input, maps, .blocked)
        var step = StepDraft(.groupNormalization, arguments)
        unsafe step.read(\GroupNormalizationArguments.maps.input, input)
        unsafe step.write(\GroupNormalizationArguments.maps.output, output)
        step.count(\GroupNormalizationArguments.maps.images, perPicture: maps.imagesPerPicture)
        if let weight = statics[1] {
            unsafe step.constant(\GroupNormalizationArguments.maps.weight, channelConstant(weight.floats))
        }
        if let bias = statics[2] {
            unsafe step.constant(\GroupNormalizationArguments.maps.bias, channelConstant(bias.floats))
        }
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }

    mutating func addSoftmax(_ id: ValueID, _ axis: Int) {
        let node = graph[id]
        let input = place(node.inputs[0])
        let arguments = axisArguments(node.type, axis)
        var step = StepDraft(.softmax, arguments)
        unsafe step.read(\AxisArguments.input, input)
        unsafe step.write(\AxisArguments.output, output(id))
        step.count(\AxisArguments.outerCount, perPicture: arguments.outerCount)
        step.inPlaceCandidates = [input.block]
        program.steps.append(step)
    }
}
