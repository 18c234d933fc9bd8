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
    private let logger: Logger
    private let interrupt: Interrupt
    private var connection: OpaquePointer?
    private var prepared: Set<String> = []
    private var secrets: [String] = []

    init(options: ConnectionOptions, interrupt: Interrupt, logger: Logger) {
        self.options = options
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

    /// Runs a statement, prepared once a session where the options allow it.
    ///
    /// - Throws: `PostgreSQLError`.
    @discardableResult
    public func query(_ statement: Statement, _ values: [Value] = []) throws(PostgreSQLError) -> Rows {
        let connection = unsafe try ready()
        guard options.preparesStatements, !statement.isPlannedEachTime else {
            return try send(statement.text, values, what: statement.name)
        }
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

    // MARK: The wire

    /// The connection, when work may go on.
    func ready() throws(PostgreSQLError) -> OpaquePointer {
        if interrupt.isRequested { throw cancellation }
        guard let connection = unsafe connection else {
            throw PostgreSQLError(code: .connectionLost, message: "the connection to PostgreSQL is closed")
        }
        return unsafe connection
    }

    var cancellation: PostgreSQLError {
        PostgreSQLError(code: .cancelled, message: "the statement was cancelled with its task")
    }

    /// Turns libpq's 0 into an error.
    func check(_ status: Int32, what: String) throws(PostgreSQLError) {
        guard status != 1 else { return }
        throw failure(of: what)
    }

    /// The error that the connection stands in.
    func failure(of what: String) -> PostgreSQLError {
        guard let connection = unsafe connection else {
            return PostgreSQLError(code: .connectionLost, message: "\(what): the connection is closed")
        }
        let isLost = unsafe PQstatus(connection) == CONNECTION_BAD
        return unsafe PostgreSQLError(
            code: isLost ? .connectionLost : .refused,
            message: "\(what): \(text(PQerrorMessage(connection)))"
        )
    }

    /// Waits until everything is sent and answered and returns the last result.
    func lastResult(of what: String) throws(PostgreSQLError) -> Rows {
        var last: Rows?
        var error: PostgreSQLError?
        while let result = unsafe try nextResult(of: what) {
            switch unsafe PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                last = unsafe Rows(adopting: result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                unsafe PQclear(result)
                disconnect()
                throw PostgreSQLError(code: .refused, message: "\(what): COPY is started by copyIn alone")
            default:
                if error == nil { error = unsafe refusal(result, of: what) }
                unsafe PQclear(result)
            }
        }
        if let error { throw error }
        guard let last else { throw failure(of: what) }
        return last
    }

    /// Waits for the next result; nil at the end of the statement.
    func nextResult(of what: String) throws(PostgreSQLError) -> OpaquePointer? {
        guard let connection = unsafe connection else { throw failure(of: what) }
        try flush(what: what)
        var isCancelling = false
        while unsafe PQisBusy(connection) == 1 {
            wait(for: POLLIN, ignoringInterrupt: isCancelling, until: nil)
            if !isCancelling, interrupt.isRequested {
                isCancelling = true
                sendCancellation()
            }
            if unsafe PQconsumeInput(connection) == 0 { throw failure(of: what) }
        }
        return unsafe PQgetResult(connection)
    }

    /// Sends what libpq has buffered.
    func flush(what: String) throws(PostgreSQLError) {
        guard let connection = unsafe connection else { throw failure(of: what) }
        while true {
            switch unsafe PQflush(connection) {
            case 0: return
            case 1:
                wait(for: POLLIN | POLLOUT, ignoringInterrupt: true, until: nil)
                if unsafe PQconsumeInput(connection) == 0 { throw failure(of: what) }
            default: throw failure(of: what)
            }
        }
    }

    /// Blocks until the socket or an interrupt is ready, or the time has come.
    func wait(for events: Int32, ignoringInterrupt: Bool, until deadline: ContinuousClock.Instant?) {
        guard let connection = unsafe connection else { return }
        var entries = unsafe [
            pollfd(fd: PQsocket(connection), events: Int16(events), revents: 0),
            pollfd(fd: interrupt.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        var milliseconds: Int32 = -1
        if let deadline {
            let left = max(.zero, deadline - .now)
            milliseconds = Int32(
                clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
                    + 1
            )
        }
        _ = unsafe poll(&entries, ignoringInterrupt ? 1 : 2, milliseconds)
    }

    /// Asks the server, over a connection of its own, to end the running statement.
    private func sendCancellation() {
        guard let connection = unsafe connection, let request = unsafe PQgetCancel(connection) else { return }
        var reason = [CChar](repeating: 0, count: 256)
        let isSent = unsafe PQcancel(request, &reason, 256)
        if isSent == 0 { logger.warning("cannot cancel the running statement") }
        unsafe PQfreeCancel(request)
    }

    // MARK: State

    /// libpq's handle, for the operations in other files.
    var handle: OpaquePointer? { unsafe connection }

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

    // MARK: Errors

    private func refusal(_ result: OpaquePointer, of what: String) -> PostgreSQLError {
        func field(_ code: UInt8) -> String? {
            unsafe PQresultErrorField(result, Int32(code)).map { unsafe redacted(String(cString: $0)) }
        }
        let state = field(UInt8(ascii: "C"))
        guard let connection = unsafe connection, unsafe PQstatus(connection) == CONNECTION_OK else {
            return unsafe PostgreSQLError(
                code: .connectionLost,
                message: "\(what): \(text(PQresultErrorMessage(result)))",
                sqlState: state
            )
        }
        if state == "57014", interrupt.isRequested { return cancellation }
        if state == "26000" { prepared = [] }
        return PostgreSQLError(
            code: .refused,
            message: "\(what): \(field(UInt8(ascii: "M")) ?? "refused without a message")",
            sqlState: state,
            hint: field(UInt8(ascii: "H")),
            constraint: field(UInt8(ascii: "n"))
        )
    }

    private func text(_ message: UnsafePointer<CChar>?) -> String {
        guard let message = unsafe message else { return "no reason given" }
        let lines = unsafe redacted(String(cString: message)).split(separator: "\n")
        return lines.map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
    }

    private func redacted(_ message: String) -> String {
        secrets.reduce(message) { text, secret in
            text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
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
