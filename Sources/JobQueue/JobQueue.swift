public import Logging
public import PostgreSQL
import Synchronization

/// Jobs, chunks and results in PostgreSQL: the one store.
///
/// Every method is one short transaction, or several of which each leaves the queue sound; connections are made
/// on first use and again after they break. Errors are `JobQueueError`; one that `isTransient` may be tried again
/// as it is. Time is the server's. What changes jobs is in `JobQueue+Jobs.swift` and `JobQueue+Submit.swift`, what
/// workers need in the files named after it.
public final class JobQueue: Sendable {
    /// How wake-ups reach `waitForChange`.
    public enum WakeUps: Sendable {
        /// LISTEN on a connection with the queue's own options.
        case listening
        /// LISTEN on a direct connection, where the queue's goes through a transaction pooler.
        case listeningDirectly(ConnectionOptions)
        /// No LISTEN: waits are plain pauses.
        case none
    }

    let options: ConnectionOptions
    let wakeUps: WakeUps
    let policy: QueuePolicy
    let statements: StatementCatalog
    let logger: Logger
    /// Claims, completions and reading.
    let connection: Connection
    /// Heartbeats, which no long write may delay.
    let pulse: Connection
    /// Wake-ups, which are waited for.
    let ear: Connection
    let provenanceIDs = Mutex<[Provenance: Int32]>([:])

    /// Prepares a queue; nothing is connected yet.
    ///
    /// - Throws: `JobQueueError` (`damaged`) when the program's own SQL is not whole.
    public init(
        options: ConnectionOptions,
        wakeUps: WakeUps = .listening,
        policy: QueuePolicy = QueuePolicy(),
        logger: Logger
    ) throws(JobQueueError) {
        self.options = options
        self.wakeUps = wakeUps
        self.policy = policy
        self.logger = logger
        statements = try StatementCatalog.embedded()
        connection = Connection(options: options, logger: logger)
        pulse = Connection(options: options, logger: logger)
        switch wakeUps {
        case .listening, .none: ear = Connection(options: options, logger: logger)
        case .listeningDirectly(let direct): ear = Connection(options: direct, logger: logger)
        }
    }

    /// Closes all connections; the next call makes new ones.
    public func close() async {
        await connection.close()
        await pulse.close()
        await ear.close()
    }

    /// Returns when a job's chunks may have become ready or a job may have ended, or after `timeout`.
    ///
    /// A wake-up is a hint: where notifications cannot be had, this is a plain pause.
    /// - Throws: `CancellationError`.
    public func waitForChange(timeout: Duration) async throws {
        let start = ContinuousClock.now
        if case .none = wakeUps { return try await Task.sleep(for: timeout) }
        do {
            try await ear.run { session in
                try session.listen(to: "apus_work")
                try session.listen(to: "apus_job")
                guard try session.nextNotification(timeout: timeout) != nil else { return }
                while try session.nextNotification(timeout: .zero) != nil {}
            }
        } catch let error as PostgreSQLError {
            logger.debug("no notifications", metadata: ["reason": "\(error)"])
            try await Task.sleep(for: max(.zero, timeout - (ContinuousClock.now - start)))
        }
    }

    /// Runs `body` on `connection` (by default the queue's main one) and translates errors.
    func run<Result: Sendable>(
        on connection: Connection? = nil,
        _ body: @Sendable (Session, StatementCatalog) throws -> Result
    ) async throws -> Result {
        let statements = statements
        return try await translated {
            try await (connection ?? self.connection).run { session in try body(session, statements) }
        }
    }
}

/// The waits of the queue.
public struct QueuePolicy: Sendable, Equatable {
    /// How long a chunk of a model that nobody serves waits before it beats the model that a worker holds.
    public var patience: Duration
    /// How long a chunk that must run alone waits before a worker is asked to drain for it.
    public var patienceAlone: Duration
    /// The pause after the first passing trouble; it doubles with each.
    public var firstPause: Duration
    /// The longest such pause.
    public var longestPause: Duration

    /// Makes a policy.
    public init(
        patience: Duration = .seconds(30),
        patienceAlone: Duration = .seconds(5),
        firstPause: Duration = .seconds(5),
        longestPause: Duration = .seconds(600)
    ) {
        self.patience = patience
        self.patienceAlone = patienceAlone
        self.firstPause = firstPause
        self.longestPause = longestPause
    }
}

extension Duration {
    /// The same span in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }

    /// The same span in milliseconds.
    var milliseconds: Double { seconds * 1000 }
}
