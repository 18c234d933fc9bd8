public import Tensors

/// A model's tensors by timm's names: what Weights fills and the Engine reads.
public struct ParameterStore: Sendable {
    /// The tensors by name.
    public var tensors: [String: Tensor]

    /// Makes a store.
    public init(_ tensors: [String: Tensor]) {
        self.tensors = tensors
    }

    /// The tensor called `name`.
    public subscript(name: String) -> Tensor? { tensors[name] }
}
