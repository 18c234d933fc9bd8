/// Why a model cannot be compiled or a pool of threads cannot be made.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable {
        /// The graph does not have an output that was asked for.
        case missingOutput
        /// The parameters lack a tensor that the graph reads.
        case missingParameter
        /// A tensor has other extents than the graph declares.
        case parameterShape
        /// The processor lacks an instruction set that was forced.
        case unsupportedInstructionSet
        /// No kernel takes an operator at its shape.
        case unsupportedOperator
        /// An option that has no meaning, such as a batch of 0.
        case invalidOption
        /// The system refused a thread.
        case threadCreation
        /// The system refused to bind a thread to processors, or does not say where threads may run.
        case affinity
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, and what to do.
    public var message: String
    /// The module path in the model, as timm writes it; empty where none is concerned.
    public var path: String
    /// The error beneath, where there is one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, path: String = "", cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.cause = cause
    }

    /// The path and the message.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
