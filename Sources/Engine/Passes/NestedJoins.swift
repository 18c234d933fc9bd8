internal import Graph
internal import Tensors

/// Lets a concatenation read an earlier one in the place of that one's operands.
///
/// `[a, b]` and `[a, b, c]` become `j = [a, b]` and `[j, c]`; a second `[a, b]` is j.
///
/// Each layer of a dense block joins all features before it. Nested, each join is a part of the next, and all of
/// them are one run of memory where ``ChannelJoins`` can write them in place.
enum NestedJoins {
    static func apply(_ graph: BoundGraph) -> BoundGraph {
        var graph = graph
        /// What stands for each value now.
        var current = graph.nodes.indices.map { ValueID(index: $0) }
        var earlier: [Join] = []
        for index in graph.nodes.indices where graph.tensors[ValueID(index: index)] == nil {
            let operands = graph.nodes[index].inputs.map { current[$0.index] }
            graph.nodes[index].inputs = operands
            guard case .concatenation(let axis) = graph.nodes[index].operation else { continue }
            let inputs = nested(operands, in: earlier.filter { $0.axis == axis })
            graph.nodes[index].inputs = inputs
            if inputs.count == 1 { current[index] = inputs[0] }
            earlier.append(Join(value: current[index], axis: axis, operands: operands))
        }
        graph.outputs = graph.outputs.mapValues { current[$0.index] }
        return graph.pruned()
    }

    /// A concatenation as the graph had it.
    private struct Join {
        var value: ValueID
        var axis: Int
        var operands: [ValueID]
    }

    /// The operands with each run that a join has made already replaced by that join, the longest first.
    private static func nested(_ operands: [ValueID], in joins: [Join]) -> [ValueID] {
        var rest = operands
        for join in joins.sorted(by: { $0.operands.count > $1.operands.count }) where join.operands.count > 1
        {
            while let start = rest.firstIndex(of: join.operands), rest.count > 1 {
                rest.replaceSubrange(start..<start + join.operands.count, with: [join.value])
            }
        }
        return rest
    }
}

extension [ValueID] {
    /// Where `part` begins, if all of it stands here in a row.
    fileprivate func firstIndex(of part: [ValueID]) -> Int? {
        indices.first { self[$0...].starts(with: part) }
    }
}
