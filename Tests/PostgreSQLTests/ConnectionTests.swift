import Logging
import PostgreSQL
import TestSupport
import Testing

/// Connections that are made, broken, cancelled and made again.
@Suite struct ConnectionTests {
    private static func connection(_ database: TestDatabase) -> Connection {
        Connection(options: database.options, logger: Logger(label: "test"))
    }

    private static let backend = "SELECT pg_backend_pid() AS pid"

    @Test func aConnectionThatBrokeIsMadeAgain() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Self.connection(database)
            let first = try await connection.run { try $0.query(Self.backend)[0].get("pid", as: Int32.self) }
            // In the middle of a piece of work the loss is an error that may be tried again …
            let error = await #expect(throws: PostgreSQLError.self) {
                try await connection.run { session in
                    _ = try session.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.isTransient == true)
            let second = try await connection.run { try $0.query(Self.backend)[0].get("pid", as: Int32.self) }
            #expect(second != first)
            // … and between two pieces nobody notices.
            let ended = "SELECT pg_terminate_backend(\(second), 60000) AS ended"
            #expect(try await database.column("ended", of: ended, as: Bool.self) == [true])
            let third = try await connection.run { try $0.query(Self.backend)[0].get("pid", as: Int32.self) }
            #expect(third != second)
            await connection.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func aCancelledTaskEndsItsStatement() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Self.connection(database)
            let task = Task {
                try await connection.run { session in _ = try session.query("SELECT pg_sleep(3600)") }
            }
            let running = """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE datname = '\(database.name)' AND query LIKE '%pg_sleep(3600)' AND state = 'active'
                """
            while try await database.column("n", of: running, as: Int64.self) == [0] {}
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            // The connection is sound, and the next piece of work is not touched.
            #expect(
                try await connection.run { try $0.query("SELECT 7 AS n")[0].get("n", as: Int32.self) } == 7
            )
            await connection.close()
        }
    }

    @Test func aFailedTransactionIsUndone() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Self.connection(database)
            try await connection.run { session in try session.script("CREATE TABLE t (n integer UNIQUE)") }
            let error = await #expect(throws: PostgreSQLError.self) {
                try await connection.run { session in
                    try session.transaction {
                        try session.query("INSERT INTO t VALUES (1)")
                        try session.query("INSERT INTO t VALUES (1)")
                    }
                }
            }
            #expect(error?.code == .refused)
            #expect(error?.sqlState == "23505")
            #expect(error?.constraint == "t_n_key")
            #expect(error?.isTransient == false)
            let count = try await connection.run { session in
                #expect(!session.isInTransaction)
                return try session.query("SELECT count(*) AS n FROM t")[0].get("n", as: Int64.self)
            }
            #expect(count == 0)
            await connection.close()
        }
    }

    @Test(arguments: [true, false]) func namedStatementsWorkPreparedOrNot(prepared: Bool) async throws {
        try await TestDatabase.with(migrated: false) { database in
            var options = database.options
            options.preparesStatements = prepared
            let connection = Connection(options: options, logger: Logger(label: "test"))
            let statement = Statement(name: "twice", text: "SELECT $1 * 2 AS n")
            let values = try await connection.run { session in
                try (1...3).map { try session.query(statement, [.int64($0)])[0].get("n", as: Int64.self) }
            }
            #expect(values == [2, 4, 6])
            let count = try await connection.run { session in
                try session.query("SELECT count(*) AS n FROM pg_prepared_statements")[0].get(
                    "n",
                    as: Int64.self
                )
            }
            #expect(count == (prepared ? 1 : 0))
            await connection.close()
        }
    }

    @Test func aPoolerThatLosesPreparedStatementsIsNoticed() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Self.connection(database)
            let statement = Statement(name: "twice", text: "SELECT $1 * 2 AS n")
            let values = try await connection.run { session in
                try [1, 2, 3].map { (n: Int64) -> Int64 in
                    // What a pooler does when it hands out another server.
                    if n == 2 { try session.query("DEALLOCATE ALL") }
                    return try session.query(statement, [.int64(n)])[0].get("n")
                }
            }
            #expect(values == [2, 4, 6])
            await connection.close()
        }
    }

    @Test func messagesHoldNoSecrets() async throws {
        let open = Connection(
            options: ConnectionOptions(address: "postgresql://me:hunter2@127.0.0.1:1/db?connect_timeout=5"),
            logger: Logger(label: "test")
        )
        let refused = await #expect(throws: PostgreSQLError.self) { try await open.run { _ in } }
        #expect(refused?.code == .connectionFailed)
        #expect(refused?.isTransient == true)
        #expect(refused?.description.contains("hunter2") == false)
        #expect(refused?.description.contains("127.0.0.1") == true)
        for address in ["postgresql://me:hun/ter2@host:hunter2/db", "postgresql://me:p%zzhunter2@h/db"] {
            let connection = Connection(
                options: ConnectionOptions(address: address),
                logger: Logger(label: "test")
            )
            let error = await #expect(throws: PostgreSQLError.self) { try await connection.run { _ in } }
            #expect(error?.description.contains("ter2") == false, "\(String(describing: error))")
        }
        let options = ConnectionOptions(address: "postgresql://me:hunter2@db.example.org:5433/pictures")
        #expect(options.displayAddress == "postgresql://db.example.org:5433/pictures")
    }

    @Test func aRowOfTheTableDoesNotReachTheMessage() async throws {
        try await TestDatabase.with(migrated: false) { database in
            try await database.script("CREATE TABLE t (uri text, n integer CHECK (n > 0))")
            let error = await #expect(throws: PostgreSQLError.self) {
                try await database.script("INSERT INTO t VALUES ('https://h/a?signature=hunter2', 0)")
            }
            #expect(error?.sqlState == "23514")
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test func workOfOneConnectionRunsInTurn() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Self.connection(database)
            try await connection.run { try $0.script("CREATE TABLE t (n bigint); INSERT INTO t VALUES (0)") }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await connection.run { session in
                            try session.transaction {
                                let n: Int64 = try session.query("SELECT n FROM t")[0].get("n")
                                try session.query("UPDATE t SET n = $1", [.int64(n + 1)])
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.column("n", of: "SELECT n FROM t", as: Int64.self) == [50])
            await connection.close()
        }
    }
}
