import CLibPQ

extension Session {
    /// Sends rows by `COPY … FROM STDIN (FORMAT binary)`; returns how many the server stored.
    ///
    /// The rows are stored all or none. Memory: 64 KiB and the row being written.
    /// - Throws: `PostgreSQLError`; what `body` throws.
    @discardableResult
    public func copyIn(_ text: String, _ body: (inout CopyWriter) throws -> Void) throws -> Int {
        let connection = unsafe try ready()
        try check(unsafe PQsendQuery(connection, text), what: "copy")
        guard let start = unsafe try nextResult(of: "copy") else { throw failure(of: "copy") }
        let status = unsafe PQresultStatus(start)
        guard status == PGRES_COPY_IN else {
            let error = unsafe drain(start)
            throw error
        }
        unsafe PQclear(start)
        var writer = CopyWriter(session: self)
        do {
            try body(&writer)
            try writer.finish()
        } catch {
            try endCopy(because: "the sender gave up")
            do {
                _ = try lastResult(of: "copy")
            } catch let refusal {
                // The server says that it stored nothing; anything else is news.
                guard refusal.code == .refused else { throw refusal }
            }
            throw error
        }
        try endCopy(because: nil)
        return try lastResult(of: "copy").affectedCount
    }

    /// Reads the statement to its end and returns the error that it ends with.
    private func drain(_ first: OpaquePointer) -> any Error {
        let message = unsafe String(cString: PQresultErrorMessage(first))
        let state = unsafe PQresultErrorField(first, Int32(UInt8(ascii: "C"))).map {
            unsafe String(cString: $0)
        }
        unsafe PQclear(first)
        do {
            while let result = unsafe try nextResult(of: "copy") { unsafe PQclear(result) }
        } catch {
            return error
        }
        return PostgreSQLError(code: .refused, message: "copy: \(message)", sqlState: state)
    }

    fileprivate func send(_ bytes: [UInt8]) throws(PostgreSQLError) {
        let connection = unsafe try ready()
        while true {
            let status = unsafe bytes.withUnsafeBytes { bytes in
                unsafe PQputCopyData(
                    connection,
                    bytes.bindMemory(to: CChar.self).baseAddress,
                    Int32(bytes.count)
                )
            }
            if status == 1 { return try flush(what: "copy") }
            guard status == 0 else { throw failure(of: "copy") }
            try flush(what: "copy")
        }
    }

    private func endCopy(because reason: String?) throws(PostgreSQLError) {
        guard let connection = unsafe connection else { throw failure(of: "copy") }
        while true {
            let status = unsafe PQputCopyEnd(connection, reason)
            if status == 1 { return try flush(what: "copy") }
            guard status == 0 else { throw failure(of: "copy") }
            try flush(what: "copy")
        }
    }
}

/// Writes rows in COPY's binary format.
public struct CopyWriter {
    private let session: Session
    private var buffer: [UInt8]

    fileprivate init(session: Session) {
        self.session = session
        // Source: PostgreSQL documentation, COPY, "Binary Format": signature, flags, header extension.
        buffer = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)
    }

    /// Appends a row; the values' types must be exactly the columns'.
    ///
    /// - Throws: `PostgreSQLError` when the connection breaks.
    public mutating func row(_ values: [Value]) throws(PostgreSQLError) {
        buffer.append(bigEndian: Int16(values.count))
        for value in values {
            let start = buffer.count
            buffer.append(bigEndian: Int32(-1))
            guard value.encode(into: &buffer) else { continue }
            var length: [UInt8] = []
            length.append(bigEndian: Int32(buffer.count - start - 4))
            buffer.replaceSubrange(start..<start + 4, with: length)
        }
        if buffer.count >= 65536 { try flush() }
    }

    fileprivate mutating func finish() throws(PostgreSQLError) {
        buffer.append(bigEndian: Int16(-1))
        try flush()
    }

    private mutating func flush() throws(PostgreSQLError) {
        try session.send(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
