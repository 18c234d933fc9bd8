import JobQueue
import PostgreSQL
import TestSupport
import Testing

/// The statements in the program.
@Suite struct StatementCatalogTests {
    @Test func theProgramHoldsEveryStatement() throws {
        let catalog = try StatementCatalog.embedded()
        for name in StatementName.allCases { #expect(!catalog[name].text.isEmpty) }
    }

    @Test func aMissingStatementIsAnError() {
        let error = #expect(throws: JobQueueError.self) {
            try StatementCatalog(files: ["-- name: reap\nSELECT 1"])
        }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains("missing") == true)
    }

    @Test func anUnknownStatementIsAnError() {
        let error = #expect(throws: JobQueueError.self) {
            try StatementCatalog(files: ["-- name: rep\nSELECT 1"])
        }
        #expect(error?.message.contains("rep ") == true)
    }

    @Test func aStatementTwiceIsAnError() {
        let file = "-- name: reap\nSELECT 1\n-- name: reap\nSELECT 2\n"
        let error = #expect(throws: JobQueueError.self) { try StatementCatalog(files: [file]) }
        #expect(error?.message.contains("reap") == true)
    }

    @Test func theOptionsOfSQLAreThoseOfTheProgram() async throws {
        try await TestDatabase.with { database in
            let names = try await database.column(
                "n",
                of: "SELECT apus.option_names() AS n",
                as: [String].self
            )
            #expect(names == [JobOptions.CodingKeys.allCases.map(\.rawValue).sorted()])
        }
    }
}
