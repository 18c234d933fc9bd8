/// Where a database is and how to talk to it.
///
/// libpq fills what is left out: the `PG*` variables, the service file and the password file. Parameters that
/// PgBouncer refuses (`options`) are never sent.
public struct ConnectionOptions: Sendable, Equatable {
    /// A connection URL or a `key=value` string as libpq takes it; empty leaves everything to libpq.
    public var address: String
    /// Parameters by their libpq names, such as `host`; they win over `address`.
    public var parameters: [String: String]
    /// The name that `pg_stat_activity` shows, unless the address has one.
    public var applicationName: String
    /// Whether named statements are prepared once a session; turn it off behind a transaction pooler that does
    /// not know prepared statements (PgBouncer before 1.21).
    public var preparesStatements: Bool

    /// Makes options.
    public init(
        address: String = "",
        parameters: [String: String] = [:],
        applicationName: String = "apus",
        preparesStatements: Bool = true
    ) {
        self.address = address
        self.parameters = parameters
        self.applicationName = applicationName
        self.preparesStatements = preparesStatements
    }

    /// The database as a URL for people to paste after `psql`: host, port and database, nothing secret.
    public var displayAddress: String { ConnectionSettings.displayAddress(of: self) }
}
