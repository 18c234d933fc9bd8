/// Why a name gives no model, or a checkpoint does not have the shape of its family.
public struct ModelZooError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable {
        /// No architecture, tag or older name of timm is called so.
        case unknownModel
        /// The architecture exists, the pretrained tag does not.
        case unknownTag
        /// timm has the architecture, this build does not yet.
        case unsupportedArchitecture
        /// A tensor whose name does not belong to the family's foreign naming.
        case unknownTensor
        /// Two tensors of a checkpoint that would get one name.
        case duplicateTensor
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, on which name, expected and found, and what to do.
    public var message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
