public import ArgumentParser
import JobQueue
import Logging
public import Transfer
import Worker

/// `apus work`: a worker process.
struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Work on the queue until stopped.",
        discussion: """
            SIGTERM and SIGINT drain: no new work is claimed, pictures that are read are finished, the others go \
            back to the queue at once. A second signal ends the process immediately.
            """
    )

    @OptionGroup(title: "This process") var settings: WorkerSettings

    @Option(
        name: [.customShort("b"), .customLong("batch-size")],
        help: "Pictures in a batch, where the job does not say."
    )
    var batchSize = 16

    @Option(
        name: .long,
        help: ArgumentHelp("Serve jobs with this label too; may be repeated.", valueName: "text")
    )
    var label: [String] = []

    @Flag(name: .long, help: "End when no job is left, instead of waiting for the next.")
    var untilIdle = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long the queue waits for a sign of life before it gives work to others.",
            valueName: "s"
        )
    )
    var lease = 30

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read pictures and write feature maps below this folder only; may be repeated.",
            valueName: "folder"
        )
    )
    var allowFolder: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Read from such places only: file, http, https; may be repeated.",
            valueName: "scheme"
        )
    )
    var allowScheme: [TransferPolicy.Scheme] = []

    @OptionGroup(title: "Database") var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard (1...4096).contains(batchSize) else {
            throw ValidationError("--batch-size \(batchSize): 1 to 4096 is expected.")
        }
        guard (1...3600).contains(lease) else {
            throw ValidationError("--lease \(lease): 1 to 3600 seconds are expected.")
        }
    }

    func run() async throws {
        let environment = CommandEnvironment.current
        let logger = log.logger(level: .info)
        let processors = try settings.processors.choice()
        var options = try settings.options(environment, processors)
        options.batchSize = batchSize
        options.labels = label
        options.served = untilIdle ? .allUntilIdle : .all
        options.lease = .seconds(lease)
        options.writableFolders = policy.folders
        let sources = try Sources(environment, policy: policy, logger: logger)
        let queue = try await database.queue(logger: logger)
        try processors.confine()
        let worker = Worker(
            options: options,
            queue: queue,
            transfer: sources.transfer,
            locator: sources.locator,
            logger: logger
        )
        let bar = ProgressBar(isShown: false, usesColor: false)
        let signals = try await WorkerProcess(worker: worker, logger: logger).run(bar: bar, total: 0)
        await queue.close()
        if let status = signals.status { throw ExitRequest(status: status) }
    }

    /// What this worker may read: its operator's choice.
    private var policy: TransferPolicy {
        var policy = TransferPolicy()
        if !allowFolder.isEmpty {
            policy.folders = allowFolder.map { $0.hasPrefix("/") ? $0 : "\(WorkingDirectory.path)/\($0)" }
        }
        if !allowScheme.isEmpty { policy.schemes = Set(allowScheme) }
        return policy
    }
}

extension TransferPolicy.Scheme: ExpressibleByArgument {}
