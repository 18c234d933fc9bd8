/// Why the reference cannot evaluate a graph.
public struct ReferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable {
        /// A parameter of the graph that the store does not hold.
        case missingParameter
        /// A parameter whose shape is not the graph's.
        case parameterShape
        /// An input of another count than the graph's input type has.
        case inputCount
        /// A value that depends on the pictures where none are given.
        case notConstant
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, on which thing, expected and found.
    public var message: String

    /// Makes an error.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
