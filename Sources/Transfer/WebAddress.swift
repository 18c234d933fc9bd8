import CCurlShim

/// An http or https URL, taken apart by the parser that also makes the connection.
public struct WebAddress: Sendable, Equatable {
    /// `http` or `https`.
    public let scheme: TransferPolicy.Scheme
    /// The host in lower case: a name, or an address without brackets.
    public let host: String
    /// The port, the scheme's own where the URL names none.
    public let port: Int
    /// The URL as it is sent: may hold credentials and signatures, so it must not be printed.
    let text: String
    /// The URL for people: no user, no fragment, the names of the query without their values.
    public let redacted: String

    /// Takes a URL apart.
    ///
    /// - Throws: `invalidURI`, or `unsupportedScheme` for anything but http and https.
    public init(_ text: String) throws(TransferError) {
        guard let handle = unsafe curl_url() else {
            throw TransferError(code: .invalidURI, message: "cannot read a URL: out of memory")
        }
        defer { unsafe curl_url_cleanup(handle) }
        let hidden = Self.redact(text)
        // Spaces and letters beyond ASCII are encoded, as browsers do.
        let flags = UInt32(CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE | CURLU_ALLOW_SPACE)
        guard !text.utf8.contains(0), unsafe curl_url_set(handle, CURLUPART_URL, text, flags) == CURLUE_OK
        else {
            throw TransferError(code: .invalidURI, message: "'\(hidden)' is not a URL that can be fetched")
        }
        func part(_ part: CURLUPart, flags: Int32 = 0) -> String? {
            var value: UnsafeMutablePointer<CChar>?
            guard unsafe curl_url_get(handle, part, &value, UInt32(flags)) == CURLUE_OK,
                let found = unsafe value
            else { return nil }
            defer { unsafe curl_free(found) }
            return unsafe String(cString: found)
        }
        let schemeName = part(CURLUPART_SCHEME)?.lowercased() ?? ""
        guard let scheme = TransferPolicy.Scheme(rawValue: schemeName), scheme != .file else {
            throw TransferError(
                code: .unsupportedScheme,
                message: "'\(hidden)' has the scheme '\(schemeName)'; http and https can be fetched"
            )
        }
        guard let normal = part(CURLUPART_URL), var host = part(CURLUPART_HOST)?.lowercased(), !host.isEmpty,
            let port = part(CURLUPART_PORT, flags: CURLU_DEFAULT_PORT).flatMap({ Int($0) })
        else {
            throw TransferError(code: .invalidURI, message: "'\(hidden)' names no host")
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        self.scheme = scheme
        self.host = host
        self.port = port
        self.text = normal
        self.redacted = hidden
    }

    /// The bytes of the address that the host is, nil where it is a name.
    var literalAddress: [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe apus_parse_address(host, &bytes)
        return count == 0 ? nil : Array(bytes.prefix(count))
    }

    /// Whether the host is an address or the name of this machine.
    var isWrittenOut: Bool { literalAddress != nil || host == "localhost" || host.hasSuffix(".localhost") }

    /// Whether both are one scheme, host and port: what credentials may be sent to.
    public func hasSameOrigin(as other: WebAddress) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// `text` without user, fragment and the values of its query; for a path, `text` itself.
    public static func redact(_ text: String) -> String {
        guard let schemeEnd = text.firstRange(of: "://") else { return text }
        var rest = text[schemeEnd.upperBound...]
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        var query = ""
        if let mark = rest.firstIndex(of: "?") {
            let names = rest[rest.index(after: mark)...].split(separator: "&")
                .map { field in field.firstIndex(of: "=").map { "\(field[..<$0])=…" } ?? "…" }
            query = "?" + names.joined(separator: "&")
            rest = rest[..<mark]
        }
        let authorityEnd = rest.firstIndex(of: "/") ?? rest.endIndex
        if let user = rest[..<authorityEnd].lastIndex(of: "@") { rest = rest[rest.index(after: user)...] }
        return text[..<schemeEnd.upperBound] + rest + query
    }
}
