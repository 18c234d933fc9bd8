import JobQueue
import Logging
import Weights

/// Turns the model names of submitted jobs into exact weights, beside the pipeline.
struct Resolver: Sendable {
    let options: WorkerOptions
    let queue: JobQueue
    let lease: Lease
    let drain: DrainSignal
    let locator: WeightsLocator
    let threads: WorkerThreads
    let persistently: Persistence
    let stop: @Sendable (RowFailure) -> Void
    let logger: Logger

    /// Resolves jobs until the drain signal.
    ///
    /// - Throws: `JobQueueError` for what a later try would not change.
    func run() async throws {
        while !drain.isGiven {
            let worker = lease.worker
            let job = try await persistently("next unresolved") { [queue] in
                try await queue.nextUnresolved(for: worker)
            }
            if let job {
                try await resolve(job)
            } else {
                let pause = options.pollInterval * Double.random(in: 0.5...1.5)
                try await drain.cancelling { [queue] in try await queue.waitForChange(timeout: pause) }
            }
        }
    }

    private func resolve(_ job: UnresolvedJob) async throws {
        let exact: ModelResolution
        do throws(RowFailure) {
            exact = try await resolution(of: job)
        } catch {
            try await refuse(job, because: error)
            return
        }
        let isStored = try await persistently("resolve") { [queue] in
            try await queue.resolve(job, to: exact)
        }
        logger.info(
            "A job is resolved.",
            metadata: [
                "job": "\(job.id)", "model": "\(exact.model)", "weights": "\(exact.weightsSHA256)",
                "source": "\(exact.weightsSource)", "stored": "\(isStored)",
            ]
        )
    }

    private func resolution(of job: UnresolvedJob) async throws(RowFailure) -> ModelResolution {
        let (locator, batchSize) = (locator, options.batchSize)
        return try await withTaskExecutorPreference(threads.pictures) {
            () async throws(RowFailure) -> ModelResolution in
            try await resolveModel(
                namedModel(job.model, with: locator),
                inputChannels: job.inputChannels,
                options: job.options,
                batchSize: batchSize,
                with: locator
            )
        }
    }

    private func refuse(_ job: UnresolvedJob, because failure: RowFailure) async throws {
        logger.error(
            "A job cannot be resolved.",
            metadata: [
                "job": "\(job.id)", "model": "\(job.model)", "error": "\(failure.message)",
            ]
        )
        switch failure.disposition {
        case .retryRow:
            try await persistently("defer") { [queue] in
                try await queue.deferResolution(of: job, because: failure)
            }
        case .failRow, .failJob:
            try await persistently("fail job") { [queue] in try await queue.fail(job.id, because: failure) }
        case .stopWorker:
            try await persistently("defer") { [queue] in
                try await queue.deferResolution(of: job, because: failure)
            }
            stop(failure)
        }
    }
}
