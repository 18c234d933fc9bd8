import PostgreSQL

/// Runs `body` and turns what the server says into the queue's own words, keeping it as the cause.
func translated<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Result
) async throws -> Result {
    do {
        return try await body()
    } catch let error as PostgreSQLError {
        throw JobQueueError(error)
    }
}

extension JobQueueError {
    /// The queue's view of an error of the database.
    ///
    /// Source: the ERRCODEs that the functions of the migrations raise, and PostgreSQL's own.
    init(_ error: PostgreSQLError) {
        let code: Code
        switch error.sqlState {
        case "P0002": code = .unknownJob
        case "55000": code = .wrongState
        case "42704", "22023", "23505", "23514": code = .invalidJob
        case "3F000", "42P01", "42883", "42703": code = .schemaVersion
        default: code = .database
        }
        var message = "\(error)"
        if code == .schemaVersion { message = "the database's schema does not fit; run: apus db migrate" }
        // What the queue's own functions raise is written for people already.
        if code == .unknownJob || code == .wrongState || code == .invalidJob, error.constraint == nil {
            message =
                error.message.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? error.message
            if let hint = error.hint { message += "; \(hint)" }
        }
        self.init(code: code, message: message, cause: error)
    }

    /// Whether the database's registry of names lacks the model that a job asks for.
    public var isUnknownModel: Bool { (cause as? PostgreSQLError)?.sqlState == "42704" }

    /// Whether the same call may well succeed a little later.
    public var isTransient: Bool { (cause as? PostgreSQLError)?.isTransient ?? false }
}
