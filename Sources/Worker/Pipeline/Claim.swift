import AsyncAlgorithms
import Images
import JobQueue
import Logging
import Weights

/// Takes chunks from the queue and sends their pictures on their way: the first arrow.
struct Claimer: Sendable {
    let options: WorkerOptions
    let queue: JobQueue
    let lease: Lease
    let pipeline: Pipeline
    let loaded: LoadedModels
    let locator: WeightsLocator
    let threads: WorkerThreads
    let persistently: Persistence
    let stop: @Sendable (RowFailure) -> Void
    let logger: Logger

    private var drain: DrainSignal { pipeline.drain }

    /// Rounds without a chunk, though some wait, after which a worker that is to end when it is idle gives up.
    private static let longestPatience = 10

    /// Claims until the drain signal, then finishes the pipeline's first channel.
    ///
    /// - Throws: `JobQueueError` for what a later try would not change.
    func run() async throws {
        defer { pipeline.claimed.finish() }
        var emptyRounds = 0
        while !drain.isGiven {
            if lease.shouldDrain { await pipeline.held.waitUntilEmpty() }
            let worker = lease.worker
            let key = loaded.latestKey
            let chunk = try await persistently("claim") { [queue] in
                try await queue.claim(for: worker, holding: key, begins: false)
            }
            if let chunk {
                emptyRounds = 0
                try await take(chunk)
            } else {
                emptyRounds += 1
                try await rest(emptyRounds: emptyRounds)
            }
        }
    }

    /// Waits for something to do; ends the work where nothing is left of what this worker serves.
    private func rest(emptyRounds: Int) async throws {
        switch options.served {
        case .all: break
        case .allUntilIdle:
            await pipeline.held.waitUntilEmpty()
            let jobs = try await persistently("jobs") { [queue] in try await queue.jobs(limit: 10_000) }
            guard jobs.contains(where: isServed) else {
                drain.give()
                return
            }
            if emptyRounds >= Self.longestPatience, jobs.contains(where: isServedAndReady),
                try await persistently("depth", { [queue] in try await queue.queueDepth() }) > 0
            {
                throw WorkerError(
                    code: .memoryBudget,
                    message:
                        "Chunks wait that this worker is not given, round after round: their model needs "
                        + "more memory than \(options.memoryByteCount) bytes (--memory), or another label."
                )
            }
        case .only(let job):
            let status = try await persistently("status") { [queue] in try await queue.status(of: job) }
            guard !status.state.isFinal else {
                drain.give()
                return
            }
        }
        let pause = options.pollInterval * Double.random(in: 0.5...1.5)
        try await drain.cancelling { [queue] in try await queue.waitForChange(timeout: pause) }
    }

    /// Whether a job waits or runs that this worker may take a part of.
    private func isServed(_ job: JobStatus) -> Bool {
        switch job.state {
        case .resolving, .ready, .running: job.label.isEmpty || options.labels.contains(job.label)
        case .paused, .done, .cancelled, .failed: false
        }
    }

    private func isServedAndReady(_ job: JobStatus) -> Bool { isServed(job) && job.state == .ready }

    /// Loads the model of a chunk and sends its pictures on their way, or says why that cannot be.
    private func take(_ chunk: ClaimedChunk) async throws {
        if case .only(let job) = options.served, chunk.job.id != job {
            try await persistently("give back") { [queue] in try await queue.giveBack(chunk) }
            _ = await drain.wait(atMost: .milliseconds(500))
            return
        }
        let treatment: Treatment
        do throws(RowFailure) {
            treatment = try await self.treatment(of: chunk)
        } catch {
            try await refuse(chunk, because: error)
            return
        }
        guard try await persistently("begin", { [queue] in try await queue.begin(chunk) }) else { return }
        let items = try await persistently("items") { [queue] in try await queue.items(of: chunk) }
        let progress = ChunkProgress(chunk: chunk, treatment: treatment, openCount: items.count)
        pipeline.held.insert(progress)
        guard !items.isEmpty else {
            await pipeline.finishedChunks.send(progress)
            return
        }
        treatment.model.batches.expect(items.count)
        for item in items {
            await pipeline.claimed.send(ClaimedPicture(progress: progress, item: item))
        }
    }

    /// A chunk whose model cannot be had: the job fails, or it is tried again, or others try.
    private func refuse(_ chunk: ClaimedChunk, because failure: RowFailure) async throws {
        logger.error(
            "A model cannot be loaded.",
            metadata: [
                "job": "\(chunk.job.id)", "model": "\(chunk.job.resolution.model)",
                "error": "\(failure.message)",
            ]
        )
        switch failure.disposition {
        case .retryRow:
            let items = try await persistently("items") { [queue] in try await queue.items(of: chunk) }
            let deferred = items.map { DeferredItem(ordinal: $0.ordinal, failure: failure) }
            let provenance = provenance(of: chunk.job, instructionSet: "none", preprocessing: "none")
            _ = try await persistently("complete") { [queue] in
                try await queue.complete(chunk, outcomes: [], deferred: deferred, provenance: provenance)
            }
        case .failRow, .failJob:
            try await persistently("fail job") { [queue] in
                try await queue.fail(chunk.job.id, because: failure)
            }
            try await persistently("give back") { [queue] in try await queue.giveBack(chunk) }
        case .stopWorker:
            try await persistently("give back") { [queue] in try await queue.giveBack(chunk) }
            stop(failure)
        }
    }

    private func treatment(of chunk: ClaimedChunk) async throws(RowFailure) -> Treatment {
        let job = chunk.job
        let plan = try ModelPlan(
            model: await resolvedModel(of: job, with: locator),
            inputChannels: job.inputChannels,
            options: job.options
        )
        let model = try await model(for: job, plan: plan)
        return Treatment(
            model: model,
            preprocessor: Preprocessor(spec: plan.input, rule: plan.rule),
            selection: try OutputSelection(job.options, model: plan.model, classCount: model.classCount),
            features: try plan.givesFeatures ? FeatureFolder(job, within: options.writableFolders) : nil,
            provenance: provenance(
                of: job,
                instructionSet: model.instructionSet,
                preprocessing: plan.preprocessingText
            )
        )
    }

    /// The compiled model of `job`: the one that is kept, or a new one.
    private func model(for job: ClaimedJob, plan: ModelPlan) async throws(RowFailure) -> LoadedModel {
        if let model = loaded.use(job.resolution.modelKey) { return model }
        let room = loaded.makeRoom(for: Int(job.resolution.memoryByteCount))
        if room.droppedModels { await pipeline.held.waitUntilEmpty() }
        if !room.isEnough {
            logger.warning(
                "A model may need more memory than this worker was given.",
                metadata: [
                    "model": "\(job.resolution.model)", "bytes": "\(job.resolution.memoryByteCount)",
                    "budget": "\(options.memoryByteCount)",
                ]
            )
        }
        let watch = Stopwatch()
        let model = try await loadModel(
            for: job,
            plan: plan,
            batchSize: options.batchSize,
            instructionSet: options.instructionSet,
            locator: locator,
            threads: threads
        )
        loaded.insert(model)
        logger.info(
            "A model is loaded.",
            metadata: [
                "model": "\(model.name)", "weights": "\(model.weightsSHA256)",
                "isa": "\(model.instructionSet)",
                "bytes": "\(model.byteCount)", "time": "\(watch.elapsed)",
            ]
        )
        return model
    }

    private func provenance(of job: ClaimedJob, instructionSet: String, preprocessing: String) -> Provenance {
        Provenance(
            weightsSHA256: job.resolution.weightsSHA256,
            weightsRevision: job.resolution.weightsRevision,
            build: options.build,
            instructionSet: instructionSet,
            precision: job.options.precision,
            preprocessing: preprocessing
        )
    }
}
