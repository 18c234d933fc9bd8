import CLibPQ
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What goes over the wire: sending, waiting, results.
extension Session {
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
}
