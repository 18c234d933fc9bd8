public import JobQueue
import Logging
public import PostgreSQL

/// A database of its own for one test, on a server that the test process starts.
public struct TestDatabase: Sendable {
    /// The names that jobs of a migrated test database may ask for.
    public static let modelNames = [
        ModelName(name: "resnet34"), ModelName(name: "resnet34.a1_in1k"), ModelName(name: "resnet50"),
        ModelName(name: "tf_efficientnet_lite0"), ModelName(name: "tf_efficientnet_lite0.in1k"),
        ModelName(name: "stubborn_stem", inputChannels: [3]),
    ]

    /// How to connect.
    public let options: ConnectionOptions
    /// The database's name.
    public let name: String

    /// Runs `body` with a new database, which is dropped afterwards; with the schema of Apus unless `migrated` is
    /// false.
    ///
    /// - Throws: what `body` throws; an error of PostgreSQL.
    public static func with<Result>(
        migrated: Bool = true,
        _ body: (TestDatabase) async throws -> Result
    ) async throws -> Result {
        let server = try await TestServer.shared.options()
        let name = await TestServer.shared.nextDatabaseName()
        let maintenance = Connection(options: server, logger: Logger(label: "test"))
        let template = migrated ? "apus_template" : "template1"
        try await maintenance.run { session in
            // Copying a template is refused while another copy of it begins.
            while true {
                do {
                    _ = try session.query("CREATE DATABASE \(name) TEMPLATE \(template)")
                    return
                } catch let error as PostgreSQLError {
                    guard error.sqlState == "55006" else { throw error }
                }
            }
        }
        var options = server
        options.parameters["dbname"] = name
        do {
            let result = try await body(TestDatabase(options: options, name: name))
            try await drop(name, maintenance)
            return result
        } catch {
            try await drop(name, maintenance)
            throw error
        }
    }

    private static func drop(_ name: String, _ maintenance: Connection) async throws {
        try await maintenance.run { session in _ = try session.query("DROP DATABASE \(name) WITH (FORCE)") }
        await maintenance.close()
    }

    /// Makes a queue on the database.
    ///
    /// - Throws: `JobQueueError`.
    public func makeQueue(policy: QueuePolicy = QueuePolicy()) throws -> JobQueue {
        try JobQueue(options: options, policy: policy, logger: Logger(label: "test"))
    }

    /// Runs a statement and returns its first column of each row.
    ///
    /// - Throws: `PostgreSQLError`.
    public func column<Column: ColumnValue & Sendable>(
        _ name: String,
        of text: String,
        as type: Column.Type = Column.self
    ) async throws -> [Column] {
        let connection = Connection(options: options, logger: Logger(label: "test"))
        let values = try await connection.run { session in
            try session.query(text).map { try $0.get(name, as: Column.self) }
        }
        await connection.close()
        return values
    }

    /// Runs statements, as psql would.
    ///
    /// - Throws: `PostgreSQLError`.
    public func script(_ text: String) async throws {
        let connection = Connection(options: options, logger: Logger(label: "test"))
        try await connection.run { session in try session.script(text) }
        await connection.close()
    }
}
