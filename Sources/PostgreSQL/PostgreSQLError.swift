/// Why the database did not do what it was asked: one error for connections, statements and the private server.
///
/// It never holds a password, a parameter's value or the server's DETAIL line, which quotes rows.
public struct PostgreSQLError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: String, Sendable, Equatable {
        /// No connection could be made.
        case connectionFailed
        /// The connection broke; whether the last statement took effect is not known.
        case connectionLost
        /// The server refused the statement; `sqlState` says why.
        case refused
        /// The task was cancelled, and with it the statement.
        case cancelled
        /// A value is not of the type that was asked for.
        case unexpectedValue
        /// A program of PostgreSQL is missing on this machine.
        case notInstalled
        /// The private server cannot be made, started or stopped.
        case privateServer
    }

    /// What kind of thing went wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, and what to do.
    public var message: String
    /// The server's five-character error code, such as `23505`.
    public var sqlState: String?
    /// The server's advice, where it has one.
    public var hint: String?
    /// The name of the constraint that was violated.
    public var constraint: String?

    /// Makes an error.
    public init(
        code: Code,
        message: String,
        sqlState: String? = nil,
        hint: String? = nil,
        constraint: String? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.hint = hint
        self.constraint = constraint
    }

    /// Whether the same thing may well succeed a little later, on a new connection if need be.
    public var isTransient: Bool {
        switch code {
        case .connectionFailed, .connectionLost:
            return true
        case .refused:
            guard let sqlState else { return false }
            // The last two: a pooler and a prepared statement, which the session gives up for the next time.
            let isPassing = [
                "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "26000", "42P05",
            ].contains(sqlState)
            return isPassing || sqlState.hasPrefix("08") || sqlState.hasPrefix("53")
        case .cancelled, .unexpectedValue, .notInstalled, .privateServer:
            return false
        }
    }

    /// The message, the SQLSTATE and the hint.
    public var description: String {
        var text = message
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let hint { text += "; \(hint)" }
        return text
    }
}
