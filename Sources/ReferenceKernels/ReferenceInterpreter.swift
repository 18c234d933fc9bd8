public import Graph
public import Tensors

/// Runs whole graphs on ``ReferenceKernels``.
public enum ReferenceInterpreter {
    /// The outputs of a graph for a batch of pictures.
    ///
    /// - Parameters:
    ///   - graph: the model.
    ///   - parameters: its tensors by name.
    ///   - input: the pictures, `[N, C, H, W]` row-major.
    ///   - batch: N.
    /// - Returns: each output, row-major.
    /// - Throws: `missingParameter`, `parameterShape`, `inputCount`.
    public static func evaluate(
        _ graph: Graph,
        parameters: ParameterStore,
        input: [Float],
        batch: Int
    ) throws(ReferenceError) -> [OutputName: [Float]] {
        let shape = graph[graph.input].type.shape(batch: batch)
        guard input.count == shape.count else {
            throw ReferenceError(
                code: .inputCount,
                message:
                    "the graph takes \(shape.count) floats for \(batch) pictures, \(input.count) were given"
            )
        }
        let picture = ReferenceValue(shape: shape, values: input)
        let wanted = Set(graph.outputs.values)
        let values = try run(graph, parameters: parameters, picture: picture, batch: batch, wanted: wanted)
        var results: [OutputName: [Float]] = [:]
        for (name, id) in graph.outputs { results[name] = values[id]?.values }
        return results
    }

    /// The values of nodes that depend on parameters and constants alone.
    ///
    /// - Throws: `missingParameter`, `parameterShape`, and `notConstant` where a node depends on the pictures.
    public static func constants(
        _ ids: Set<ValueID>,
        of graph: Graph,
        parameters: ParameterStore
    ) throws(ReferenceError) -> [ValueID: Tensor] {
        let values = try run(graph, parameters: parameters, picture: nil, batch: 1, wanted: ids)
        var tensors: [ValueID: Tensor] = [:]
        for id in ids {
            guard let value = values[id] else { continue }
            tensors[id] = Tensor(shape: value.shape, values: value.values)
        }
        return tensors
    }

    /// Evaluates what `wanted` needs; a value is let go after its last use.
    private static func run(
        _ graph: Graph,
        parameters: ParameterStore,
        picture: ReferenceValue?,
        batch: Int,
        wanted: Set<ValueID>
    ) throws(ReferenceError) -> [ValueID: ReferenceValue] {
        var lastUse: [ValueID: Int] = [:]
        for id in wanted { lastUse[id] = graph.nodes.count }
        for index in graph.nodes.indices.reversed() where lastUse[ValueID(index: index)] != nil {
            for input in graph.nodes[index].inputs {
                lastUse[input] = max(lastUse[input] ?? 0, index)
            }
        }
        var values: [ValueID: ReferenceValue] = [:]
        for (index, node) in graph.nodes.enumerated() where lastUse[ValueID(index: index)] != nil {
            let value: ReferenceValue
            if case .input = node.operation {
                guard let picture else {
                    throw ReferenceError(
                        code: .notConstant,
                        message: "the values asked for depend on the pictures"
                    )
                }
                value = picture
            } else if case .parameter(let name) = node.operation {
                value = try parameter(name, node.type, parameters)
            } else {
                value = ReferenceKernels.evaluate(
                    node.operation,
                    node.inputs.compactMap { values[$0] },
                    type: node.type,
                    batch: batch
                )
            }
            values[ValueID(index: index)] = value
            for input in node.inputs where lastUse[input] == index { values[input] = nil }
        }
        return values
    }

    private static func parameter(
        _ name: String,
        _ type: TensorType,
        _ parameters: ParameterStore
    ) throws(ReferenceError) -> ReferenceValue {
        guard let tensor = parameters[name] else {
            throw ReferenceError(
                code: .missingParameter,
                message: "the parameter \(name) \(type) is not among the \(parameters.tensors.count) given"
            )
        }
        let shape = type.shape(batch: 1)
        guard tensor.shape == shape else {
            throw ReferenceError(
                code: .parameterShape,
                message: "the parameter \(name) has shape \(tensor.shape), the graph wants \(shape)"
            )
        }
        return ReferenceValue(shape: shape, values: tensor.floats)
    }
}
