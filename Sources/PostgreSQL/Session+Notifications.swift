import CLibPQ

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A message of NOTIFY.
public struct Notification: Sendable, Equatable {
    /// The channel.
    public var channel: String
    /// The text that came with it.
    public var payload: String
}

extension Session {
    /// Subscribes to a channel for as long as this connection stands; of no use behind a transaction pooler.
    ///
    /// - Throws: `PostgreSQLError`.
    public func listen(to channel: String) throws(PostgreSQLError) {
        let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false).joined(
            separator: "\"\""
        )
        try query("LISTEN \"\(quoted)\"")
    }

    /// Waits for the next notification; nil when `timeout` has passed.
    ///
    /// - Throws: `PostgreSQLError` when the connection breaks or the task is cancelled.
    public func nextNotification(timeout: Duration) throws(PostgreSQLError) -> Notification? {
        let deadline = ContinuousClock.now + timeout
        while true {
            let connection = unsafe try ready()
            guard unsafe PQconsumeInput(connection) == 1 else { throw failure(of: "listen") }
            if let notification = unsafe PQnotifies(connection) {
                defer { unsafe PQfreemem(notification) }
                return unsafe Notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)
                )
            }
            if ContinuousClock.now >= deadline { return nil }
            wait(for: POLLIN, ignoringInterrupt: false, until: deadline)
        }
    }
}
