internal import Graph
internal import KernelInterface
internal import Tensors

/// Copies of activations, whole or in part, and from one layout to the other.
extension DraftBuilder {
    /// A copy of all of a value into the same places of the output.
    func selfCopy(_ input: ValueID, _ layout: ValueLayout, output: TensorType) -> StridedCopy {
        let type = graph[input].type
        guard layout == .blocked, let maps = MapExtents(type), let outputMaps = MapExtents(output) else {
            return StridedCopy(
                extents: type.extents,
                inputStrides: Shape(type.extents).strides,
                outputStrides: Shape(output.extents).strides
            )
        }
        let (input, output) = (strides(place(input), maps, .blocked), outputMaps.strides(.blocked))
        var copy = StridedCopy(
            extents: [
                maps.imagesPerPicture, BlockedLayout.blocks(maps.channels), maps.height, maps.width,
                BlockedLayout.lanes,
            ],
            inputStrides: [input.image, input.channel, input.row, BlockedLayout.lanes, 1],
            outputStrides: [output.image, output.channel, output.row, BlockedLayout.lanes, 1]
        )
        copy.positionsOfAxes = [0, 1, 2, 3]
        return copy
    }

    mutating func addCopy(
        _ node: LaidOutGraph.Node,
        _ copy: StridedCopy,
        from source: Operand,
        to output: BlockPlace
    ) throws(EngineError) {
        let copy = copy.coalesced()
        guard copy.extents.count <= PlainAxes.maximum else {
            throw unsupported(node, "at most 8 axes expected")
        }
        var arguments = unsafe StridedCopyArguments(
            extents: PlainAxes.values(copy.extents, filler: 1),
            inputStrides: PlainAxes.values(copy.inputStrides, filler: 0),
            outputStrides: PlainAxes.values(copy.outputStrides, filler: 0),
            input: StepDraft.unset,
            output: StepDraft.unset
        )
        arguments.fill = copy.fill
        var step = StepDraft(.stridedCopy, arguments)
        let first = PlainAxes.maximum - copy.extents.count
        switch source {
        case .value(let place, _):
            let moved = BlockPlace(block: place.block, offset: place.offset + copy.inputOffset)
            unsafe step.read(\StridedCopyArguments.input, moved)
        case .tensor(let tensor):
            unsafe step.constant(\StridedCopyArguments.input, constant(.floats(tensor.floats)))
        }
        unsafe step.write(\StridedCopyArguments.output, output)
        step.count(\StridedCopyArguments.extents, perPicture: copy.extents[0], at: first)
        for (axis, table) in copy.tables.sorted(by: { $0.key < $1.key }) {
            unsafe step.constant(\StridedCopyArguments.tables, constant(.ints(table)), at: first + axis)
        }
        program.steps.append(step)
    }

    /// Copies a picture's floats as they stand.
    mutating func addDenseCopy(from input: BlockPlace, to block: Int, floatsPerPicture: Int) {
        let type = TensorType.batched([floatsPerPicture])
        addUnary(type, .plain, ActivationFunction(.identity), from: input, to: BlockPlace(block: block))
        program.steps[program.steps.count - 1].inPlaceCandidates = []
    }

    /// Whole channels of blocked values side by side: for each input the channels that are taken.
    ///
    /// Parts of a concatenation that have been written in place are left alone.
    mutating func addChannelCopy(
        _ id: ValueID,
        _ parts: [(input: ValueID, channels: [Int32])],
        isJoin: Bool = false
    ) {
        let node = graph[id]
        guard let maps = MapExtents(node.type) else { preconditionFailure("blocked values are maps") }
        let target = output(id)
        let outputStrides = strides(target, maps, .blocked)
        var start = 0
        for (input, channels) in parts {
            if isJoin, joins.places[input] == ChannelJoins.Place(join: id, firstChannel: start) {
                start += channels.count
                continue
            }
            guard let inputMaps = MapExtents(graph[input].type) else {
                preconditionFailure("blocked values are maps")
            }
            let end = start + channels.count
            let blocks = start / BlockedLayout.lanes..<BlockedLayout.blocks(end)
            let sources = (blocks.lowerBound * BlockedLayout.lanes..<blocks.upperBound * BlockedLayout.lanes)
                .map {
                    if (start..<end).contains($0) { return channels[$0 - start] }
                    // Lanes behind the part are the next part's, which comes later, or nobody's.
                    return $0 >= end ? ChannelCopyArguments.zero : ChannelCopyArguments.keeps
                }
            let arguments = unsafe ChannelCopyArguments(
                images: maps.imagesPerPicture,
                height: maps.height,
                width: maps.width,
                outputBlocks: blocks.count,
                sources: StepDraft.unsetIndices,
                input: StepDraft.unset,
                inputStrides: strides(place(input), inputMaps, .blocked),
                output: StepDraft.unset,
                outputStrides: outputStrides
            )
            var step = StepDraft(.channelCopy, arguments)
            unsafe step.read(\ChannelCopyArguments.input, place(input))
            unsafe step.write(
                \ChannelCopyArguments.output,
                BlockPlace(
                    block: target.block,
                    offset: target.offset + blocks.lowerBound * outputStrides.channel
                )
            )
            step.count(\ChannelCopyArguments.images, perPicture: maps.imagesPerPicture)
            unsafe step.constant(\ChannelCopyArguments.sources, constant(.int32s(sources)))
            program.steps.append(step)
            start = end
        }
    }

    mutating func addConversion(_ id: ValueID) throws(EngineError) {
        let node = graph[id]
        let source = graph[node.inputs[0]]
        guard let maps = MapExtents(node.type) else { throw unsupported(node, "feature maps expected") }
        if maps.isLayoutFree { return alias(id, place(node.inputs[0])) }
        let input = place(node.inputs[0])
        addLayoutStep(node.type, from: input, source.layout, to: output(id).block, node.layout)
    }

    /// The same value under the other layout.
    mutating func addLayoutStep(
        _ type: TensorType,
        from input: BlockPlace,
        _ inputLayout: ValueLayout,
        to block: Int,
        _ outputLayout: ValueLayout
    ) {
        guard let maps = MapExtents(type) else { preconditionFailure("blocked values are maps") }
        let arguments = unsafe LayoutArguments(
            images: maps.imagesPerPicture,
            channels: maps.channels,
            height: maps.height,
            width: maps.width,
            input: StepDraft.unset,
            inputStrides: strides(input, maps, inputLayout),
            output: StepDraft.unset,
            outputStrides: maps.strides(outputLayout)
        )
        var step = StepDraft(outputLayout == .blocked ? .blocking : .unblocking, arguments)
        unsafe step.read(\LayoutArguments.input, input)
        unsafe step.write(\LayoutArguments.output, BlockPlace(block: block))
        step.count(\LayoutArguments.images, perPicture: maps.imagesPerPicture)
        program.steps.append(step)
    }
}
