import CLibPQ

/// Connection options as libpq takes them: names and values, in an order in which the later wins.
struct ConnectionSettings {
    private var pairs: [(name: String, value: String)]
    /// Values that no message may show.
    let secrets: [String]

    /// Parses the address, and adds what notices a dead network unless the address or a variable says otherwise.
    init(_ options: ConnectionOptions) throws(PostgreSQLError) {
        let given = try Self.parse(options.address)
        var pairs = [
            (name: "fallback_application_name", value: options.applicationName),
            (name: "keepalives_idle", value: "15"),
            (name: "keepalives_interval", value: "5"),
            (name: "keepalives_count", value: "3"),
            (name: "tcp_user_timeout", value: "30000"),
        ]
        let defaults = Self.defaults()
        if (defaults["connect_timeout"] ?? "").isEmpty {
            pairs.append((name: "connect_timeout", value: "10"))
        }
        // A service file's entries come before libpq's defaults only where no parameter is given: ours would win.
        if given["service"] != nil || options.parameters["service"] != nil || defaults["service"] != nil {
            pairs.removeLast(pairs.count - 1)
        }
        if !options.address.isEmpty { pairs.append((name: "dbname", value: options.address)) }
        for (name, value) in options.parameters.sorted(by: { $0.key < $1.key }) {
            pairs.append((name: name, value: value))
        }
        self.pairs = pairs
        let passwords = [
            given["password"], given["sslpassword"], options.parameters["password"], defaults["password"],
        ]
        secrets = passwords.compactMap { $0 }.filter { !$0.isEmpty }
    }

    /// What the address says, by libpq's own parser.
    private static func parse(_ address: String) throws(PostgreSQLError) -> [String: String] {
        guard !address.isEmpty else { return [:] }
        var reason: UnsafeMutablePointer<CChar>?
        guard let entries = unsafe PQconninfoParse(address, &reason) else {
            // libpq's own words quote the address and may hold a part of the password.
            unsafe PQfreemem(reason)
            throw PostgreSQLError(
                code: .connectionFailed,
                message: "the database address cannot be read; expected "
                    + "postgresql://USER@HOST:PORT/DATABASE or key=value pairs, "
                    + "with special characters of a password written as %XX"
            )
        }
        return unsafe values(adopting: entries)
    }

    /// What libpq would take from `PG*` variables.
    private static func defaults() -> [String: String] {
        guard let entries = unsafe PQconndefaults() else { return [:] }
        return unsafe values(adopting: entries)
    }

    private static func values(adopting entries: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        defer { unsafe PQconninfoFree(entries) }
        var values: [String: String] = [:]
        var entry = unsafe entries
        while let keyword = unsafe entry.pointee.keyword {
            if let value = unsafe entry.pointee.val {
                unsafe values[String(cString: keyword)] = unsafe String(cString: value)
            }
            unsafe entry += 1
        }
        return values
    }

    /// Connects, blocking, and returns libpq's handle, sound or not.
    func connect() -> OpaquePointer? {
        let names = CStringArray(pairs.map(\.name))
        let values = CStringArray(pairs.map(\.value))
        return unsafe PQconnectdbParams(names.constantPointers, values.constantPointers, 1)
    }

    /// Host, port and database as a URL.
    static func displayAddress(of options: ConnectionOptions) -> String {
        var values = defaults()
        do {
            values.merge(try parse(options.address)) { $1 }
        } catch {
            return "an address that cannot be read"
        }
        values.merge(options.parameters) { $1 }
        let database = percentEncoded(values["dbname"] ?? "")
        guard let host = values["host"], !host.isEmpty else { return "postgresql:///\(database)" }
        if host.hasPrefix("/") { return "postgresql:///\(database)?host=\(percentEncoded(host))" }
        let port = values["port"].map { $0.isEmpty ? "" : ":\($0)" } ?? ""
        return "postgresql://\(host)\(port)/\(database)"
    }

    private static func percentEncoded(_ text: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.~".utf8)
        let parts = text.utf8.map { byte -> String in
            plain.contains(byte)
                ? String(UnicodeScalar(byte))
                : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return parts.joined()
    }
}
