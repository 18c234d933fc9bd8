/// A model as a value: nodes in an order in which each comes after its inputs.
///
/// It can be printed, compared, folded and shared between tasks. It holds no weights, only their names.
public struct Graph: Sendable, Equatable {
    /// One operator, its inputs and what comes out.
    public struct Node: Sendable, Equatable {
        /// What it computes.
        public var operation: Operator
        /// The values that it reads.
        public var inputs: [ValueID]
        /// The type of its value.
        public var type: TensorType
        /// The module path that made it, as timm writes it: for messages and tables.
        public var path: String

        /// Makes a node.
        public init(operation: Operator, inputs: [ValueID], type: TensorType, path: String) {
            self.operation = operation
            self.inputs = inputs
            self.type = type
            self.path = path
        }
    }

    /// The nodes; a value's identity is the index of the node that makes it.
    public var nodes: [Node]
    /// The pictures.
    public var input: ValueID
    /// What can be asked for.
    public var outputs: [OutputName: ValueID]
    /// The checkpoint's tensors, in the order of declaration: equal to the floating-point entries of timm's state dict.
    public var parameters: [ParameterSpec]
    /// Whether roundings grow on the way until two of PyTorch's own CPU code paths differ by more than 1e-4 of the answer.
    ///
    /// timm's number is then that of sums in the order of their inputs, not the nearest to the exact one.
    public var amplifiesRounding: Bool

    /// Makes a graph.
    ///
    /// Use ``GraphBuilder``.
    public init(
        nodes: [Node],
        input: ValueID,
        outputs: [OutputName: ValueID],
        parameters: [ParameterSpec],
        amplifiesRounding: Bool = false
    ) {
        self.nodes = nodes
        self.input = input
        self.outputs = outputs
        self.parameters = parameters
        self.amplifiesRounding = amplifiesRounding
    }

    /// The node that makes `value`.
    public subscript(value: ValueID) -> Node { nodes[value.index] }
}

/// A value of a graph: the index of the node that makes it.
public struct ValueID: Sendable, Hashable, Comparable {
    /// The node's index.
    public var index: Int

    /// Makes an identity.
    public init(index: Int) {
        self.index = index
    }

    /// The order of the nodes.
    public static func < (left: ValueID, right: ValueID) -> Bool { left.index < right.index }
}

/// What a model can be asked for.
public enum OutputName: String, Sendable, Hashable, CaseIterable {
    /// The classifier's result: `[N, classes]` (the forward result of models without one).
    case logits
    /// timm's `forward_head(x, pre_logits=True)`.
    case embedding
    /// timm's `forward_features(x)`: the last feature map.
    case features
}

/// A floating-point tensor that the checkpoint must hold.
public struct ParameterSpec: Sendable, Hashable {
    /// timm's name.
    public var name: String
    /// The extents that the architecture wants at its in_chans, size and classes.
    public var dimensions: [Int]
    /// Whether the forward pass leaves it alone (it must be in the checkpoint all the same).
    public var isUnused: Bool

    /// Makes a specification.
    public init(name: String, dimensions: [Int], isUnused: Bool = false) {
        self.name = name
        self.dimensions = dimensions
        self.isUnused = isUnused
    }
}
