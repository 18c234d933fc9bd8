/// The head of an answer.
public struct HTTPResponse: Sendable, Equatable {
    /// The status code.
    public let status: Int
    /// Header fields by their names in lower case; the last of a repeated field.
    public let headers: [String: String]
    /// The URL that gave this answer, after redirects.
    public let address: WebAddress
    /// Where a redirect points, made absolute.
    public let location: String?
    /// How long the server asks to wait before another request.
    public let retryAfter: Duration?

    /// Whether the status is 2xx.
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// The body's length in bytes, where the server announces one.
    public var contentLength: Int? { headers["content-length"].flatMap { Int($0) } }
}

/// Takes the body of an answer on the transfer's own thread.
protocol BodySink: AnyObject {
    /// Prepares for a body of so many bytes, nil where that is not known.
    func begin(byteCount: Int?) throws(TransferError)
    /// Takes the next bytes.
    func receive(_ bytes: UnsafeRawBufferPointer) throws(TransferError)
}
