internal import Graph
internal import KernelInterface
internal import Tensors

/// Chooses a layout for every value and puts conversions at the borders.
///
/// Convolutions and what works on feature maps want blocks, tokens and general movements want plain rows; what
/// takes either follows its input. Each value is converted once at most.
enum AssignLayouts {
    static func apply(_ graph: FusedGraph) -> LaidOutGraph {
        var builder = LayoutBuilder(graph)
        for index in graph.nodes.indices { builder.add(ValueID(index: index)) }
        return builder.finish()
    }
}

private struct LayoutBuilder {
    let graph: FusedGraph
    var nodes: [LaidOutGraph.Node] = []
    /// The value as its producer makes it.
    var native: [ValueID: ValueID] = [:]
    /// Conversions that stand already.
    var converted: [ValueID: ValueID] = [:]

    init(_ graph: FusedGraph) {
        self.graph = graph
    }

    func finish() -> LaidOutGraph {
        func final(_ value: ValueID) -> ValueID { native[value] ?? value }
        return LaidOutGraph(nodes: nodes, input: final(graph.input), outputs: graph.outputs.mapValues(final))
    }

    mutating func add(_ id: ValueID) {
        let node = graph[id]
        let demand = demand(node)
        var inputs: [ValueID] = []
        for (position, input) in node.inputs.enumerated() {
            inputs.append(value(input, demand.inputs[position], label: node.path))
        }
        native[id] = append(
            LaidOutGraph.Node(
                operation: .fused(node.operation),
                inputs: inputs,
                type: node.type,
                layout: demand.output,
                path: node.path,
                label: node.label
            )
        )
    }

    private mutating func append(_ node: LaidOutGraph.Node) -> ValueID {
        nodes.append(node)
        return ValueID(index: nodes.count - 1)
    }

    /// `value` under the layout, converted where it is not.
    private mutating func value(_ value: ValueID, _ layout: ValueLayout, label: String) -> ValueID {
        guard let own = native[value] else { preconditionFailure("inputs come first") }
        guard nodes[own.index].layout != layout else { return own }
        if let known = converted[value] { return known }
        let conversion = append(
            LaidOutGraph.Node(
                operation: .conversion,
                inputs: [own],
                type: nodes[own.index].type,
                layout: layout,
                path: nodes[own.index].path,
                label: layout == .blocked ? "to blocks" : "to rows"
            )
        )
        converted[value] = conversion
        return conversion
    }

    private struct Demand {
        var inputs: [ValueLayout]
        var output: ValueLayout

        /// The same layout for all.
        init(all layout: ValueLayout, _ node: FusedGraph.Node) {
            inputs = [ValueLayout](repeating: layout, count: node.inputs.count)
            output = layout
        }

        init(inputs: [ValueLayout], output: ValueLayout) {
            self.inputs = inputs
            self.output = output
        }
    }

    private func layout(_ value: ValueID) -> ValueLayout {
        guard let own = native[value] else { preconditionFailure("inputs come first") }
        return nodes[own.index].layout
    }

    private func demand(_ node: FusedGraph.Node) -> Demand {
        switch node.operation {
        case .input: return Demand(inputs: [], output: .plain)
        case .convolution(let convolution, _):
            var demand = Demand(all: .blocked, node)
            // The pictures have few channels: their kernel reads them as they come.
            if node.inputs[0] == graph.input, convolution.groups == 1 { demand.inputs[0] = .plain }
            return demand
        case .linear:
            guard node.type.rank == 2 else { return Demand(all: .plain, node) }
            return Demand(inputs: node.inputs.map(layout), output: .blocked)
        case .channelAffine(let affine):
            return Demand(all: affine.axis == 1 && MapExtents(node.type) != nil ? .blocked : .plain, node)
        case .gate: return Demand(all: .blocked, node)
        case .elementwise, .activation: return Demand(all: following(node), node)
        case .attention: return Demand(all: .plain, node)
        case .general(let operation, let statics): return demand(node, operation, statics)
        }
    }

    /// Blocked where an input is and the result can be.
    private func following(_ node: FusedGraph.Node) -> ValueLayout {
        MapExtents(node.type) != nil && node.inputs.contains { layout($0) == .blocked } ? .blocked : .plain
    }

    private func demand(
        _ node: FusedGraph.Node,
        _ operation: Operator,
        _ statics: [Int: Tensor]
    ) -> Demand {
        let plain = Demand(all: .plain, node)
        let blocked = Demand(all: .blocked, node)
        let isBlocked = node.inputs.contains { layout($0) == .blocked }
        switch operation {
        case .layerNormalization(let axis, _), .rootMeanSquareNormalization(let axis, _):
            return axis == 1 && node.type.rank == 4 ? blocked : plain
        case .groupNormalization: return MapExtents(node.type) == nil ? plain : blocked
        case .pooling, .resample: return blocked
        case .reduction(let kind, let axes, _):
            let isGlobal = kind == .mean && axes.sorted() == [2, 3] && graph[node.inputs[0]].type.rank == 4
            return isGlobal ? blocked : plain
        case .reshape(let target):
            let isView = isBlocked && BlockedView.isSame(graph[node.inputs[0]].type, target)
            return isView ? blocked : plain
        case .slice(let axis, _, _, _), .concatenation(let axis), .gather(let axis, _), .roll(let axis, _):
            return isBlocked && node.type.rank == 4 && axis >= 1 ? blocked : plain
        case .padding(let amounts):
            guard isBlocked, node.type.rank == 4, amounts.before[1] == 0, amounts.after[1] == 0 else {
                return plain
            }
            // The channels past the last must stay zero.
            if case .constant(let filler) = amounts.mode, filler != 0, node.type.dimensions[0] % 16 != 0 {
                return plain
            }
            return blocked
        case .binary:
            guard isBlocked, statics.isEmpty, node.type.rank == 4 else { return plain }
            let types = node.inputs.map { graph[$0].type }
            return BlockedBroadcast(types[0], types[1]) == nil ? plain : blocked
        case .input, .parameter, .constant, .convolution, .linear, .batchNormalization, .activation, .affine,
            .matrixProduct, .longShortTermMemory, .softmax, .transpose, .broadcastToBatch:
            return plain
        }
    }
}

/// Reshapes that leave blocked bytes as they are.
enum BlockedView {
    /// Whether both types are the same maps: `[N, C]`, `[N, C, 1]` and `[N, C, 1, 1]` are.
    static func isSame(_ left: TensorType, _ right: TensorType) -> Bool {
        guard let left = MapExtents(left), let right = MapExtents(right) else { return false }
        return left == right
    }
}

/// Two blocked feature maps of which one is broadcast along the pixels or the channels.
struct BlockedBroadcast: Sendable {
    /// Which operand has the full type.
    var leftPosition: Int
    /// How the other is broadcast.
    var rightSide: BinaryArguments.RightSide

    /// nil where neither operand has the full type, or the other varies in another way.
    init?(_ first: TensorType, _ second: TensorType) {
        for (position, full, other) in [(0, first, second), (1, second, first)] {
            guard full.rank == 4, other.rank == 4, full.batchFactor == other.batchFactor else { continue }
            leftPosition = position
            if full.dimensions == other.dimensions {
                rightSide = .same
                return
            }
            if other.dimensions == [full.dimensions[0], 1, 1] {
                rightSide = .channel
                return
            }
            if other.dimensions == [1] + full.dimensions.dropFirst() {
                rightSide = .pixel
                return
            }
        }
        return nil
    }
}
