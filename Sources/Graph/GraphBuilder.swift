/// Builds a ``Graph``, node by node.
///
/// Scopes carry the path, so that the structure of the code is the checkpoint's names.
///
/// ```swift
/// let stem = try b.scope("conv1") { try b.convolution(x, channels: 64, kernel: 7, stride: 2, padding: .init(3)) }
/// ```
/// A class, since scopes and blocks share one growing graph; it never leaves the task that builds.
public final class GraphBuilder {
    private var nodes: [Graph.Node] = []
    private var parameters: [ParameterSpec] = []
    private var parameterValues: [String: Value] = [:]
    private var outputs: [OutputName: ValueID] = [:]
    private var path: [String] = []

    /// The pictures: `[N, channels, height, width]`.
    public let input: Value
    /// Height and width that the checkpoint's position tables were learned at; nil: the architecture's own.
    public var checkpointSize: Extent?

    /// As of ``Graph/amplifiesRounding``.
    public var amplifiesRounding = false

    /// Starts a graph for pictures of `channels` x `height` x `width`.
    public init(channels: Int, height: Int, width: Int) {
        let type = TensorType.batched([channels, height, width])
        input = Value(id: ValueID(index: 0), type: type)
        nodes.append(Graph.Node(operation: .input, inputs: [], type: type, path: ""))
    }

    /// The module path where the builder stands: `layer1.0.conv1`.
    public var currentPath: String { path.joined(separator: ".") }

    /// Runs `body` with `name` appended to the path.
    ///
    /// A name may hold dots; an empty one adds nothing.
    ///
    /// - Throws: what `body` throws.
    public func scope<Result>(
        _ name: String,
        _ body: () throws(GraphError) -> Result
    ) throws(GraphError) -> Result {
        guard !name.isEmpty else { return try body() }
        path.append(name)
        defer { path.removeLast() }
        return try body()
    }

    /// Runs `body` with an index appended to the path.
    ///
    /// - Throws: what `body` throws.
    public func scope<Result>(
        _ index: Int,
        _ body: () throws(GraphError) -> Result
    ) throws(GraphError) -> Result {
        try scope(String(index), body)
    }

    /// The error that `message` is at the builder's path.
    public func failure(_ message: String, code: GraphError.Code = .shape) -> GraphError {
        GraphError(code: code, message: message, path: currentPath)
    }

    /// The checkpoint's tensor `leaf` of the module where the builder stands.
    ///
    /// Asking twice gives the same value.
    ///
    /// - Throws: `duplicateParameter` if the name was declared with another shape.
    public func parameter(_ leaf: String, _ dimensions: [Int]) throws(GraphError) -> Value {
        let name = (path + [leaf]).joined(separator: ".")
        if let known = parameterValues[name] {
            guard known.type.dimensions == dimensions else {
                throw failure(
                    "\(name) was declared as \(known.type.dimensions) and then as \(dimensions)",
                    code: .duplicateParameter
                )
            }
            return known
        }
        parameters.append(ParameterSpec(name: name, dimensions: dimensions))
        let value = try append(.parameter(name: name), [], declaredType: .constant(dimensions))
        parameterValues[name] = value
        return value
    }

    /// Declares a tensor that timm's state dict holds and the forward pass does not read.
    public func unusedParameter(_ leaf: String, _ dimensions: [Int]) {
        let name = (path + [leaf]).joined(separator: ".")
        parameters.append(ParameterSpec(name: name, dimensions: dimensions, isUnused: true))
    }

    /// Numbers of the architecture's own, row-major.
    ///
    /// - Throws: `shape` where the count is not that of `dimensions`.
    public func constant(_ values: [Float], _ dimensions: [Int]) throws(GraphError) -> Value {
        guard values.count == dimensions.reduce(1, *) else {
            throw failure("\(values.count) numbers for a constant of shape \(dimensions)")
        }
        return try append(.constant(values), [], declaredType: .constant(dimensions))
    }

    /// Appends a node; its type follows from the operator and the inputs.
    ///
    /// - Throws: `shape` where the inputs do not fit the operator.
    public func append(_ operation: Operator, _ inputs: [Value]) throws(GraphError) -> Value {
        try append(operation, inputs, declaredType: nil)
    }

    private func append(
        _ operation: Operator,
        _ inputs: [Value],
        declaredType: TensorType?
    ) throws(GraphError) -> Value {
        let type: TensorType
        do throws(GraphError) {
            type =
                if let declaredType { declaredType } else {
                    try operation.resultType(of: inputs.map(\.type))
                }
        } catch {
            throw failure(error.message, code: error.code)
        }
        let id = ValueID(index: nodes.count)
        nodes.append(
            Graph.Node(operation: operation, inputs: inputs.map(\.id), type: type, path: currentPath)
        )
        return Value(id: id, type: type)
    }

    /// Names `value` as a result of the graph.
    public func output(_ name: OutputName, _ value: Value) {
        outputs[name] = value.id
    }

    /// The graph as built so far.
    public func finish() -> Graph {
        Graph(
            nodes: nodes,
            input: input.id,
            outputs: outputs,
            parameters: parameters,
            amplifiesRounding: amplifiesRounding
        )
    }
}

/// A value under construction: its identity and its type.
public struct Value: Sendable, Hashable {
    /// Which node makes it.
    public let id: ValueID
    /// Its type.
    public let type: TensorType

    /// Makes a handle.
    public init(id: ValueID, type: TensorType) {
        self.id = id
        self.type = type
    }

    /// C of `[N, C, H, W]`.
    public var channels: Int { type.dimensions[0] }
    /// H of `[N, C, H, W]`.
    public var height: Int { type.dimensions[1] }
    /// W of `[N, C, H, W]`.
    public var width: Int { type.dimensions[2] }
    /// The extent of the last axis: the features of a token.
    public var features: Int { type.dimensions[type.dimensions.count - 1] }
}
