import ArgumentParser
import JobQueue
import Logging
import PostgreSQL

/// `apus db`: the database behind the queue.
struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db",
        abstract: "Migrate the database; start, stop and find the private server.",
        subcommands: [
            DatabaseMigrateCommand.self, DatabaseRollbackCommand.self, DatabaseStatusCommand.self,
            DatabaseStartCommand.self, DatabaseStopCommand.self, DatabaseURLCommand.self,
        ]
    )
}

/// `apus db migrate`.
struct DatabaseMigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the schema to this program's version."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = log.plainLogger(level: .warning)
        let connection = try await database.choice(.current).open(logger: logger)
        let applied = try await Schema.migrate(connection, logger: logger)
        if applied.isEmpty { try await Schema.replaceModelNames(connection, logger: logger) }
        for name in applied { try Terminal.print("applied \(name)") }
        if applied.isEmpty { Terminal.note("The schema is up to date.") }
    }
}

/// `apus db rollback`.
struct DatabaseRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Take the newest migration back, with all that its tables hold."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = log.plainLogger(level: .warning)
        let connection = try await database.choice(.current).open(logger: logger)
        let migrator = try Migrator(options: connection, logger: logger)
        let name = try await migrator.rollback()
        await migrator.close()
        if let name {
            try Terminal.print("took back \(name)")
        } else {
            Terminal.note("There is no migration to take back.")
        }
    }
}

/// `apus db status`.
struct DatabaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the migrations and whether they are applied."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = log.plainLogger(level: .warning)
        let connection = try await database.choice(.current).open(logger: logger)
        let migrator = try Migrator(options: connection, logger: logger)
        let migrations = try await migrator.status()
        await migrator.close()
        var table = Table([Table.Column("migration"), Table.Column("state")])
        for migration in migrations {
            let state =
                migration.isChanged ? "changed" : migration.appliedAt == nil ? "missing" : "applied"
            if output.json {
                let members: [(String, JSON)] = [
                    ("migration", .string(migration.name)), ("state", .string(state)),
                ]
                try Terminal.print(JSON.object(members).text)
            }
            table.append([migration.name, state])
        }
        if !output.json { for line in table.lines { try Terminal.print(line) } }
    }
}

/// `apus db start`.
struct DatabaseStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start the private server, making it where there is none."
    )

    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = log.plainLogger(level: .warning)
        let connection = try await DatabaseChoice.privateServer(.current, logger: logger).start()
        try await Schema.migrate(connection, logger: logger)
        try Terminal.print(DatabaseChoice.url(of: connection))
    }
}

/// `apus db stop`.
struct DatabaseStopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "stop", abstract: "Stop the private server.")

    @OptionGroup var log: LogOptions

    func run() async throws {
        let server = DatabaseChoice.privateServer(.current, logger: log.plainLogger(level: .warning))
        let state = try await server.state()
        try await server.stop()
        switch state {
        case .running: Terminal.note("The private server is stopped.")
        case .absent, .stopped: Terminal.note("The private server does not run.")
        }
    }
}

/// `apus db url`.
struct DatabaseURLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "url",
        abstract: "Print the database's URL for psql; a private server is started for it.",
        discussion: "psql \"$(apus db url)\" -c 'SELECT * FROM apus.predictions LIMIT 10'"
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var log: LogOptions

    func run() async throws {
        let connection = try await database.choice(.current).open(logger: log.plainLogger(level: .warning))
        try Terminal.print(DatabaseChoice.url(of: connection))
    }
}
