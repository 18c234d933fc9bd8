import ArgumentParser
import Benchmarks

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The command.
@main
struct Apus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apus",
        abstract: "Runs timm's image models over many pictures, on CPUs, from a queue in PostgreSQL.",
        discussion: """
            apus run does everything at once on this machine. For more machines: apus submit puts a job into the \
            queue, apus work on any number of machines works on it, apus results reads the answers.

            Exit status: 0 done, 1 error, 3 finished with failed pictures, 64 wrong usage, 69 database or hub out \
            of reach, 130 and 143 interrupted and terminated.
            """,
        version: Build.version,
        subcommands: [
            RunCommand.self, SubmitCommand.self, WorkCommand.self, StatusCommand.self, ResultsCommand.self,
            CancelCommand.self, PauseCommand.self, ResumeCommand.self, RetryCommand.self, DeleteCommand.self,
            ModelsCommand.self, ModelCommand.self, DatabaseCommand.self, BenchCommand.self,
        ]
    )

    /// Runs the command that the arguments name.
    ///
    /// A closed pipe is an error of the write, not a signal: `apus models | head` ends quietly.
    static func main() async {
        _ = ProcessStart.current
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let request as ExitRequest {
            Glibc.exit(request.status.rawValue)
        } catch is Terminal.OutputClosed {
            Glibc.exit(ExitStatus.done.rawValue)
        } catch {
            guard let report = ErrorReport(error) else { exit(withError: error) }
            report.print()
            Glibc.exit(report.status.rawValue)
        }
    }
}
