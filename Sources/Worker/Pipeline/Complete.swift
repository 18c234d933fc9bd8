import JobQueue
import Logging

/// Writes what became of a chunk's pictures: the last arrow.
struct ChunkCompletion: Sendable {
    let queue: JobQueue
    let persistently: Persistence
    let logger: Logger

    /// Stores the outcomes under the chunk's fence and ends the lease.
    ///
    /// Pictures that were given up are named nowhere, so that they return to the queue without blame. A chunk that
    /// was dropped writes nothing; giving it back is harmless where the lease is lost.
    ///
    /// - Returns: whether that ended the job.
    /// - Throws: `JobQueueError` for what a later try would not change.
    func write(_ progress: ChunkProgress) async throws -> Bool {
        let chunk = progress.chunk
        guard !progress.isDropped else {
            try await persistently("give back") { [queue] in try await queue.giveBack(chunk) }
            return false
        }
        let report = progress.report
        let outcomes = report.outcomes.sorted { $0.ordinal < $1.ordinal }
        let deferred = report.deferred.sorted { $0.ordinal < $1.ordinal }
        let provenance = progress.treatment.provenance
        let completion = try await persistently("complete") { [queue] in
            try await queue.complete(chunk, outcomes: outcomes, deferred: deferred, provenance: provenance)
        }
        if let failure = report.jobFailure {
            try await persistently("fail job") { [queue] in
                try await queue.fail(chunk.job.id, because: failure)
            }
            return true
        }
        switch completion {
        case .stored(let isJobFinished): return isJobFinished
        case .leaseLost:
            logger.info("A chunk was completed by somebody else.", metadata: ["chunk": "\(chunk.id)"])
            return false
        }
    }
}
