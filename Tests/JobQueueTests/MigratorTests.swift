import JobQueue
import Logging
import PostgreSQL
import TestSupport
import Testing

/// The schema on its way up and down.
@Suite struct MigratorTests {
    private static func migrator(_ database: TestDatabase) throws -> Migrator {
        try Migrator(options: database.options, logger: Logger(label: "test"))
    }

    @Test func upDownUp() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let migrator = try Self.migrator(database)
            #expect(try await migrator.isNeeded())
            let names = try await migrator.migrate()
            #expect(
                names == [
                    "001_queue", "002_functions", "003_leases", "004_views", "005_roles",
                    "006_exported_models", "007_features",
                ]
            )
            #expect(try await migrator.migrate() == [])
            #expect(try await migrator.status().allSatisfy { $0.appliedAt != nil && !$0.isChanged })
            var taken: [String] = []
            while let name = try await migrator.rollback() { taken.append(name) }
            #expect(taken == names.reversed())
            let left = """
                SELECT relname::text AS name FROM pg_class WHERE relnamespace = 'apus'::regnamespace AND relkind <> 'i'
                UNION SELECT proname::text FROM pg_proc WHERE pronamespace = 'apus'::regnamespace
                UNION SELECT typname::text FROM pg_type WHERE typnamespace = 'apus'::regnamespace AND typtype = 'e'
                """
            #expect(try await database.column("name", of: left, as: String.self) == ["schema_migration"])
            #expect(try await migrator.migrate() == names)
            await migrator.close()
        }
    }

    @Test func runnersAtOnceApplyEachMigrationOnce() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let applied = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        let migrator = try Self.migrator(database)
                        let names = try await migrator.migrate()
                        await migrator.close()
                        return names
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(
                applied.sorted() == [
                    "001_queue", "002_functions", "003_leases", "004_views", "005_roles",
                    "006_exported_models", "007_features",
                ]
            )
        }
    }

    @Test func aChangedMigrationIsRefused() async throws {
        try await TestDatabase.with { database in
            try await database.script(
                "UPDATE apus.schema_migration SET checksum = 'x' WHERE name = '003_leases'"
            )
            let migrator = try Self.migrator(database)
            let error = await #expect(throws: JobQueueError.self) { try await migrator.migrate() }
            #expect(error?.code == .changedMigration)
            #expect(error?.message.contains("003_leases") == true)
            #expect(try await migrator.status().filter(\.isChanged).map(\.name) == ["003_leases"])
            await migrator.close()
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        try await TestDatabase.with { database in
            try await database.script("INSERT INTO apus.schema_migration VALUES ('999_future', 'x')")
            let migrator = try Self.migrator(database)
            let error = await #expect(throws: JobQueueError.self) { try await migrator.migrate() }
            #expect(error?.code == .schemaVersion)
            await migrator.close()
        }
    }

    @Test func aDatabaseWithoutSchemaSaysWhatToDo() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let queue = try database.makeQueue()
            let error = await #expect(throws: JobQueueError.self) { try await queue.queueDepth() }
            #expect(error?.code == .schemaVersion)
            #expect(error?.message.contains("apus db migrate") == true)
            await queue.close()
        }
    }

    @Test func modelNamesAreReplaced() async throws {
        try await TestDatabase.with { database in
            let migrator = try Self.migrator(database)
            try await migrator.replaceModelNames([
                ModelName(name: "a"), ModelName(name: "b", inputChannels: [1, 3]),
            ])
            let query = "SELECT name, in_chans FROM apus.model_name WHERE in_chans IS NOT NULL"
            #expect(try await database.column("in_chans", of: query, as: [Int32].self) == [[1, 3]])
            #expect(
                try await database.column(
                    "n",
                    of: "SELECT count(*) AS n FROM apus.model_name",
                    as: Int64.self
                ) == [2]
            )
            await migrator.close()
        }
    }
}
