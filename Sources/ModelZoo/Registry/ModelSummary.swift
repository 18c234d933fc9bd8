public import Graph

/// The size and the work of a model, counted on its graph.
public struct ModelSummary: Sendable, Hashable {
    /// Learned numbers: the checkpoint's floating-point entries without the running statistics of batch norms.
    public let parameterCount: Int
    /// All floating-point numbers of the checkpoint.
    public let checkpointCount: Int
    /// Multiply-accumulates of one picture: convolutions, linear layers, matrix products and recurrences.
    public let multiplyAccumulates: Int
    /// Numbers that these layers give for one picture: timm's count of activations.
    public let activationCount: Int

    /// Multiply-accumulates of one picture in units of 10^9.
    public var gigaMultiplyAccumulates: Double { Double(multiplyAccumulates) / 1e9 }

    /// Parameters in units of 10^6.
    public var megaParameters: Double { Double(parameterCount) / 1e6 }

    /// Activations of one picture in units of 10^6.
    public var megaActivations: Double { Double(activationCount) / 1e6 }

    /// Counts `graph` at the input size that it was built for; what depends on weights alone is not counted as
    /// work, since it is computed once.
    public init(_ graph: Graph) {
        var statistics: Set<String> = []
        var work = 0
        var activations = 0
        for node in graph.nodes {
            guard let (left, inner) = Self.product(node, in: graph), node.type.isBatched else {
                if case .batchNormalization = node.operation {
                    for input in node.inputs.suffix(2) {
                        if case .parameter(let name) = graph[input].operation { statistics.insert(name) }
                    }
                }
                continue
            }
            work += left * inner
            activations += left
        }
        let counts = graph.parameters.map { ($0.name, $0.dimensions.reduce(1, *)) }
        checkpointCount = counts.reduce(0) { $0 + $1.1 }
        parameterCount = counts.reduce(0) { statistics.contains($1.0) ? $0 : $0 + $1.1 }
        multiplyAccumulates = work
        activationCount = activations
    }

    /// Numbers that a node of products gives and the products in each; nil for other nodes.
    private static func product(_ node: Graph.Node, in graph: Graph) -> (outputs: Int, terms: Int)? {
        let outputs = node.type.countPerPicture
        switch node.operation {
        case .convolution(let convolution):
            let inputs = graph[node.inputs[0]].type.dimensions[0] / convolution.groups
            return (outputs, inputs * convolution.kernel.height * convolution.kernel.width)
        case .linear, .matrixProduct:
            let left = graph[node.inputs[0]].type
            return (outputs, left.extents[left.rank - 1])
        case .longShortTermMemory:
            // The recurrent weight has a row of H for each of the four gates.
            return (outputs, 4 * node.type.dimensions[1])
        case .input, .parameter, .constant, .batchNormalization, .layerNormalization,
            .rootMeanSquareNormalization, .groupNormalization, .activation, .binary, .affine, .pooling,
            .reduction, .softmax, .reshape, .transpose, .slice, .concatenation, .gather, .roll, .padding,
            .resample, .broadcastToBatch:
            return nil
        }
    }
}
