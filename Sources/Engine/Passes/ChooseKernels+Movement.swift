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
}
