import JobQueue
import Logging
import Synchronization

/// This process's registration and its heartbeat.
final class Lease: Sendable {
    private let queue: JobQueue
    private let registration: WorkerRegistration
    private let held: HeldChunks
    private let persistently: Persistence
    private let logger: Logger
    private let current: Mutex<WorkerID>
    private let mustDrain = Mutex(false)

    /// Announces the process.
    ///
    /// - Throws: `JobQueueError`, also where the database is out of reach: nothing is lost yet.
    init(
        queue: JobQueue,
        registration: WorkerRegistration,
        held: HeldChunks,
        persistently: Persistence,
        logger: Logger
    ) async throws {
        self.queue = queue
        self.registration = registration
        self.held = held
        self.persistently = persistently
        self.logger = logger
        current = Mutex(try await queue.register(registration))
    }

    /// The number under which chunks are claimed now.
    var worker: WorkerID { current.withLock { $0 } }

    /// Whether the queue wants this worker to finish what it holds before it claims.
    var shouldDrain: Bool { mustDrain.withLock { $0 } }

    /// Beats three times a lease until `over` is given.
    ///
    /// - Throws: `JobQueueError` for what a later try would not change.
    func keep(until over: DrainSignal) async throws {
        while await !over.wait(atMost: registration.lease / 3) {
            try await beat()
        }
    }

    /// Ends the registration.
    ///
    /// - Throws: `JobQueueError`.
    func end() async throws {
        let worker = worker
        try await persistently("retire") { [queue] in try await queue.retire(worker) }
    }

    /// Says that the process lives, and gives up what the queue says is lost.
    private func beat() async throws {
        let before = held.snapshot
        let worker = worker
        let reply = try await persistently("heartbeat") { [queue] in try await queue.heartbeat(worker) }
        if reply.isRetired {
            logger.warning(
                "The queue took this worker for dead; it gives up what it held and registers anew."
            )
            for progress in before { progress.drop() }
            let registration = registration
            let next = try await persistently("register") { [queue] in try await queue.register(registration)
            }
            current.withLock { $0 = next }
            mustDrain.withLock { $0 = false }
            return
        }
        mustDrain.withLock { $0 = reply.shouldDrain }
        for progress in before where progress.chunk.worker == worker {
            if reply.endedJobs.contains(progress.chunk.job.id) {
                progress.drop()
            } else if !reply.heldChunks.contains(progress.chunk.id) {
                logger.info(
                    "A lease was lost; its pictures are given up.",
                    metadata: [
                        "chunk": "\(progress.chunk.id)", "job": "\(progress.chunk.job.id)",
                    ]
                )
                progress.drop()
            }
        }
    }
}
