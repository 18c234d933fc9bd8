internal import Graph
internal import KernelInterface
internal import Tensors

/// What a general kernel reads: a value, or numbers that are known.
enum Operand: Sendable {
    /// A plain value.
    case value(BlockPlace, TensorType)
    /// Numbers.
    case tensor(Tensor)

    /// The full shape of one picture's part.
    var extents: [Int] {
        switch self {
        case .value(_, let type): type.extents
        case .tensor(let tensor): tensor.shape.dimensions
        }
    }

    /// The strides along `rank` axes, 0 where the operand is repeated.
    func strides(rank: Int) -> [Int] {
        let own = Shape(extents).strides
        let missing = rank - own.count
        var result = [Int](repeating: 0, count: missing)
        for (axis, extent) in extents.enumerated() {
            var isBatch = false
            if axis == 0, missing == 0, case .value(_, let type) = self { isBatch = type.isBatched }
            // One row a picture is still a row a picture.
            result.append(extent == 1 && !isBatch ? 0 : own[axis])
        }
        return result
    }
}

extension DraftBuilder {
    mutating func addGeneralBinary(
        _ id: ValueID,
        _ operation: BinaryOperation,
        _ statics: [Int: Tensor]
    ) throws(EngineError) {
        let node = graph[id]
        if node.layout == .blocked {
            let types = node.inputs.map { graph[$0].type }
            guard let broadcast = BlockedBroadcast(types[0], types[1]) else {
                throw unsupported(node, "a broadcast along the channels or the pixels expected")
            }
            let function = BinaryFunction(operation, reversed: broadcast.leftPosition == 1)
            return addBinary(
                id,
                function,
                rightSide: broadcast.rightSide,
                leftPosition: broadcast.leftPosition,
                ActivationFunction(.identity)
            )
        }
        var values = node.inputs.map { Operand.value(place($0), graph[$0].type) }
        var operands: [Operand] = []
        for position in 0..<2 {
            operands.append(statics[position].map { .tensor($0) } ?? values.removeFirst())
        }
        let target = output(id)
        try addBroadcast(node, BinaryFunction(operation), left: operands[0], right: operands[1], to: target)
    }

    /// A function of two operands, broadcast against each other into a plain value of the node's type.
    mutating func addBroadcast(
        _ node: LaidOutGraph.Node,
        _ function: BinaryFunction,
        left: Operand,
        right: Operand,
        to output: BlockPlace
    ) throws(EngineError) {
        let rank = node.type.rank
        guard rank <= PlainAxes.maximum else { throw unsupported(node, "at most 8 axes expected") }
        let arguments = unsafe BroadcastArguments(
            extents: PlainAxes.values(node.type.extents, filler: 1),
            function: function,
            left: StepDraft.unset,
            leftStrides: PlainAxes.values(left.strides(rank: rank), filler: 0),
            right: StepDraft.unset,
            rightStrides: PlainAxes.values(right.strides(rank: rank), filler: 0),
            output: StepDraft.unset
        )
        var step = StepDraft(.broadcast, arguments)
        switch left {
        case .value(let place, _): unsafe step.read(\BroadcastArguments.left, place)
        case .tensor(let tensor):
            unsafe step.constant(\BroadcastArguments.left, constant(.floats(tensor.floats)))
        }
        switch right {
        case .value(let place, _): unsafe step.read(\BroadcastArguments.right, place)
        case .tensor(let tensor):
            unsafe step.constant(\BroadcastArguments.right, constant(.floats(tensor.floats)))
        }
        unsafe step.write(\BroadcastArguments.output, output)
        step.count(
            \BroadcastArguments.extents,
            perPicture: node.type.batchFactor,
            at: PlainAxes.maximum - rank
        )
        step.isFallback = rank == 4
        program.steps.append(step)
    }
}
