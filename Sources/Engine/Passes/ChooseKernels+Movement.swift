internal import Graph
internal import KernelInterface
internal import Tensors

/// Operators that move elements: views where the floats can stay, copies elsewhere.
extension DraftBuilder {
    mutating func addMovement(
        _ id: ValueID,
        _ operation: Operator,
        _ statics: [Int: Tensor]
    ) throws(EngineError) {
        let node = graph[id]
        switch operation {
        case .reshape: alias(id, place(node.inputs[0]))
        case .transpose(let permutation):
            let extents = graph[node.inputs[0]].type.extents
            let strides = Shape(extents).strides
            let copy = StridedCopy(
                extents: permutation.map { extents[$0] },
                inputStrides: permutation.map { strides[$0] },
                outputStrides: Shape(node.type.extents).strides
            )
            try addCopy(node, copy, from: .value(place(node.inputs[0]), node.type), to: output(id))
        case .slice(let axis, let start, let count, let step):
            try addSelection(id, axis, (0..<count).map { start + $0 * step })
        case .gather(let axis, let indices): try addSelection(id, axis, indices)
        case .roll(let axis, let shift):
            let extent = node.type.extents[axis]
            try addSelection(id, axis, (0..<extent).map { (($0 - shift) % extent + extent) % extent })
        case .concatenation(let axis): try addConcatenation(id, axis)
        case .padding(let amounts): try addPadding(id, amounts)
        case .broadcastToBatch:
            guard let tensor = statics[0] else { throw unsupported(node, "a static row expected") }
            let copy = StridedCopy(
                extents: node.type.extents,
                inputStrides: [0] + Shape(node.type.dimensions).strides,
                outputStrides: Shape(node.type.extents).strides
            )
            try addCopy(node, copy, from: .tensor(tensor), to: output(id))
        case .input, .parameter, .constant, .convolution, .linear, .batchNormalization, .layerNormalization,
            .rootMeanSquareNormalization, .groupNormalization, .activation, .binary, .affine, .pooling,
            .reduction, .matrixProduct, .longShortTermMemory, .softmax, .resample:
            throw unsupported(node, "it moves no elements")
        }
    }

    /// Elements at `indices` along `axis`.
    private mutating func addSelection(_ id: ValueID, _ axis: Int, _ indices: [Int]) throws(EngineError) {
        let node = graph[id]
        let input = node.inputs[0]
        if node.layout == .blocked, axis == 1 {
            if let view = channelView(input, indices) { return alias(id, view.place, strides: view.strides) }
            return addChannelCopy(id, [(input, indices.map(Int32.init))])
        }
        var copy = selfCopy(input, node.layout, output: node.type)
        let position = copy.position(ofAxis: axis)
        let stride = copy.inputStrides[position]
        copy.extents[position] = indices.count
        copy.inputOffset = indices[0] * stride
        let step = indices.count > 1 ? indices[1] - indices[0] : 1
        if indices.indices.allSatisfy({ indices[$0] == indices[0] + $0 * step }) {
            copy.inputStrides[position] = step * stride
        } else {
            copy.inputOffset = 0
            copy.tables[position] = indices.map { $0 * stride }
        }
        try addCopy(node, copy, from: .value(place(input), node.type), to: output(id))
    }

    private mutating func addConcatenation(_ id: ValueID, _ axis: Int) throws(EngineError) {
        let node = graph[id]
        if node.layout == .blocked, axis == 1 {
            let parts = node.inputs.map { input in
                (input, (0..<graph[input].type.dimensions[0]).map(Int32.init))
            }
            return addChannelCopy(id, parts, isJoin: true)
        }
        let target = output(id)
        var start = 0
        for input in node.inputs {
            let type = graph[input].type
            var copy = selfCopy(input, node.layout, output: node.type)
            let position = copy.position(ofAxis: axis)
            let place = BlockPlace(
                block: target.block,
                offset: target.offset + start * copy.outputStrides[position]
            )
            copy.extents[position] = type.extents[axis]
            try addCopy(node, copy, from: .value(self.place(input), type), to: place)
            start += type.extents[axis]
        }
    }

    private mutating func addPadding(_ id: ValueID, _ amounts: PaddingAmounts) throws(EngineError) {
        let node = graph[id]
        let source = graph[node.inputs[0]].type
        var copy = selfCopy(node.inputs[0], node.layout, output: node.type)
        if case .constant(let filler) = amounts.mode { copy.fill = filler }
        for axis in amounts.before.indices where amounts.before[axis] != 0 || amounts.after[axis] != 0 {
            let position = copy.position(ofAxis: axis)
            let (extent, stride) = (source.extents[axis], copy.inputStrides[position])
            copy.extents[position] = node.type.extents[axis]
            copy.tables[position] = (0..<node.type.extents[axis]).map { index in
                let place = index - amounts.before[axis]
                if (0..<extent).contains(place) { return place * stride }
                switch amounts.mode {
                case .constant: return StridedCopyArguments.outside
                case .replicate: return min(max(place, 0), extent - 1) * stride
                case .reflect: return (place < 0 ? -place : 2 * (extent - 1) - place) * stride
                }
            }
        }
        try addCopy(node, copy, from: .value(place(node.inputs[0]), source), to: output(id))
    }

    // MARK: Copies

    /// A copy of all of a value into the same places of the output.
    private func selfCopy(_ input: ValueID, _ layout: ValueLayout, output: TensorType) -> StridedCopy {
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
    private mutating func addChannelCopy(
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
                    return $0 >= maps.channels ? ChannelCopyArguments.zero : ChannelCopyArguments.keeps
                }
            guard let indices = unsafe UnsafePointer<Int32>(bitPattern: 64) else {
                preconditionFailure("64 is no null pointer")
            }
            let arguments = unsafe ChannelCopyArguments(
                images: maps.imagesPerPicture,
                height: maps.height,
                width: maps.width,
                outputBlocks: blocks.count,
                sources: indices,
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

    /// Neighbouring channels of blocked maps that begin at a multiple of 16, as a view; nil for others.
    private func channelView(_ input: ValueID, _ indices: [Int]) -> (place: BlockPlace, strides: MapStrides)?
    {
        let (start, lanes) = (indices[0], BlockedLayout.lanes)
        guard ChannelJoins.isMap(graph[input]), let maps = MapExtents(graph[input].type), start % lanes == 0,
            indices.count % lanes == 0 || start + indices.count == maps.channels,
            indices.indices.allSatisfy({ indices[$0] == start + $0 })
        else { return nil }
        let own = place(input)
        let strides = strides(own, maps, .blocked)
        return (BlockPlace(block: own.block, offset: own.offset + start / lanes * strides.channel), strides)
    }

    // MARK: Layouts

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

/// A copy between strided places, before addresses.
struct StridedCopy: Sendable {
    /// Extents of what is written, the batch first.
    var extents: [Int]
    /// Strides of the input.
    var inputStrides: [Int]
    /// Strides of the output.
    var outputStrides: [Int]
    /// Floats from the input's start to what is read.
    var inputOffset = 0
    /// Offsets in the input by position.
    var tables: [Int: [Int]] = [:]
    /// What stands outside of the input.
    var fill: Float = 0
    /// The position of each axis of the full shape; nil where they are the same.
    var positionsOfAxes: [Int]?

    init(extents: [Int], inputStrides: [Int], outputStrides: [Int]) {
        self.extents = extents
        self.inputStrides = inputStrides
        self.outputStrides = outputStrides
    }

    /// Where an axis of the full shape stands among the extents.
    func position(ofAxis axis: Int) -> Int { positionsOfAxes?[axis] ?? axis }

    /// The same copy with neighbouring axes joined where they are one run of floats; the batch stays apart.
    func coalesced() -> StridedCopy {
        var result = self
        var position = extents.count - 2
        while position >= 1 {
            let next = position + 1
            let isOneRun =
                result.tables[position] == nil && result.tables[next] == nil
                && result.inputStrides[position] == result.inputStrides[next] * result.extents[next]
                && result.outputStrides[position] == result.outputStrides[next] * result.extents[next]
            if isOneRun {
                result.extents[next] *= result.extents[position]
                result.extents.remove(at: position)
                result.inputStrides.remove(at: position)
                result.outputStrides.remove(at: position)
                let moved = result.tables.map { ($0.key > position ? $0.key - 1 : $0.key, $0.value) }
                result.tables = Dictionary(moved) { first, _ in first }
            }
            position -= 1
        }
        return result
    }
}
