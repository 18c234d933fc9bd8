import ArgumentParser
import JobQueue
import Logging

/// Which PostgreSQL holds the queue.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp(
            "The PostgreSQL server, as postgresql://user@host/name.",
            discussion:
                "Without it DATABASE_URL counts, then libpq's PG* variables, then a private server of "
                + "this user, which is started when needed.",
            valueName: "url"
        )
    )
    var databaseURL: String?

    /// The server that option and environment choose.
    func choice(_ environment: CommandEnvironment) -> DatabaseChoice {
        DatabaseChoice(option: databaseURL, environment: environment)
    }

    /// A queue in a database whose schema is ready.
    ///
    /// - Throws: `PostgreSQLError`, `JobQueueError` where it is out of reach.
    func queue(migratesNamed: Bool = false, logger: Logger) async throws -> JobQueue {
        let choice = choice(.current)
        return try JobQueue(
            options: try await choice.openReady(migratesNamed: migratesNamed, logger: logger),
            logger: logger
        )
    }

    /// Stores a job whose model this program knows.
    ///
    /// The database refuses names that its registry lacks, and another version of the program may have filled it:
    /// then it is written anew and the job stored again.
    ///
    /// - Throws: `JobQueueError`; ``CommandError`` where the registry is old and may not be written.
    func submit(
        _ spec: JobSpec,
        items: [InputItem],
        to queue: JobQueue,
        logger: Logger
    ) async throws -> SubmittedJob {
        do {
            return try await queue.submit(spec, items: items)
        } catch let refusal as JobQueueError {
            guard refusal.isUnknownModel else { throw refusal }
            do {
                try await Schema.replaceModelNames(choice(.current).open(logger: logger), logger: logger)
            } catch {
                throw CommandError(
                    "The database's list of models is another version's and lacks \(spec.model). As its owner "
                        + "type:  apus db migrate   (\(error))"
                )
            }
            return try await queue.submit(spec, items: items)
        }
    }
}
