import AsyncAlgorithms
import Engine
public import JobQueue
import KernelInterface
public import Logging
public import ServiceLifecycle
import Synchronization
public import Transfer
public import Weights

/// A worker process: it claims chunks of pictures, runs their models and writes rows, until it is told to stop.
///
/// A graceful shutdown stops claiming; pictures whose bytes are read are finished, the others go back to the queue
/// without counting an attempt.
public final class Worker: Service {
    private let options: WorkerOptions
    private let queue: JobQueue
    private let transfer: Transfer
    private let locator: WeightsLocator
    private let logger: Logger
    private let drain = DrainSignal()
    private let fatal = Mutex<(any Error)?>(nil)

    /// Counts the pictures with a final word in this process.
    public let tally = Tally()

    /// Makes a worker; nothing is begun yet.
    public init(
        options: WorkerOptions,
        queue: JobQueue,
        transfer: Transfer,
        locator: WeightsLocator,
        logger: Logger
    ) {
        self.options = options
        self.queue = queue
        self.transfer = transfer
        self.locator = locator
        self.logger = logger
    }

    /// Works until the served jobs are done or a graceful shutdown is asked for.
    ///
    /// - Throws: ``WorkerError``, `EngineError` or `JobQueueError` where the worker cannot go on; what it held has
    ///   gone back to the queue then, unless the database is out of reach.
    public func run() async throws {
        let drain = drain
        try await withGracefulShutdownHandler {
            try await work()
        } onGracefulShutdown: {
            drain.give()
        }
    }

    private func work() async throws {
        let threads = try WorkerThreads(
            computeCount: options.threadCount,
            decoderCount: options.decoderCount,
            pinnedTo: options.pinnedProcessors
        )
        defer { threads.shutDown() }
        let persistently = Persistence(drain: drain, logger: logger)
        let loaded = LoadedModels(budget: options.memoryByteCount)
        let pipeline = Pipeline(
            options: options,
            transfer: transfer,
            threads: threads,
            loaded: loaded,
            drain: drain,
            tally: tally,
            stop: { [self] in stop($0) }
        )
        let lease = try await Lease(
            queue: queue,
            registration: registration,
            held: pipeline.held,
            persistently: persistently,
            logger: logger
        )
        logger.info(
            "Working.",
            metadata: [
                "worker": "\(lease.worker)", "threads": "\(options.threadCount)",
                "decoders": "\(options.decoderCount)", "isa": "\(registration.instructionSet)",
                "pinned": "\(options.pinnedProcessors?.description ?? "no")",
            ]
        )
        let claimer = Claimer(
            options: options,
            queue: queue,
            lease: lease,
            pipeline: pipeline,
            loaded: loaded,
            locator: locator,
            threads: threads,
            persistently: persistently,
            stop: { [self] in stop($0) },
            logger: logger
        )
        await move(pipeline, claimer: claimer, lease: lease, persistently: persistently, threads: threads)
        await guarded { try await lease.end() }
        logger.info("Stopped.", metadata: ["worker": "\(lease.worker)"])
        if let error = fatal.withLock({ $0 }) { throw error }
    }

    /// Runs everything beside each other until the last picture is settled and written.
    private func move(
        _ pipeline: Pipeline,
        claimer: Claimer,
        lease: Lease,
        persistently: Persistence,
        threads: WorkerThreads
    ) async {
        let written = DrainSignal()
        let completion = ChunkCompletion(queue: queue, persistently: persistently, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask { await self.guarded { try await lease.keep(until: written) } }
            group.addTask { await self.guarded { try await claimer.run() } }
            group.addTask { await pipeline.run() }
            group.addTask {
                await self.write(pipeline, completion)
                written.give()
            }
            guard self.resolvesJobs else { return }
            let resolver = Resolver(
                options: self.options,
                queue: self.queue,
                lease: lease,
                drain: self.drain,
                locator: self.locator,
                threads: threads,
                persistently: persistently,
                stop: { [self] in stop($0) },
                logger: self.logger
            )
            group.addTask { await self.guarded { try await resolver.run() } }
        }
    }

    private var resolvesJobs: Bool {
        switch options.served {
        case .all, .allUntilIdle: true
        case .only: false
        }
    }

    /// Writes chunks as they are finished, two at a time.
    private func write(_ pipeline: Pipeline, _ completion: ChunkCompletion) async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<2 {
                group.addTask {
                    for await progress in pipeline.finishedChunks {
                        await self.guarded {
                            let isJobFinished = try await completion.write(progress)
                            if isJobFinished, self.options.served == .only(progress.chunk.job.id) {
                                self.drain.give()
                            }
                        }
                        pipeline.held.remove(progress)
                    }
                }
            }
        }
    }

    private var registration: WorkerRegistration {
        WorkerRegistration(
            host: options.host,
            processID: options.processID,
            build: options.build,
            instructionSet: "\(options.instructionSet ?? .best)",
            threadCount: options.threadCount,
            labels: options.labels,
            memoryByteCount: Int64(options.memoryByteCount),
            lease: options.lease
        )
    }

    /// Runs `body`; its error ends the worker.
    private func guarded(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            stop(error)
        }
    }

    /// Begins the end because of `error`; the first error is the one that ``run()`` throws.
    private func stop(_ error: any Error) {
        logger.error("The worker stops.", metadata: ["error": "\(error)"])
        fatal.withLock { fatal in
            if fatal == nil { fatal = error }
        }
        drain.give()
    }
}
