/// Why bytes could not be fetched.
///
/// Neither the message nor the cause holds credentials or the values of a query.
public struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of thing went wrong.
    public enum Code: String, Sendable, Equatable, CaseIterable {
        /// A URI that is none.
        case invalidURI
        /// A scheme that is not known, or that the policy does not allow.
        case unsupportedScheme
        /// A file outside the folders that the policy allows, or a thing that is no regular file.
        case refusedFile
        /// A network address that the policy does not allow.
        case refusedAddress
        /// There is no such file or page (404, 410).
        case notFound
        /// The server or the file system denies access (401, 403).
        case forbidden
        /// Another answer that a second try would not change.
        case rejected
        /// The server asks to come back later (408, 425, 429).
        case busy
        /// The server failed (5xx).
        case serverFailure
        /// No connection, or it broke.
        case network
        /// A time limit passed, or the bytes came too slowly.
        case timedOut
        /// Fewer bytes arrived than were announced.
        case truncated
        /// More bytes than the limit.
        case tooLarge
        /// The peer's certificate or the encryption is not acceptable.
        case tls
        /// A chain of redirects that does not end, or that leaves http and https.
        case badRedirect
        /// The bytes are not those that were expected.
        case wrongHash
        /// The disk is full.
        case noSpace
        /// The file system refused to read or write.
        case fileSystem
        /// The task was cancelled.
        case cancelled
    }

    /// What kind of thing went wrong.
    public var code: Code
    /// What failed, on which thing, expected and found, what to do.
    public var message: String
    /// The HTTP status, where there was an answer.
    public var status: Int?
    /// How long the server asks to wait before another try.
    public var retryAfter: Duration?
    /// What the library or the system said.
    public var cause: String?

    /// Makes an error.
    public init(
        code: Code,
        message: String,
        status: Int? = nil,
        retryAfter: Duration? = nil,
        cause: String? = nil
    ) {
        self.code = code
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
        self.cause = cause
    }

    /// Whether the same request may succeed later without anyone changing anything.
    public var isTransient: Bool {
        switch code {
        case .busy, .serverFailure, .network, .timedOut, .truncated: true
        case .invalidURI, .unsupportedScheme, .refusedFile, .refusedAddress, .notFound, .forbidden, .rejected,
            .tooLarge, .tls, .badRedirect, .wrongHash, .noSpace, .fileSystem, .cancelled:
            false
        }
    }

    /// The message and what the library said.
    public var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
