import JobQueue
import Logging
import PostgreSQL

/// Repeats what the database cannot do just now: a restart of PostgreSQL or a cut cable ends no worker.
struct Persistence: Sendable {
    /// When it is given, patience ends after a few tries.
    let drain: DrainSignal
    let logger: Logger

    /// Tries after the drain signal.
    private static let lastTries = 5
    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(10)

    /// Runs `body` until it succeeds or fails in a way that a later try would not change.
    ///
    /// - Throws: what `body` throws at last.
    func callAsFunction<Value: Sendable>(
        _ what: String,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        var pause = Self.firstPause
        var triesSinceDrain = 0
        while true {
            do {
                return try await body()
            } catch {
                guard Self.isTransient(error) else { throw error }
                if drain.isGiven {
                    triesSinceDrain += 1
                    guard triesSinceDrain < Self.lastTries else { throw error }
                }
                logger.warning(
                    "The database is out of reach; trying again.",
                    metadata: [
                        "action": "\(what)", "error": "\(error)", "pause": "\(pause)",
                    ]
                )
                try await Task.sleep(for: pause * Double.random(in: 0.5...1.5))
                pause = min(pause * 2, Self.longestPause)
            }
        }
    }

    /// Whether the same call may well succeed a little later.
    static func isTransient(_ error: any Error) -> Bool {
        switch error {
        case let error as PostgreSQLError: error.isTransient
        case let error as JobQueueError: error.cause.map(isTransient) ?? false
        default: false
        }
    }
}
