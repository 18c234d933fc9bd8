import ArgumentParser
import JobQueue
import Logging

/// The words that all commands on one job's state take.
struct JobStateOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The job's number.", valueName: "job"))
    var job: JobID

    @OptionGroup(title: "Database") var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    /// Runs `change` on the queue and says what it did.
    func apply(_ change: (JobQueue, JobID) async throws -> String) async throws {
        let queue = try await database.queue(logger: log.plainLogger(level: .warning))
        Terminal.note(try await change(queue, job))
        await queue.close()
    }
}

/// `apus cancel`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a job; the results that it has stay."
    )

    @OptionGroup var options: JobStateOptions

    func run() async throws {
        try await options.apply { queue, job in
            try await queue.cancel(job)
            return "Job \(job) is cancelled."
        }
    }
}

/// `apus pause`.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop claims of a job; what is under way is finished."
    )

    @OptionGroup var options: JobStateOptions

    func run() async throws {
        try await options.apply { queue, job in
            try await queue.pause(job)
            return "Job \(job) is paused. Go on with:  apus resume \(job)"
        }
    }
}

/// `apus resume`.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused job go on."
    )

    @OptionGroup var options: JobStateOptions

    func run() async throws {
        try await options.apply { queue, job in
            try await queue.resume(job)
            return "Job \(job) goes on."
        }
    }
}

/// `apus retry`.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Queue the failed pictures of a job again, and no others."
    )

    @OptionGroup var options: JobStateOptions

    func run() async throws {
        try await options.apply { queue, job in
            "\(try await queue.retryFailures(of: job)) pictures of job \(job) are queued again."
        }
    }
}

/// `apus delete`.
struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Remove a job with its pictures and results."
    )

    @OptionGroup var options: JobStateOptions

    func run() async throws {
        try await options.apply { queue, job in
            try await queue.delete(job)
            return "Job \(job) is deleted."
        }
    }
}
