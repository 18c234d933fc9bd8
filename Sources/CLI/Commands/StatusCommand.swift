import ArgumentParser
import JobQueue
import Logging

/// `apus status`: where jobs stand.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show where a job stands, or the latest jobs."
    )

    @Argument(
        help: ArgumentHelp("The job's number; without it the latest jobs are listed.", valueName: "job")
    )
    var job: JobID?

    @Flag(name: .long, help: "Show it again until the job has ended.")
    var watch = false

    @Option(name: .long, help: "How many jobs are listed.")
    var limit = 20

    @OptionGroup var output: OutputOptions
    @OptionGroup(title: "Database") var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit \(limit): 1 or more is expected.") }
        if watch, job == nil { throw ValidationError("--watch wants a job's number.") }
    }

    func run() async throws {
        let queue = try await database.queue(logger: log.plainLogger(level: .warning))
        guard let job else {
            try show(try await queue.jobs(limit: limit))
            await queue.close()
            return
        }
        var status = try await queue.status(of: job)
        while watch, !status.state.isFinal {
            try show([status])
            try await queue.waitForChange(timeout: .seconds(1))
            status = try await queue.status(of: job)
        }
        try show([status])
        await queue.close()
        if let failure = status.failure, !output.json { Terminal.note(failure.message) }
    }

    private func show(_ jobs: [JobStatus]) throws {
        if output.json {
            for job in jobs { try Terminal.print(Self.json(job).text) }
            return
        }
        var table = Table([
            Table.Column("job", .right), Table.Column("model"), Table.Column("state"),
            Table.Column("pictures", .right), Table.Column("done", .right), Table.Column("failed", .right),
            Table.Column("left", .right), Table.Column("per second", .right),
        ])
        for job in jobs {
            table.append([
                "\(job.id)", job.resolvedModel ?? job.model, job.state.rawValue, "\(job.pictureCount)",
                "\(job.doneCount)", "\(job.failedCount + job.quarantinedCount)", "\(job.pendingCount)",
                job.picturesPerSecond.map { Figures.decimal($0, places: 1) } ?? "",
            ])
        }
        for line in table.lines { try Terminal.print(line) }
    }

    private static func json(_ job: JobStatus) -> JSON {
        let failure = job.failure.map { failure in
            JSON.object([
                ("stage", .string(failure.stage.rawValue)), ("code", .string(failure.code)),
                ("message", .string(failure.message)),
            ])
        }
        return .object([
            ("job", .integer(Int(job.id.rawValue))), ("model", .string(job.model)),
            ("resolved_model", .optional(job.resolvedModel)), ("in_chans", .integer(job.inputChannels)),
            ("state", .string(job.state.rawValue)), ("label", .string(job.label)),
            ("priority", .integer(Int(job.priority))), ("pictures", .integer(Int(job.pictureCount))),
            ("done", .integer(Int(job.doneCount))), ("failed", .integer(Int(job.failedCount))),
            ("quarantined", .integer(Int(job.quarantinedCount))), ("left", .integer(Int(job.pendingCount))),
            ("pictures_per_second", job.picturesPerSecond.map(JSON.double) ?? .null),
            ("error", failure ?? .null),
        ])
    }
}
