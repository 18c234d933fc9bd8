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

    /// Lets go of the memory in which mapped files stand; what is read again comes from the file again.
    public func releasePages() {
        var released: Set<ObjectIdentifier> = []
        for tensor in tensors.values where released.insert(ObjectIdentifier(tensor.storage)).inserted {
            tensor.storage.releasePages()
        }
    }
}
