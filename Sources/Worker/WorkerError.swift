/// Why the worker cannot do what it was asked for.
public struct WorkerError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: String, Sendable, Hashable {
        /// A thread, memory or file descriptors that the system refuses.
        case resources
        /// A picture whose result is not a number.
        case notFinite
        /// Settings of a job that contradict each other or the model.
        case settings
        /// A kind of picture, output or source that this build does not know.
        case unsupported
        /// A model that needs more memory than the worker may use.
        case memoryBudget
    }

    /// What kind of thing went wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, and what to do.
    public var message: String
    /// The error below, where there is one.
    public var cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message.
    public var description: String { message }
}
