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
}
