public import ArgumentParser
public import JobQueue
import Logging

/// `apus results`: what a job has said so far.
struct ResultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "Print the results of a job in the order of its pictures.",
        discussion: "Exit status 3 says that pictures among them failed."
    )

    @Argument(help: ArgumentHelp("The job's number.", valueName: "job"))
    var job: JobID

    @Option(name: .long, help: "How many of the largest classes are printed (default: all, in tables 3).")
    var topk: Int?

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Database") var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        if let topk, topk < 1 { throw ValidationError("--topk \(topk): 1 or more is expected.") }
    }

    func run() async throws {
        let queue = try await database.queue(logger: log.plainLogger(level: .warning))
        _ = try await queue.status(of: job)
        let printer = ResultPrinter(queue: queue, job: job, isJSON: output.json, topk: topk)
        let failedCount = try await printer.print()
        await queue.close()
        if failedCount > 0 { throw ExitRequest(status: .failedPictures) }
    }
}

extension JobID: ExpressibleByArgument {
    /// The job of a number above 0, as `apus submit` prints it.
    public init?(argument: String) {
        guard let number = Int64(argument), number > 0 else { return nil }
        self.init(rawValue: number)
    }
}
