internal import Graph
internal import KernelInterface
internal import Tensors

/// Folds batch norms and per-channel factors into the sums before them, and fuses biases, residual additions and
/// activations.
///
/// A value is folded into its producer only where nobody else reads the producer. Folding changes numbers only by the rounding of
/// products: scales are computed in Double.
enum Fuse {
    /// - Throws: `unsupportedOperator` where an operator reads a static value in a way that no kernel takes.
    static func apply(_ graph: BoundGraph) throws(EngineError) -> FusedGraph {
        var builder = FusedGraphBuilder(graph)
        for index in graph.nodes.indices { try builder.add(ValueID(index: index)) }
        return builder.finish()
    }
}

/// The fused graph as it grows, with the map from the values of the graph before.
struct FusedGraphBuilder {
    let graph: BoundGraph
    let readers: [Int]
    var nodes: [FusedGraph.Node] = []
    /// The fused value that stands for each value of the graph.
    var map: [ValueID: Int] = [:]
    /// How many readers each fused value has that have not been fused into it.
    var remainingReaders: [Int] = []

    init(_ graph: BoundGraph) {
        self.graph = graph
        readers = graph.readerCounts
    }

    mutating func add(_ id: ValueID) throws(EngineError) {
        guard graph.tensors[id] == nil else { return }
        let node = graph[id]
        switch node.operation {
        case .input: append(.input, [], id, "input")
        case .convolution(let convolution):
            append(.convolution(convolution, try sum(node)), [node.inputs[0]], id, "convolution")
        case .linear: append(.linear(try sum(node)), [node.inputs[0]], id, "linear")
        case .batchNormalization(let epsilon):
            let affine = try batchNormalization(node, epsilon: epsilon)
            addAffine(affine, of: node.inputs[0], id, "batch norm")
        case .affine(let multiplier, let offset): addScalarAffine(multiplier, offset, id)
        case .activation(let activation):
            addActivation(ActivationFunction(of: activation), "\(activation)", id)
        case .binary(let operation): try addBinary(operation, id)
        case .parameter, .constant, .layerNormalization, .rootMeanSquareNormalization, .groupNormalization,
            .pooling, .reduction, .matrixProduct, .longShortTermMemory, .softmax, .reshape, .transpose,
            .slice, .concatenation, .gather, .roll, .padding, .resample, .broadcastToBatch:
            addGeneral(id)
        }
    }

    /// The graph without the sums that have moved.
    func finish() -> FusedGraph {
        func fused(_ value: ValueID) -> ValueID { ValueID(index: map[value] ?? 0) }
        let outputs = graph.outputs.mapValues(fused)
        return FusedGraph(nodes: nodes, input: fused(graph.input), outputs: outputs).pruned()
    }

    // MARK: Appending

    private mutating func append(
        _ operation: FusedOperation,
        _ inputs: [ValueID],
        _ id: ValueID,
        _ label: String
    ) {
        let fused = inputs.compactMap { map[$0].map(ValueID.init(index:)) }
        precondition(fused.count == inputs.count, "inputs come first")
        nodes.append(
            FusedGraph.Node(
                operation: operation,
                inputs: fused,
                type: graph[id].type,
                path: graph[id].path,
                label: label
            )
        )
        remainingReaders.append(readers[id.index])
        map[id] = nodes.count - 1
    }

    /// Makes the fused node at `index` stand for `id` too, which has been fused into it.
    private mutating func extend(_ index: Int, to id: ValueID, _ operation: FusedOperation, _ label: String) {
        nodes[index].operation = operation
        nodes[index].label += " + \(label)"
        remainingReaders[index] = readers[id.index]
        map[id] = index
    }

    /// The fused node of `value` if nobody but the asking operator reads it.
    func soleProducer(of value: ValueID) -> Int? {
        guard let index = map[value], remainingReaders[index] == 1 else { return nil }
        return index
    }

    private mutating func addGeneral(_ id: ValueID) {
        let node = graph[id]
        var statics: [Int: Tensor] = [:]
        for (position, input) in node.inputs.enumerated() { statics[position] = graph.tensors[input] }
        let values = node.inputs.filter { graph.tensors[$0] == nil }
        append(.general(node.operation, statics: statics), values, id, node.operation.label)
    }

    // MARK: Operators

    private func sum(_ node: Graph.Node) throws(EngineError) -> WeightedSum {
        let weight = try tensor(node, 1)
        let bias = node.inputs.count > 2 ? try tensor(node, 2).floats.map(Double.init) : nil
        return WeightedSum(weight: weight, scale: nil, bias: bias)
    }

    private func tensor(_ node: Graph.Node, _ position: Int) throws(EngineError) -> Tensor {
        guard let tensor = graph.tensors[node.inputs[position]] else {
            throw EngineError(
                code: .unsupportedOperator,
                message:
                    "\(node.operation.label) takes static weights; its input \(position) depends on the pictures",
                path: node.path
            )
        }
        return tensor
    }

    private func batchNormalization(_ node: Graph.Node, epsilon: Float) throws(EngineError) -> ChannelAffine {
        let weight = try tensor(node, 1).floats
        let bias = try tensor(node, 2).floats
        let mean = try tensor(node, 3).floats
        let variance = try tensor(node, 4).floats
        let scale = weight.indices.map {
            Double(weight[$0]) / (Double(variance[$0]) + Double(epsilon)).squareRoot()
        }
        let shift = weight.indices.map { Double(bias[$0]) - Double(mean[$0]) * scale[$0] }
        return ChannelAffine(axis: 1, scale: scale, shift: shift)
    }

    private mutating func addAffine(_ affine: ChannelAffine, of x: ValueID, _ id: ValueID, _ label: String) {
        if distribute(affine, of: x, id, label) { return }
        if let index = soleProducer(of: x) {
            switch nodes[index].operation {
            case .convolution(let convolution, var sum) where sum.isOpen && affine.axis == 1:
                sum.append(affine)
                return extend(index, to: id, .convolution(convolution, sum), label)
            case .linear(var sum) where sum.isOpen && affine.axis == graph[x].type.rank - 1:
                sum.append(affine)
                return extend(index, to: id, .linear(sum), label)
            case .channelAffine(var first)
            where first.activation.kind == .identity && first.axis == affine.axis:
                first.append(affine)
                return extend(index, to: id, .channelAffine(first), label)
            case .input, .convolution, .linear, .channelAffine, .gate, .elementwise, .activation, .attention,
                .general:
                break
            }
        }
        append(.channelAffine(affine), [x], id, label)
    }

    private mutating func addScalarAffine(_ multiplier: Float, _ offset: Float, _ id: ValueID) {
        let x = graph[id].inputs[0]
        if let index = soleProducer(of: x) {
            let channels: (axis: Int, count: Int)? =
                switch nodes[index].operation {
                case .convolution(_, let sum) where sum.isOpen: (1, sum.outputChannels)
                case .linear(let sum) where sum.isOpen: (graph[x].type.rank - 1, sum.outputChannels)
                case .channelAffine(let affine) where affine.activation.kind == .identity:
                    (affine.axis, affine.scale.count)
                case .input, .convolution, .linear, .channelAffine, .gate, .elementwise, .activation,
                    .attention, .general:
                    nil
                }
            if let channels {
                let affine = ChannelAffine(
                    axis: channels.axis,
                    scale: [Double](repeating: Double(multiplier), count: channels.count),
                    shift: [Double](repeating: Double(offset), count: channels.count)
                )
                return addAffine(affine, of: x, id, "affine")
            }
        }
        addActivation(ActivationFunction(.affine, parameter: multiplier, offset: offset), "affine", id)
    }

    private mutating func addActivation(_ function: ActivationFunction, _ label: String, _ id: ValueID) {
        let x = graph[id].inputs[0]
        if distribute(function, of: x, id, label) { return }
        if let index = soleProducer(of: x) {
            switch nodes[index].operation {
            case .convolution(let convolution, var sum) where sum.activation.kind == .identity:
                sum.activation = function
                return extend(index, to: id, .convolution(convolution, sum), label)
            case .linear(var sum) where sum.activation.kind == .identity:
                sum.activation = function
                return extend(index, to: id, .linear(sum), label)
            case .channelAffine(var affine) where affine.activation.kind == .identity:
                affine.activation = function
                return extend(index, to: id, .channelAffine(affine), label)
            case .gate(let own) where own.kind == .identity:
                return extend(index, to: id, .gate(function), label)
            case .elementwise(let operation, let own) where own.kind == .identity:
                return extend(index, to: id, .elementwise(operation, function), label)
            case .input, .convolution, .linear, .channelAffine, .gate, .elementwise, .activation, .attention,
                .general:
                break
            }
        }
        append(.activation(function), [x], id, label)
    }

    private mutating func addBinary(_ operation: BinaryOperation, _ id: ValueID) throws(EngineError) {
        let (left, right) = (graph[id].inputs[0], graph[id].inputs[1])
        if let affine = perChannel(operation, id) {
            return addAffine(affine.affine, of: affine.x, id, "\(operation.rawValue) constant")
        }
        guard graph.tensors[left] == nil, graph.tensors[right] == nil else { return addGeneral(id) }
        if graph[left].type == graph[right].type {
            if operation == .add, addResidual(left, right, id) { return }
            return append(
                .elementwise(operation, ActivationFunction(.identity)),
                [left, right],
                id,
                operation.rawValue
            )
        }
        if operation == .multiply {
            for (x, gate) in [(left, right), (right, left)]
            where isGate(gate, of: x) && graph[x].type == graph[id].type {
                return append(
                    .gate(ActivationFunction(.identity)),
                    [x, gate],
                    id,
                    "channel gate"
                )
            }
        }
        addGeneral(id)
    }

    /// Whether `gate` is `[N, C, 1, 1]` for an x of `[N, C, H, W]`.
    private func isGate(_ gate: ValueID, of x: ValueID) -> Bool {
        let (gate, x) = (graph[gate].type, graph[x].type)
        return x.rank == 4 && gate.rank == 4 && gate.batchFactor == x.batchFactor
            && gate.dimensions == [x.dimensions[0], 1, 1]
    }

    /// Fuses the addition into the later of the two producers that takes a residual.
    private mutating func addResidual(_ left: ValueID, _ right: ValueID, _ id: ValueID) -> Bool {
        let candidates = [(left, right), (right, left)].sorted { (map[$0.0] ?? 0) > (map[$1.0] ?? 0) }
        for (main, residual) in candidates where main != residual {
            guard let index = soleProducer(of: main) else { continue }
            let operation: FusedOperation
            switch nodes[index].operation {
            case .convolution(let convolution, var sum) where sum.isOpen:
                sum.addsResidual = true
                operation = .convolution(convolution, sum)
            case .linear(var sum) where sum.isOpen:
                sum.addsResidual = true
                operation = .linear(sum)
            case .input, .convolution, .linear, .channelAffine, .gate, .elementwise, .activation, .attention,
                .general:
                continue
            }
            // The residual may be younger than the sum: the sum moves behind it, and nobody reads the old one.
            let old = nodes[index]
            append(operation, [], id, "\(old.label) + add")
            nodes[nodes.count - 1].inputs = old.inputs + [ValueID(index: map[residual] ?? 0)]
            nodes[nodes.count - 1].path = old.path
            return true
        }
        return false
    }

    /// `x op constant` as a scale and a shift of each channel, where the constant varies along one axis only and a
    /// sum or a scaling stands before it, or the axis is that of feature maps' channels.
    private func perChannel(_ operation: BinaryOperation, _ id: ValueID) -> (
        x: ValueID, affine: ChannelAffine
    )? {
        let inputs = graph[id].inputs
        for (position, x) in inputs.enumerated() {
            let other = inputs[1 - position]
            guard let tensor = graph.tensors[other], graph.tensors[x] == nil, graph[x].type == graph[id].type
            else { continue }
            let type = graph[x].type
            let padded = [Int](repeating: 1, count: type.rank - tensor.shape.rank) + tensor.shape.dimensions
            let varying = padded.indices.filter { padded[$0] > 1 }
            let preferred = type.rank == 4 ? 1 : type.rank - 1
            guard varying.count <= 1, case let axis = varying.first ?? preferred, axis > 0 else { continue }
            let extent = type.extents[axis]
            guard axis == 1 && type.rank == 4 || axis == type.rank - 1 else { continue }
            let stored = tensor.floats.map(Double.init)
            let values = stored.count == 1 ? [Double](repeating: stored[0], count: extent) : stored
            let ones = [Double](repeating: 1, count: extent)
            let zeros = [Double](repeating: 0, count: extent)
            let pair: (scale: [Double], shift: [Double])? =
                switch operation {
                case .add: (ones, values)
                case .subtract: position == 0 ? (ones, values.map { -$0 }) : (ones.map { -$0 }, values)
                case .multiply: (values, zeros)
                case .divide: position == 0 ? (values.map { 1 / $0 }, zeros) : nil
                case .maximum, .minimum: nil
                }
            guard let pair else { continue }
            return (x, ChannelAffine(axis: axis, scale: pair.scale, shift: pair.shift))
        }
        return nil
    }
}
