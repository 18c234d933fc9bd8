internal import Graph
internal import Tensors

/// Rewrites operators into fewer or cheaper ones that give the same numbers.
///
/// - Zero padding before a convolution becomes the convolution's own, and `-inf` before a maximum pooling likewise.
/// - A reshape to the own type, a reshape of a reshape, an identity transposition, a slice of everything, a
///   rolling by nothing and a concatenation of one disappear.
/// - `x * sigmoid(x)` becomes SiLU.
/// - A concatenation of what an earlier one joins reads that one, as ``NestedJoins`` says.
enum Simplify {
    static func apply(_ graph: BoundGraph) -> BoundGraph {
        var graph = graph
        /// What stands for each value now.
        var current = graph.nodes.indices.map { ValueID(index: $0) }
        for index in graph.nodes.indices where graph.tensors[ValueID(index: index)] == nil {
            graph.nodes[index].inputs = graph.nodes[index].inputs.map { current[$0.index] }
            if let same = identity(graph.nodes[index], in: graph) {
                current[index] = same
                continue
            }
            if let node = collapsedReshape(graph.nodes[index], in: graph) { graph.nodes[index] = node }
            if let node = absorbedPadding(graph.nodes[index], in: graph) {
                graph.nodes[index] = node
            }
            if let node = sigmoidGate(graph.nodes[index], in: graph) { graph.nodes[index] = node }
        }
        graph.outputs = graph.outputs.mapValues { current[$0.index] }
        return NestedJoins.apply(graph.pruned())
    }

    /// The input that `node` passes on unchanged, if it is one that does.
    private static func identity(_ node: Graph.Node, in graph: BoundGraph) -> ValueID? {
        guard let first = node.inputs.first else { return nil }
        let type = graph[first].type
        let isIdentity =
            switch node.operation {
            case .reshape(let target): target == type
            case .transpose(let permutation): permutation == Array(0..<type.rank)
            case .slice(let axis, let start, let count, let step):
                start == 0 && step == 1 && count == type.extents[axis]
            case .roll(let axis, let shift): shift % type.extents[axis] == 0
            case .concatenation: node.inputs.count == 1
            case .affine(let multiplier, let offset): multiplier == 1 && offset == 0
            case .padding(let amounts): (amounts.before + amounts.after).allSatisfy { $0 == 0 }
            case .pooling(let pooling):
                pooling.kernel == 1 && pooling.stride == 1 && pooling.padding == .zero
            case .input, .parameter, .constant, .convolution, .linear, .batchNormalization,
                .layerNormalization, .rootMeanSquareNormalization, .groupNormalization, .activation, .binary,
                .reduction, .matrixProduct, .longShortTermMemory, .softmax, .gather, .resample,
                .broadcastToBatch:
                false
            }
        return isIdentity ? first : nil
    }

    private static func collapsedReshape(_ node: Graph.Node, in graph: BoundGraph) -> Graph.Node? {
        guard case .reshape = node.operation, let first = node.inputs.first,
            case .reshape = graph[first].operation
        else { return nil }
        var copy = node
        copy.inputs = graph[first].inputs
        return copy
    }

    private static func absorbedPadding(_ node: Graph.Node, in graph: BoundGraph) -> Graph.Node? {
        guard let first = node.inputs.first, case .padding(let amounts) = graph[first].operation,
            case .constant(let filler) = amounts.mode, amounts.before.count == 4,
            amounts.before[1] == 0, amounts.after[1] == 0,
            (amounts.before + amounts.after).allSatisfy({ $0 >= 0 })
        else { return nil }
        func sum(_ own: Edges) -> Edges {
            Edges(
                top: own.top + amounts.before[2],
                left: own.left + amounts.before[3],
                bottom: own.bottom + amounts.after[2],
                right: own.right + amounts.after[3]
            )
        }
        var copy = node
        copy.inputs[0] = graph[first].inputs[0]
        switch node.operation {
        case .convolution(var convolution) where filler == 0:
            convolution.padding = sum(convolution.padding)
            copy.operation = .convolution(convolution)
            return copy
        case .pooling(var pooling)
        where pooling.kind == .maximum && filler == -.infinity && !pooling.roundsUp:
            pooling.padding = sum(pooling.padding)
            // A window that lies in the padding alone would have no maximum.
            let edges = pooling.padding
            guard max(edges.top, edges.bottom) < pooling.kernel.height,
                max(edges.left, edges.right) < pooling.kernel.width
            else { return nil }
            copy.operation = .pooling(pooling)
            return copy
        case .convolution, .pooling, .input, .parameter, .constant, .linear, .batchNormalization,
            .layerNormalization, .rootMeanSquareNormalization, .groupNormalization, .activation, .binary,
            .affine, .reduction, .matrixProduct, .longShortTermMemory, .softmax, .reshape, .transpose, .slice,
            .concatenation, .gather, .roll, .padding, .resample, .broadcastToBatch:
            return nil
        }
    }

    private static func sigmoidGate(_ node: Graph.Node, in graph: BoundGraph) -> Graph.Node? {
        // A product of static values is a tensor by now and reads nothing.
        guard case .binary(.multiply) = node.operation, node.inputs.count == 2 else { return nil }
        for (gate, x) in [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])] {
            guard case .activation(.sigmoid) = graph[gate].operation, graph[gate].inputs == [x] else {
                continue
            }
            var copy = node
            copy.operation = .activation(.silu)
            copy.inputs = [x]
            return copy
        }
        return nil
    }
}
