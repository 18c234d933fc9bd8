extension Session {
    /// Runs `body` inside a transaction: committed when it returns, undone when it throws.
    ///
    /// - Throws: what `body` throws; `PostgreSQLError`, with `connectionLost` when it is not known whether the
    ///   commit took effect.
    public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        try query("BEGIN")
        do {
            let result = try body()
            try query("COMMIT")
            return result
        } catch {
            abandonTransaction()
            throw error
        }
    }
}
