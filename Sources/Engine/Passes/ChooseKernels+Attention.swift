internal import Graph
internal import KernelInterface

extension DraftBuilder {
    mutating func addAttention(_ id: ValueID, _ attention: FusedAttention) {
        let node = graph[id]
        var arguments = unsafe AttentionArguments(
            outerCount: attention.outerPerPicture,
            innerCount: attention.innerCount,
            queries: attention.queries,
            keys: attention.keys,
            depth: attention.depth,
            width: attention.width,
            query: StepDraft.unset,
            key: StepDraft.unset,
            value: StepDraft.unset,
            output: StepDraft.unset
        )
        arguments.multiplier = attention.multiplier
        arguments.multiplierPeriod = attention.outerPerPicture
        arguments.queryStrides = attention.query.strides
        arguments.keyStrides = attention.key.strides
        arguments.valueStrides = attention.value.strides
        arguments.outputStrides = attention.outputStrides
        arguments.biasStrides = attention.bias?.strides ?? AttentionTermStrides()
        arguments.maskStrides = attention.mask?.strides ?? AttentionTermStrides()
        var step = StepDraft(precision == .bfloat16 ? .attentionBFloat16 : .attention, arguments)
        unsafe step.read(\AttentionArguments.query, operand(node.inputs[0], attention.query))
        unsafe step.read(\AttentionArguments.key, operand(node.inputs[1], attention.key))
        unsafe step.read(\AttentionArguments.value, operand(node.inputs[2], attention.value))
        unsafe step.write(\AttentionArguments.output, output(id))
        step.count(\AttentionArguments.outerCount, perPicture: attention.outerPerPicture)
        if let multipliers = attention.multipliers {
            unsafe step.constant(\AttentionArguments.multipliers, constant(.floats(multipliers)))
        }
        if let bias = attention.bias {
            unsafe step.constant(\AttentionArguments.bias, constant(.floats(bias.values)))
        }
        if let mask = attention.mask {
            unsafe step.constant(\AttentionArguments.mask, constant(.floats(mask.values)))
        }
        step.multiplyAccumulates = attention.multiplyAccumulates
        program.steps.append(step)
    }

    /// Where an operand begins.
    private func operand(_ value: ValueID, _ operand: FusedAttention.Operand) -> BlockPlace {
        let place = place(value)
        return BlockPlace(block: place.block, offset: place.offset + operand.offset)
    }
}
