internal import Graph
internal import ReferenceKernels
internal import Tensors

/// Binds the parameters and computes what depends on parameters and constants alone: resampled position
/// embeddings, gathered tables, standardised weights.
///
/// The reference interpreter computes them, so that a constant is right by definition.
enum FoldConstants {
    /// - Throws: `missingParameter` or `parameterShape`.
    static func apply(_ graph: Graph, parameters: ParameterStore) throws(EngineError) -> BoundGraph {
        var tensors: [ValueID: Tensor] = [:]
        var isComputed = [Bool](repeating: false, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where !node.type.isBatched {
            let id = ValueID(index: index)
            switch node.operation {
            case .parameter(let name): tensors[id] = try parameter(name, node, parameters)
            case .constant(let values):
                tensors[id] = Tensor(shape: Shape(node.type.dimensions), values: values)
            case .reshape where tensors[node.inputs[0]] != nil:
                tensors[id] = tensors[node.inputs[0]]?.reshaped(to: Shape(node.type.dimensions))
            case .input, .reshape, .convolution, .linear, .batchNormalization, .layerNormalization,
                .rootMeanSquareNormalization, .groupNormalization, .activation, .binary, .affine, .pooling,
                .reduction, .matrixProduct, .longShortTermMemory, .softmax, .transpose, .slice,
                .concatenation, .gather, .roll, .padding, .resample, .broadcastToBatch:
                isComputed[index] = true
            }
        }
        // Only what the pictures meet is computed for good; what stands before it is let go.
        var wanted: Set<ValueID> = []
        for node in graph.nodes where node.type.isBatched {
            for input in node.inputs where isComputed[input.index] { wanted.insert(input) }
        }
        for value in graph.outputs.values where !graph[value].type.isBatched {
            throw EngineError(
                code: .unsupportedOperator,
                message: "an output of shape \(graph[value].type) does not depend on the pictures",
                path: graph[value].path
            )
        }
        if !wanted.isEmpty {
            do throws(ReferenceError) {
                let computed = try ReferenceInterpreter.constants(wanted, of: graph, parameters: parameters)
                tensors.merge(computed) { _, new in new }
            } catch {
                throw EngineError(
                    code: .missingParameter,
                    message: "constants cannot be computed: \(error.message)",
                    cause: error
                )
            }
        }
        return BoundGraph(
            nodes: graph.nodes,
            input: graph.input,
            outputs: graph.outputs,
            tensors: tensors
        ).pruned()
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
