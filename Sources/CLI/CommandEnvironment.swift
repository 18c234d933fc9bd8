import Foundation

/// The environment variables, read once; nothing below the command looks at them.
struct CommandEnvironment: Sendable {
    /// All variables by name.
    let variables: [String: String]

    /// The variables of this process.
    static var current: CommandEnvironment {
        CommandEnvironment(variables: ProcessInfo.processInfo.environment)
    }

    /// A variable that is set and not empty.
    subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// Whether colours are welcome: https://no-color.org, and terminals that know none.
    var allowsColor: Bool { self["NO_COLOR"] == nil && self["TERM"] != "dumb" }

    /// Whether any of libpq's variables names a server, so that libpq decides where to go.
    var namesServerForLibPQ: Bool {
        ["PGHOST", "PGHOSTADDR", "PGSERVICE", "PGSERVICEFILE", "PGDATABASE", "PGPORT"]
            .contains { self[$0] != nil }
    }
}
