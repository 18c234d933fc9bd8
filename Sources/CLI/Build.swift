/// Which program this is: rows and server logs name it.
enum Build {
    /// The version.
    static let version = "0.1.0"

    /// What rows say made them, and servers are told.
    static let name = "apus/\(version)"
}
