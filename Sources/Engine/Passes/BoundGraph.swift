internal import Graph
internal import Tensors

/// A graph whose static values are tensors: what the passes between folding constants and fusing work on.
///
/// Static nodes are leaves (`parameter` or `constant`) whose numbers stand in ``tensors``; every other node is batched.
struct BoundGraph: Sendable {
    /// The nodes, each after its inputs.
    var nodes: [Graph.Node]
    /// The pictures.
    var input: ValueID
    /// What was asked for.
    var outputs: [OutputName: ValueID]
    /// The numbers of the static values, in any float type.
    var tensors: [ValueID: Tensor]

    /// The node that makes `value`.
    subscript(value: ValueID) -> Graph.Node { nodes[value.index] }

    /// How often each value is read, as an input or as an output of the graph.
    var readerCounts: [Int] {
        var counts = [Int](repeating: 0, count: nodes.count)
        for node in nodes { for input in node.inputs { counts[input.index] += 1 } }
        for value in outputs.values { counts[value.index] += 1 }
        return counts
    }

    /// The graph without what no output needs, its values renumbered.
    func pruned() -> BoundGraph {
        var isNeeded = [Bool](repeating: false, count: nodes.count)
        isNeeded[input.index] = true
        for value in outputs.values { isNeeded[value.index] = true }
        // A static value is its tensor: what it was computed from is not needed.
        for index in nodes.indices.reversed() where isNeeded[index] && tensors[ValueID(index: index)] == nil {
            for input in nodes[index].inputs { isNeeded[input.index] = true }
        }
        var renumbered = [ValueID](repeating: ValueID(index: 0), count: nodes.count)
        var kept: [Graph.Node] = []
        var keptTensors: [ValueID: Tensor] = [:]
        for (index, node) in nodes.enumerated() where isNeeded[index] {
            let id = ValueID(index: kept.count)
            renumbered[index] = id
            var copy = node
            let isStatic = tensors[ValueID(index: index)] != nil
            copy.inputs = isStatic ? [] : node.inputs.map { renumbered[$0.index] }
            kept.append(copy)
            if let tensor = tensors[ValueID(index: index)] { keptTensors[id] = tensor }
        }
        return BoundGraph(
            nodes: kept,
            input: renumbered[input.index],
            outputs: outputs.mapValues { renumbered[$0.index] },
            tensors: keptTensors
        )
    }
}
