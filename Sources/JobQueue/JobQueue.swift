public import Logging
public import PostgreSQL

/// Jobs, chunks and results in PostgreSQL: the one store.
///
/// Every method is one short transaction, or several of which each leaves the queue sound; connections are made
/// on first use and again after they break. An error whose cause is a `PostgreSQLError` with `isTransient` may
/// be tried again as it is: every method here may be repeated. Time is the server's.
public final class JobQueue: Sendable {
    private let options: ConnectionOptions
    private let logger: Logger

    /// Prepares a queue; nothing is connected yet.
    public init(options: ConnectionOptions, logger: Logger) {
        self.options = options
        self.logger = logger
    }

    private var later: JobQueueError {
        JobQueueError(code: .damaged, message: "this build has the interface only")
    }

    // MARK: Jobs

    /// Stores a job and its pictures, all or nothing, with one wake-up for the workers.
    ///
    /// Memory does not grow with the number of pictures.
    /// - Throws: `JobQueueError` for an unknown model, options out of range or no picture at all; what `items`
    ///   throws.
    public func submit<Items: AsyncSequence & Sendable>(
        _ spec: JobSpec,
        items: Items
    ) async throws -> SubmittedJob where Items.Element == InputItem { throw later }

    /// Stores a job and its pictures, all or nothing, with one wake-up for the workers.
    ///
    /// - Throws: `JobQueueError` for an unknown model, options out of range or no picture at all.
    public func submit(_ spec: JobSpec, items: [InputItem]) async throws -> SubmittedJob { throw later }

    /// Says where a job stands.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`.
    public func status(of job: JobID) async throws -> JobStatus { throw later }

    /// Lists jobs, newest first.
    ///
    /// - Throws: `JobQueueError`.
    public func jobs(limit: Int) async throws -> [JobStatus] { throw later }

    /// Stops claims of a job; what is held is finished.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func pause(_ job: JobID) async throws { throw later }

    /// Lets a paused job go on.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func resume(_ job: JobID) async throws { throw later }

    /// Ends a job; outcomes stay.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func cancel(_ job: JobID) async throws { throw later }

    /// Removes a job with its pictures and outcomes, running or not.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`.
    public func delete(_ job: JobID) async throws { throw later }

    /// Queues the failed and quarantined pictures of a job again, and no others; returns how many.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func retryFailures(of job: JobID) async throws -> Int64 { throw later }

    /// Reads the next results of a job by rising ordinal: at most `limit` rows behind `ordinal`, fewer only at
    /// the end of what is stored.
    ///
    /// - Throws: `JobQueueError`.
    public func results(of job: JobID, after ordinal: Int32?, limit: Int) async throws -> [ResultRow] {
        throw later
    }

    /// Chunks that wait for a worker now.
    ///
    /// - Throws: `JobQueueError`.
    public func queueDepth() async throws -> Int64 { throw later }

    // MARK: Workers

    /// Announces a worker process.
    ///
    /// - Throws: `JobQueueError`.
    public func register(_ worker: WorkerRegistration) async throws -> WorkerID { throw later }

    /// Says that a worker lives, returns the chunks of dead ones to the queue, and tells the worker what it
    /// has lost.
    ///
    /// It has a connection of its own, so that a long write delays no heartbeat.
    ///
    /// - Throws: `JobQueueError`.
    public func heartbeat(_ worker: WorkerID) async throws -> HeartbeatReply { throw later }

    /// Ends a registration; what the worker still holds returns to the queue without blame.
    ///
    /// - Throws: `JobQueueError`.
    public func retire(_ worker: WorkerID) async throws { throw later }

    /// Claims the next chunk that the worker can serve, or returns nil when there is none now.
    ///
    /// Higher priority first; then a model that nobody serves and that has waited too long; then the model that
    /// the worker holds; then the chunk that has waited longest. Call `begin` before the first picture of the
    /// chunk is touched, unless `begins` is true.
    /// - Throws: `JobQueueError`.
    public func claim(
        for worker: WorkerID,
        holding modelKey: ModelKey?,
        begins: Bool
    ) async throws -> ClaimedChunk? { throw later }

    /// Marks a chunk as being worked on: if the process dies from now on, the chunk is a suspect.
    ///
    /// Returns false when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func begin(_ chunk: ClaimedChunk) async throws -> Bool { throw later }

    /// Lists the pictures of a chunk that have no outcome yet, by rising ordinal.
    ///
    /// - Throws: `JobQueueError`.
    public func items(of chunk: ClaimedChunk) async throws -> [JobItem] { throw later }

    /// Stores outcomes and ends the lease, all or nothing.
    ///
    /// Pictures named in `deferred` are tried again after a growing, jittered pause; when this was the last try
    /// they are stored as failed. Pictures named nowhere return to the queue at once, without blame.
    /// - Throws: `JobQueueError`.
    public func complete(
        _ chunk: ClaimedChunk,
        outcomes: [Outcome],
        deferred: [DeferredItem],
        provenance: Provenance
    ) async throws -> Completion { throw later }

    /// Returns a chunk to the queue without blame; does nothing when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func giveBack(_ chunk: ClaimedChunk) async throws { throw later }

    /// Ends a job because no picture of it can have an answer.
    ///
    /// - Throws: `JobQueueError`.
    public func fail(_ job: JobID, because failure: RowFailure) async throws { throw later }

    /// Takes a job whose model name is to be turned into exact weights, or returns nil.
    ///
    /// - Throws: `JobQueueError`.
    public func nextUnresolved(for worker: WorkerID) async throws -> UnresolvedJob? { throw later }

    /// Stores what a model name came to and makes the job's chunks ready; returns false when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func resolve(_ job: UnresolvedJob, to resolution: ModelResolution) async throws -> Bool {
        throw later
    }

    /// Tries to resolve a job again later because of passing trouble, or fails it when this was the last try.
    ///
    /// - Throws: `JobQueueError`.
    public func deferResolution(of job: UnresolvedJob, because failure: RowFailure) async throws {
        throw later
    }

    // MARK: Waiting

    /// Returns when a job's chunks may have become ready or a job may have ended, or after `timeout`.
    ///
    /// A wake-up is a hint: where notifications cannot be had (PgBouncer), this is a plain pause.
    /// - Throws: `CancellationError`.
    public func waitForChange(timeout: Duration) async throws { throw later }

    /// Closes all connections.
    public func close() async {}
}
