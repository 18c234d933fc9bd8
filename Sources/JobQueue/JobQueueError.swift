/// Why the queue refuses: one error for jobs, chunks and migrations.
///
/// What the server says comes as its cause.
public struct JobQueueError: Error, Sendable, CustomStringConvertible {
    /// What kind of thing is wrong.
    public enum Code: String, Sendable, Equatable {
        /// No job of that number.
        case unknownJob
        /// The job's state does not allow what was asked.
        case wrongState
        /// The submission is not acceptable: unknown model, no pictures, options out of range.
        case invalidJob
        /// The database has no schema of Apus, an older or a newer one.
        case schemaVersion
        /// An applied migration is not the one in this program.
        case changedMigration
        /// A statement or migration is missing in the program, or a row is not what it has to be.
        case damaged
        /// The database failed; the cause is a `PostgreSQLError`.
        case database
    }

    /// What kind of thing is wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, and what to do.
    public var message: String
    /// The error beneath.
    public var cause: (any Error)?

    /// Makes an error.
    public init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The message, and the cause where it says more.
    public var description: String {
        guard let cause, !message.contains("\(cause)") else { return message }
        return "\(message): \(cause)"
    }
}
