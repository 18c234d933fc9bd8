internal import Graph

/// The first pass: a graph and the outputs that are wanted, to the graph of just what those need.
///
/// Parameters stay declared even where nothing reads them any more: they describe the checkpoint.
enum EliminateDeadCode {
    /// The graph that computes `outputs` and nothing else, its values renumbered.
    ///
    /// The input stays even where nothing reads it.
    ///
    /// - Throws: `missingOutput` where the graph does not have an output, `invalidOption` where none is wanted.
    static func apply(_ graph: Graph, outputs: Set<OutputName>) throws(EngineError) -> Graph {
        guard !outputs.isEmpty else {
            throw EngineError(code: .invalidOption, message: "no output is asked for: name one at least")
        }
        var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
        isNeeded[graph.input.index] = true
        for name in outputs {
            guard let value = graph.outputs[name] else {
                let known = graph.outputs.keys.map(\.rawValue).sorted().joined(separator: ", ")
                throw EngineError(
                    code: .missingOutput,
                    message: "the model has no output \(name.rawValue): it offers \(known)"
                )
            }
            isNeeded[value.index] = true
        }
        for index in graph.nodes.indices.reversed() where isNeeded[index] {
            for input in graph.nodes[index].inputs { isNeeded[input.index] = true }
        }
        var renumbered = [ValueID](repeating: ValueID(index: 0), count: graph.nodes.count)
        var nodes: [Graph.Node] = []
        for (index, node) in graph.nodes.enumerated() where isNeeded[index] {
            renumbered[index] = ValueID(index: nodes.count)
            var copy = node
            copy.inputs = node.inputs.map { renumbered[$0.index] }
            nodes.append(copy)
        }
        return Graph(
            nodes: nodes,
            input: renumbered[graph.input.index],
            outputs: graph.outputs.filter { outputs.contains($0.key) }.mapValues { renumbered[$0.index] },
            parameters: graph.parameters,
            amplifiesRounding: graph.amplifiesRounding
        )
    }
}
