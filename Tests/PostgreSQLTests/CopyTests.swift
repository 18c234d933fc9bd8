import Logging
import PostgreSQL
import TestSupport
import Testing

/// COPY of many rows.
@Suite struct CopyTests {
    private static let copy = "COPY t (id, words, vector) FROM STDIN (FORMAT binary)"

    private func withTable(_ body: @Sendable (Session) throws -> Void) async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Connection(options: database.options, logger: Logger(label: "test"))
            try await connection.run { session in
                try session.script("CREATE TABLE t (id bigint PRIMARY KEY, words text, vector real[])")
                try body(session)
            }
            await connection.close()
        }
    }

    private func number(_ text: String, _ session: Session) throws -> Int64 {
        try session.query(text)[0].get("n")
    }

    @Test func rowsArriveExactly() async throws {
        try await withTable { session in
            let vector = (0..<2048).map { Float($0) / 3 }
            // Several times the buffer of the socket.
            let stored = try session.copyIn(Self.copy) { writer in
                for id in 0..<2000 {
                    try writer.row([.int64(Int64(id)), .text(id == 7 ? nil : "row \(id)"), .floats(vector)])
                }
            }
            #expect(stored == 2000)
            let row = try session.query("SELECT count(*) AS n, count(words) AS w FROM t")[0]
            #expect(try row.get("n", as: Int64.self) == 2000)
            #expect(try row.get("w", as: Int64.self) == 1999)
            let back = try session.query("SELECT vector FROM t WHERE id = 1999")[0].get(
                "vector",
                as: [Float].self
            )
            #expect(back == vector)
        }
    }

    @Test func aDuplicateUndoesAllOfIt() async throws {
        try await withTable { session in
            let error = #expect(throws: PostgreSQLError.self) {
                try session.copyIn(Self.copy) { writer in
                    for id: Int64 in [1, 2, 1] { try writer.row([.int64(id), .text(nil), .floats(nil)]) }
                }
            }
            #expect(error?.sqlState == "23505")
            let n = try number("SELECT count(*) AS n FROM t", session)
            #expect(n == 0)
        }
    }

    @Test func aSenderThatGivesUpStoresNothing() async throws {
        struct Stop: Error {}
        try await withTable { session in
            #expect(throws: Stop.self) {
                try session.copyIn(Self.copy) { writer in
                    for id in 0..<5000 { try writer.row([.int64(Int64(id)), .text("x"), .floats([1])]) }
                    throw Stop()
                }
            }
            let n = try number("SELECT count(*) AS n FROM t", session)
            #expect(n == 0)
        }
    }

    @Test func aTableThatIsMissingIsSaid() async throws {
        try await withTable { session in
            let error = #expect(throws: PostgreSQLError.self) {
                try session.copyIn("COPY nowhere FROM STDIN (FORMAT binary)") { _ in }
            }
            #expect(error?.sqlState == "42P01")
            let n = try number("SELECT 1::bigint AS n", session)
            #expect(n == 1)
        }
    }
}
