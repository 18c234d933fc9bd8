internal import Graph
internal import Tensors

/// Binds the parameters and computes what depends on parameters and constants alone.
enum FoldConstants {
    /// - Throws: `missingParameter` or `parameterShape`.
    static func apply(_ graph: Graph, parameters: ParameterStore) throws(EngineError) -> BoundGraph {
        var tensors: [ValueID: Tensor] = [:]
        for (index, node) in graph.nodes.enumerated() {
            let id = ValueID(index: index)
            switch node.operation {
            case .parameter(let name):
                tensors[id] = try parameter(name, node, parameters)
            case .constant(let values):
                tensors[id] = Tensor(shape: Shape(node.type.dimensions), values: values)
            default: break
            }
        }
        return BoundGraph(nodes: graph.nodes, input: graph.input, outputs: graph.outputs, tensors: tensors)
    }

    private static func parameter(
        _ name: String,
        _ node: Graph.Node,
        _ parameters: ParameterStore
    ) throws(EngineError) -> Tensor {
        guard let tensor = parameters[name] else {
            throw EngineError(
                code: .missingParameter,
                message: "the weights lack the tensor \(name) of shape \(node.type)",
                path: node.path
            )
        }
        guard tensor.shape.dimensions == node.type.dimensions else {
            throw EngineError(
                code: .parameterShape,
                message: "the tensor \(name) has the shape \(tensor.shape), expected \(node.type)",
                path: node.path
            )
        }
        return tensor
    }
}
