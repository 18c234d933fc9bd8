import ArgumentParser
import JobQueue
import Logging
import ModelZoo
import ServiceLifecycle
import Transfer
import Worker

/// `apus run`: everything at once on this machine.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a model over pictures on this machine and print the results.",
        discussion: """
            The pictures become a job in the database, this process works on it until it has ended, and what is \
            printed is read back with SQL. Pictures: files, folders, patterns, http(s) URLs, manifests (.txt, .csv), \
            or - for a list on standard input.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A model as timm writes it: resnet34, resnet34.a1_in1k, hf-hub:owner/name, local-dir:FOLDER.",
            valueName: "model"
        )
    )
    var model: String

    @Argument(help: ArgumentHelp("What to look at.", valueName: "picture"))
    var pictures: [String]

    @OptionGroup(title: "Model and input") var input: ModelOptions
    @OptionGroup(title: "Job") var job: JobRequestOptions
    @OptionGroup(title: "This process") var settings: WorkerSettings
    @OptionGroup(title: "Database") var database: DatabaseOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Flag(name: .long, help: "Print the job's number instead of its results.")
    var jobIdOnly = false

    @OptionGroup var log: LogOptions

    /// Before everything that waits without anybody looking: a person sits in front of a run.
    private static let priority: Int16 = 100

    func run() async throws {
        let environment = CommandEnvironment.current
        let logger = log.plainLogger(level: .error)
        // Downloads and a first start take time: a person wants to know what is waited for.
        let preparationLogger = log.plainLogger(level: .info)
        var request = try JobRequest(model: model, words: input, job: job)
        let processors = try settings.processors.choice()
        var options = try settings.options(environment, processors)
        if let batchSize = job.batchSize { options.batchSize = batchSize }
        let sources = try Sources(environment, logger: preparationLogger)
        // A name that is wrong is said before anything else is looked for.
        let named = try await AskedModel.resolve(model, with: sources.locator)
        request.adopt(named)
        let uris = try JobRequest.expand(pictures)
        try await request.adoptSize(ofFirst: uris.first) { try await sources.transfer.bytes(of: $0) }
        let resolution = try await resolveModel(
            named,
            inputChannels: request.inputChannels,
            options: request.options,
            batchSize: options.batchSize,
            with: sources.locator
        )
        let queue = try await database.queue(migratesNamed: true, logger: logger)
        let submitted = try await database.submit(
            request.spec(priority: Self.priority, resolution: resolution),
            items: uris.map { InputItem(uri: $0) },
            to: queue,
            logger: logger
        )
        options.served = .only(submitted.id)
        // Whoever waits for one job wants it whatever the estimate says.
        options.memoryByteCount = max(options.memoryByteCount, Int(resolution.memoryByteCount))
        if let label = job.label { options.labels = [label] }
        try processors.confine()
        let worker = Worker(
            options: options,
            queue: queue,
            transfer: sources.transfer,
            locator: sources.locator,
            logger: logger
        )
        let total = Int(submitted.itemCount)
        let bar = ProgressBar(
            isShown: Terminal.errorIsTerminal && !output.json,
            usesColor: environment.allowsColor
        )
        let signals = try await WorkerProcess(worker: worker, logger: logger).run(bar: bar, total: total)
        if let status = signals.status {
            try await tellInterrupted(queue, submitted.id)
            throw ExitRequest(status: status)
        }
        try await report(queue, submitted.id)
    }

    private func report(_ queue: JobQueue, _ job: JobID) async throws {
        let status = try await queue.status(of: job)
        if status.state == .failed, let failure = status.failure { throw failure }
        let failedCount: Int
        if jobIdOnly {
            try Terminal.print("\(job)")
            failedCount = Int(status.failedCount + status.quarantinedCount)
        } else {
            let printer = ResultPrinter(queue: queue, job: job, isJSON: output.json, topk: self.job.topk)
            failedCount = try await printer.print()
        }
        await queue.close()
        guard status.state == .done else {
            throw CommandError(
                "Job \(job) is \(status.state.rawValue): \(status.pendingCount) pictures are left."
            )
        }
        guard failedCount == 0 else {
            if !output.json { Terminal.note("\(failedCount) of \(status.pictureCount) pictures failed.") }
            throw ExitRequest(status: .failedPictures)
        }
    }

    private func tellInterrupted(_ queue: JobQueue, _ job: JobID) async throws {
        let status = try await queue.status(of: job)
        await queue.close()
        let left = status.pendingCount
        Terminal.note(
            "Interrupted: job \(job) has \(status.pictureCount - left) of \(status.pictureCount) outcomes. "
                + "Go on with:  apus work --until-idle   Read them with:  apus results \(job)   "
                + "Give it up with:  apus cancel \(job)"
        )
    }
}
