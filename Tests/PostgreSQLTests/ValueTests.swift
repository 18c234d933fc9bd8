import Logging
import PostgreSQL
import TestSupport
import Testing

/// Values on their way to the server and back.
@Suite struct ValueTests {
    @Test func everyTypeComesBack() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Connection(options: database.options, logger: Logger(label: "test"))
            try await connection.run { session in
                let rows = try session.query(
                    "SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e, $6 AS f, $7 AS g, $8 AS h, $9 AS i, $10 AS j,"
                        + " $11 AS k, $12 AS l",
                    [
                        .bool(true), .int16(-7), .int32(.min), .int64(.max), .float(0.1), .double(-0.1),
                        .text("Zürich"), .bytes([0, 255]), .int32s([1, -1]), .int64s([]),
                        .floats([0.5, .infinity]),
                        .texts(["", "a,\"b\""]),
                    ]
                )
                let row = rows[0]
                #expect(try row.get("a", as: Bool.self))
                #expect(try row.get("b", as: Int16.self) == -7)
                #expect(try row.get("c", as: Int32.self) == .min)
                #expect(try row.get("d", as: Int64.self) == .max)
                #expect(try row.get("e", as: Float.self) == 0.1)
                #expect(try row.get("f", as: Double.self) == -0.1)
                #expect(try row.get("g", as: String.self) == "Zürich")
                #expect(try row.get("i", as: [Int32].self) == [1, -1])
                #expect(try row.get("j", as: [Int64].self) == [])
                #expect(try row.get("k", as: [Float].self) == [0.5, .infinity])
                #expect(try row.get("l", as: [String].self) == ["", "a,\"b\""])
                let error = #expect(throws: PostgreSQLError.self) { try row.get("a", as: Int32.self) }
                #expect(error?.code == .unexpectedValue)
            }
            await connection.close()
        }
    }

    @Test func nullIsNil() async throws {
        try await TestDatabase.with(migrated: false) { database in
            let connection = Connection(options: database.options, logger: Logger(label: "test"))
            try await connection.run { session in
                let row = try session.query("SELECT $1 AS a, $2 AS b", [.text(nil), .floats(nil)])[0]
                #expect(try row.getIfPresent("a", as: String.self) == nil)
                #expect(try row.getIfPresent("b", as: [Float].self) == nil)
                #expect(throws: PostgreSQLError.self) { try row.get("a", as: String.self) }
                #expect(throws: PostgreSQLError.self) { try row.getIfPresent("z", as: String.self) }
            }
            await connection.close()
        }
    }
}
