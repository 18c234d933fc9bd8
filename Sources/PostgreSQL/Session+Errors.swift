import CLibPQ

/// Errors, and what may not be in them.
extension Session {
    /// What the server says in a failed result.
    func refusal(_ result: OpaquePointer, of what: String) -> PostgreSQLError {
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
        return PostgreSQLError(
            code: .refused,
            message: "\(what): \(field(UInt8(ascii: "M")) ?? "refused without a message")",
            sqlState: state,
            hint: field(UInt8(ascii: "H")),
            constraint: field(UInt8(ascii: "n"))
        )
    }

    /// A message of libpq on one line.
    func text(_ message: UnsafePointer<CChar>?) -> String {
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
