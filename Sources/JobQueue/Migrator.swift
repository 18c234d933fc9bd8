import CQueueSQL
import Crypto
public import FoundationEssentials
public import Logging
public import PostgreSQL

/// A migration and whether the database has it.
public struct MigrationStatus: Sendable, Equatable {
    /// Number and name: `001_queue`.
    public var name: String
    /// When it was applied; nil when it was not.
    public var appliedAt: Date?
    /// Whether the applied script is another than the one in this program.
    public var isChanged: Bool
}

/// A model's name as a job may ask for it.
public struct ModelName: Sendable, Equatable {
    /// The name without `hf-hub:` and `timm/`.
    public var name: String
    /// Channel counts that the model can take; nil: any.
    public var inputChannels: [Int32]?

    /// Makes a name.
    public init(name: String, inputChannels: [Int32]? = nil) {
        self.name = name
        self.inputChannels = inputChannels
    }
}

/// Brings the schema `apus` of a database to the version of this program, and back.
///
/// Every migration is a transaction of its own; runners that start at once wait for each other. A migration that
/// was applied may not change: its checksum is compared each time.
public struct Migrator: Sendable {
    private struct Migration {
        let name: String
        let up: String
        let down: String
        let checksum: String
    }

    private let connection: Connection
    private let statements: StatementCatalog
    private let logger: Logger

    /// Prepares a migrator; it needs the right to create a schema.
    ///
    /// - Throws: `JobQueueError` (`damaged`) when the program's own SQL is not whole.
    public init(options: ConnectionOptions, logger: Logger) throws(JobQueueError) {
        // DDL makes prepared statements stale.
        var options = options
        options.preparesStatements = false
        connection = Connection(options: options, logger: logger)
        statements = try StatementCatalog.embedded()
        self.logger = logger
    }

    /// Applies what is missing and returns the names of what was applied.
    ///
    /// - Throws: `JobQueueError`.
    @discardableResult
    public func migrate() async throws -> [String] {
        var names: [String] = []
        while let name = try await step(forward: true) { names.append(name) }
        return names
    }

    /// Takes the newest migration back, with all that its tables hold; nil when there is none.
    ///
    /// - Throws: `JobQueueError`.
    @discardableResult
    public func rollback() async throws -> String? { try await step(forward: false) }

    /// Lists the migrations of the program and what the database has of them.
    ///
    /// - Throws: `JobQueueError`.
    public func status() async throws -> [MigrationStatus] {
        let statements = statements
        let migrations = Self.migrations()
        return try await translated {
            try await connection.run { session in
                guard try session.query(statements[.hasMigrations]).first?.get("is_there") == true else {
                    return migrations.map { MigrationStatus(name: $0.name, appliedAt: nil, isChanged: false) }
                }
                let applied = try Self.applied(session, statements)
                return migrations.map { migration in
                    let found = applied[migration.name]
                    return MigrationStatus(
                        name: migration.name,
                        appliedAt: found?.at,
                        isChanged: found.map { $0.checksum != migration.checksum } ?? false
                    )
                }
            }
        }
    }

    /// Whether a migration is missing.
    ///
    /// - Throws: `JobQueueError`.
    public func isNeeded() async throws -> Bool { try await status().contains { $0.appliedAt == nil } }

    /// Replaces the names that jobs may ask for.
    ///
    /// - Throws: `JobQueueError`.
    public func replaceModelNames(_ names: [ModelName]) async throws {
        let statements = statements
        try await translated {
            try await connection.run { session in
                try session.transaction {
                    try session.query(statements[.lockMigrations])
                    try session.query(statements[.clearModelNames])
                    try session.copyIn(statements[.copyModelNames].text) { writer in
                        for name in names {
                            try writer.row([.text(name.name), .int32s(name.inputChannels)])
                        }
                    }
                }
            }
        }
    }

    /// Ends the migrator's connection.
    public func close() async { await connection.close() }

    // MARK: Parts

    private func step(forward: Bool) async throws -> String? {
        let statements = statements
        let migrations = Self.migrations()
        let name = try await translated {
            try await connection.run { session in
                try session.transaction { () -> String? in
                    try session.query(statements[.lockMigrations])
                    try session.query(statements[.makeSchema])
                    try session.query(statements[.makeMigrations])
                    let applied = try Self.applied(session, statements)
                    try Self.check(applied.mapValues(\.checksum), against: migrations)
                    if forward {
                        guard let next = migrations.first(where: { applied[$0.name] == nil }) else {
                            return nil
                        }
                        try session.script(next.up)
                        try session.query(
                            statements[.addMigration],
                            [.text(next.name), .text(next.checksum)]
                        )
                        return next.name
                    }
                    guard let last = migrations.last(where: { applied[$0.name] != nil }) else { return nil }
                    try session.script(last.down)
                    try session.query(statements[.removeMigration], [.text(last.name)])
                    return last.name
                }
            }
        }
        if let name {
            logger.info("\(forward ? "applied" : "took back") migration", metadata: ["name": "\(name)"])
        }
        return name
    }

    private static func applied(
        _ session: Session,
        _ statements: StatementCatalog
    ) throws -> [String: (checksum: String, at: Date)] {
        var applied: [String: (checksum: String, at: Date)] = [:]
        let rows = try session.query(statements[.appliedMigrations])
        for index in 0..<rows.count {
            let row = rows[index]
            let at = try row.get("applied_at", as: Timestamp.self)
            applied[try row.get("name")] = (try row.get("checksum"), Date(at))
        }
        return applied
    }

    private static func check(_ applied: [String: String], against migrations: [Migration])
        throws(JobQueueError)
    {
        for migration in migrations {
            guard let checksum = applied[migration.name], checksum != migration.checksum else { continue }
            throw JobQueueError(
                code: .changedMigration,
                message: "migration \(migration.name) was applied from another text than this program holds: "
                    + "use the program that made the database, or a new database"
            )
        }
        let known = Set(migrations.map(\.name))
        if let newer = applied.keys.sorted().first(where: { !known.contains($0) }) {
            throw JobQueueError(
                code: .schemaVersion,
                message:
                    "the database has migration \(newer), which this program does not know: use a newer apus"
            )
        }
    }

    private static func migrations() -> [Migration] {
        var migrations: [Migration] = []
        while true {
            let entry = unsafe apus_migration_at(Int32(migrations.count))
            guard let name = unsafe entry.name, let up = unsafe entry.up, let down = unsafe entry.down else {
                return migrations
            }
            let text = unsafe String(cString: up)
            let digest = SHA256.hash(data: Array(text.utf8))
            let checksum = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            migrations.append(
                unsafe Migration(
                    name: String(cString: name),
                    up: text,
                    down: String(cString: down),
                    checksum: checksum
                )
            )
        }
    }
}

extension Date {
    /// The same point in time.
    init(_ timestamp: Timestamp) { self.init(timeIntervalSince1970: timestamp.secondsSince1970) }
}
