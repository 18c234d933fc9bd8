import CLibPQ
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One connection of libpq, confined to the thread of its `Connection`: every call blocks until it has its answer.
///
/// It keeps nothing on the server that must outlast a transaction, but for prepared statements (which can be
/// turned off) and LISTEN (which needs a direct connection).
@safe public final class Session {
    private let options: ConnectionOptions
    let logger: Logger
    let interrupt: Interrupt
    var connection: OpaquePointer?
    var prepared: Set<String> = []
    /// Whether statements are prepared; turned off when the server's side shows that it cannot be.
    private var preparesStatements: Bool
    var secrets: [String] = []

    init(options: ConnectionOptions, interrupt: Interrupt, logger: Logger) {
        self.options = options
        preparesStatements = options.preparesStatements
        self.interrupt = interrupt
        self.logger = logger
    }

    deinit { disconnect() }

    // MARK: Connecting

    /// Whether a connection stands, as far as this side knows.
    var isConnected: Bool {
        guard let connection = unsafe connection else { return false }
        return unsafe PQstatus(connection) == CONNECTION_OK
    }

    /// Connects unless a sound connection stands.
    func connectIfNeeded() throws(PostgreSQLError) {
        if isConnected, isStillOpen() { return }
        disconnect()
        let settings = try ConnectionSettings(options)
        secrets = settings.secrets
        let fresh = unsafe settings.connect()
        guard let fresh = unsafe fresh else {
            throw PostgreSQLError(code: .connectionFailed, message: "cannot connect: out of memory")
        }
        guard unsafe PQstatus(fresh) == CONNECTION_OK else {
            let reason = unsafe text(PQerrorMessage(fresh))
            unsafe PQfinish(fresh)
            throw PostgreSQLError(code: .connectionFailed, message: "cannot connect to PostgreSQL: \(reason)")
        }
        unsafe connection = fresh
        unsafe PQsetnonblocking(fresh, 1)
        unsafe PQsetNoticeProcessor(fresh, { _, _ in }, nil)
        logger.debug("connected", metadata: ["server": "\(unsafe PQserverVersion(fresh))"])
    }

    /// Ends the connection.
    func disconnect() {
        if let connection = unsafe connection { unsafe PQfinish(connection) }
        unsafe connection = nil
        prepared = []
    }

    /// Finds out whether the server closed the connection while nobody used it.
    private func isStillOpen() -> Bool {
        guard let connection = unsafe connection else { return false }
        while true {
            var entry = unsafe pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&entry, 1, 0) > 0 else { return true }
            // What is read may be a farewell, and the end comes behind it.
            guard unsafe PQconsumeInput(connection) == 1 && PQstatus(connection) == CONNECTION_OK else {
                return false
            }
        }
    }

    // MARK: Statements

    /// Runs a statement, prepared once a session where the options and the server's side allow it.
    ///
    /// - Throws: `PostgreSQLError`.
    @discardableResult
    public func query(_ statement: Statement, _ values: [Value] = []) throws(PostgreSQLError) -> Rows {
        guard preparesStatements, !statement.isPlannedEachTime else {
            return try send(statement.text, values, what: statement.name)
        }
        let isAlone = !isInTransaction
        do {
            return try sendPrepared(statement, values)
        } catch {
            // A pooler gave the statement to a server that does not know it, or knows it from somebody else.
            guard error.sqlState == "26000" || error.sqlState == "42P05" else { throw error }
            logger.notice("prepared statements do not work here, probably behind a pooler: none from now on")
            preparesStatements = false
            guard isAlone else { throw error }
        }
        return try send(statement.text, values, what: statement.name)
    }

    private func sendPrepared(_ statement: Statement, _ values: [Value]) throws(PostgreSQLError) -> Rows {
        let connection = unsafe try ready()
        if !prepared.contains(statement.name) {
            let types = values.map(\.typeOID)
            let sent = unsafe PQsendPrepare(
                connection,
                statement.name,
                statement.text,
                Int32(types.count),
                types
            )
            try check(sent, what: statement.name)
            _ = try lastResult(of: statement.name)
            prepared.insert(statement.name)
        }
        let sent = unsafe withWireFormat(of: values) { pointers, lengths, formats in
            unsafe PQsendQueryPrepared(
                connection,
                statement.name,
                Int32(values.count),
                pointers,
                lengths,
                formats,
                1
            )
        }
        try check(sent, what: statement.name)
        return try lastResult(of: statement.name)
    }

    /// Runs a statement that is not prepared.
    ///
    /// - Throws: `PostgreSQLError`.
    @discardableResult
    public func query(_ text: String, _ values: [Value] = []) throws(PostgreSQLError) -> Rows {
        try send(text, values, what: "statement")
    }

    private func send(_ text: String, _ values: [Value], what: String) throws(PostgreSQLError) -> Rows {
        let connection = unsafe try ready()
        let types = values.map(\.typeOID)
        let sent = unsafe withWireFormat(of: values) { pointers, lengths, formats in
            unsafe PQsendQueryParams(
                connection,
                text,
                Int32(values.count),
                types,
                pointers,
                lengths,
                formats,
                1
            )
        }
        try check(sent, what: what)
        return try lastResult(of: what)
    }

    /// Runs a script of several statements in one transaction and drops what they return.
    ///
    /// - Throws: `PostgreSQLError`.
    public func script(_ text: String) throws(PostgreSQLError) {
        let connection = unsafe try ready()
        try check(unsafe PQsendQuery(connection, text), what: "script")
        _ = try lastResult(of: "script")
    }

    // MARK: State

    /// Whether a transaction is open, sound or failed.
    public var isInTransaction: Bool {
        guard let connection = unsafe connection else { return false }
        let status = unsafe PQtransactionStatus(connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE
    }

    /// Ends an open transaction without effect; where that fails the connection is dropped, which does it too.
    func abandonTransaction() {
        guard isInTransaction, let connection = unsafe connection else { return }
        interrupt.leave()
        if unsafe PQtransactionStatus(connection) == PQTRANS_ACTIVE { return disconnect() }
        do {
            try query("ROLLBACK")
        } catch {
            disconnect()
        }
    }
}

/// Gives `body` the values in libpq's three parallel arrays.
private func withWireFormat(
    of values: [Value],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Int32
) -> Int32 {
    var buffer: [UInt8] = []
    var ranges: [Range<Int>?] = []
    for value in values {
        let start = buffer.count
        ranges.append(value.encode(into: &buffer) ? start..<buffer.count : nil)
    }
    // An empty value needs an address too: a null pointer means NULL.
    buffer.append(0)
    let lengths = ranges.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: values.count)
    return unsafe buffer.withUnsafeBytes { bytes in
        let base = unsafe bytes.bindMemory(to: CChar.self).baseAddress
        let pointers = unsafe ranges.map { range in
            unsafe range.flatMap { range in unsafe base.map { unsafe $0 + range.lowerBound } }
        }
        return unsafe pointers.withUnsafeBufferPointer { pointers in
            unsafe lengths.withUnsafeBufferPointer { lengths in
                unsafe formats.withUnsafeBufferPointer { formats in
                    guard let first = pointers.baseAddress, let length = lengths.baseAddress,
                        let format = formats.baseAddress
                    else { return 0 }
                    return unsafe body(first, length, format)
                }
            }
        }
    }
}
