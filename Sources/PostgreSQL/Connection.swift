public import Logging

/// A connection to a database with a thread of its own, on which libpq may block.
///
/// It connects on first use and again after the connection broke. Pieces of work run one after another; when a
/// task is cancelled, the server is asked to end its statement and `CancellationError` is thrown.
public actor Connection {
    private let executor = ThreadExecutor()
    private let interrupt: Interrupt
    private let session: Session

    /// Prepares a connection; nothing is connected yet.
    public init(options: ConnectionOptions, logger: Logger) {
        let interrupt = Interrupt()
        self.interrupt = interrupt
        session = Session(options: options, interrupt: interrupt, logger: logger)
    }

    /// The connection's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe executor.asUnownedSerialExecutor()
    }

    /// Runs `body` on the connection's thread, connected.
    ///
    /// When `body` throws, an open transaction is undone.
    ///
    /// - Throws: what `body` throws; `PostgreSQLError` when no connection can be made; `CancellationError`.
    public nonisolated func run<Result: Sendable>(
        _ body: @Sendable (Session) throws -> Result
    ) async throws -> Result {
        let token = interrupt.makeToken()
        return try await withTaskCancellationHandler {
            try await perform(token, body)
        } onCancel: {
            interrupt.request(token)
        }
    }

    private func perform<Result: Sendable>(
        _ token: UInt64,
        _ body: @Sendable (Session) throws -> Result
    ) throws -> Result {
        interrupt.enter(token)
        defer { interrupt.leave() }
        try Task.checkCancellation()
        do {
            try session.connectIfNeeded()
            return try body(session)
        } catch {
            session.abandonTransaction()
            if let error = error as? PostgreSQLError {
                if error.code == .connectionLost { session.disconnect() }
                if error.code == .cancelled { throw CancellationError() }
            }
            throw error
        }
    }

    /// Ends the connection; the next piece of work makes a new one.
    public func close() { session.disconnect() }
}
