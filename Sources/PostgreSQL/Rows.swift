import CLibPQ

/// What a statement returned; it lives on the thread of its session.
@safe public final class Rows {
    private let result: OpaquePointer
    private let columns: [String: Int32]
    /// Rows returned.
    public let count: Int
    /// Rows that the statement inserted, changed, removed or returned.
    public let affectedCount: Int

    /// Takes over a result of libpq.
    init(adopting result: OpaquePointer) {
        unsafe self.result = result
        unsafe count = Int(PQntuples(result))
        var columns: [String: Int32] = [:]
        for column in 0..<(unsafe PQnfields(result)) {
            if let name = unsafe PQfname(result, column) { columns[unsafe String(cString: name)] = column }
        }
        self.columns = columns
        let tuples = unsafe PQcmdTuples(result)
        affectedCount = unsafe tuples.flatMap { unsafe Int(String(cString: $0)) } ?? 0
    }

    deinit { unsafe PQclear(result) }

    /// The row of that number, from 0.
    public subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "row \(index) of \(count)")
        return Row(rows: self, index: Int32(index))
    }

    /// The first row.
    public var first: Row? { count > 0 ? self[0] : nil }

    /// Makes one value of each row.
    ///
    /// - Throws: what `transform` throws.
    public func map<Element>(_ transform: (Row) throws -> Element) rethrows -> [Element] {
        try (0..<count).map { try transform(self[$0]) }
    }

    /// The value at a place; nil for NULL.
    func value<Column: ColumnValue>(row: Int32, name: String, as type: Column.Type) throws(PostgreSQLError)
        -> Column?
    {
        guard let column = columns[name] else {
            throw PostgreSQLError(
                code: .unexpectedValue,
                message: "no column \(name) among \(columns.keys.sorted().joined(separator: ", "))"
            )
        }
        guard unsafe PQgetisnull(result, row, column) == 0, let start = unsafe PQgetvalue(result, row, column)
        else { return nil }
        let length = unsafe Int(PQgetlength(result, row, column))
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: length))
        let oid = unsafe PQftype(result, column)
        guard let value = Column.decode(bytes[...], typeOID: oid) else {
            throw PostgreSQLError(
                code: .unexpectedValue,
                message: "column \(name): \(length) bytes of type \(oid) are no \(Column.self)"
            )
        }
        return value
    }
}

/// One row of a result.
public struct Row {
    let rows: Rows
    let index: Int32

    /// The value of a column that is never NULL.
    ///
    /// - Throws: `PostgreSQLError` when there is no such column, or it is NULL or of another type.
    public func get<Column: ColumnValue>(
        _ name: String,
        as type: Column.Type = Column.self
    ) throws(PostgreSQLError) -> Column {
        guard let value = try rows.value(row: index, name: name, as: type) else {
            throw PostgreSQLError(code: .unexpectedValue, message: "column \(name) is NULL, expected a value")
        }
        return value
    }

    /// The value of a column, nil for NULL.
    ///
    /// - Throws: `PostgreSQLError` when there is no such column, or it is of another type.
    public func getIfPresent<Column: ColumnValue>(
        _ name: String,
        as type: Column.Type = Column.self
    ) throws(PostgreSQLError) -> Column? {
        try rows.value(row: index, name: name, as: type)
    }
}
