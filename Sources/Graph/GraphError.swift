/// Why a graph cannot be built: an operator was given values of shapes that it cannot take.
public struct GraphError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable {
        /// Shapes that do not fit the operator or each other.
        case shape
        /// One parameter name declared with two shapes.
        case duplicateParameter
        /// A size, channel count or class count that the architecture does not accept.
        case unsupportedConfiguration
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, expected and found.
    public var message: String
    /// The module path in the model, as timm writes it: `layer1.0.conv1`.
    public var path: String

    /// Makes an error.
    public init(code: Code, message: String, path: String = "") {
        self.code = code
        self.message = message
        self.path = path
    }

    /// The path and the message.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
