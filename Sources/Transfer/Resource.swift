/// What a URI names.
enum Resource: Sendable, Equatable {
    case file(path: String)
    case web(WebAddress)

    /// Reads a URI; text without a scheme is a path.
    init(_ uri: String, schemes: Set<TransferPolicy.Scheme>) throws(TransferError) {
        guard let end = uri.firstRange(of: ":"), Self.isScheme(uri[..<end.lowerBound]),
            uri[end.upperBound...].hasPrefix("//") || uri[..<end.lowerBound].lowercased() == "file"
        else {
            self = .file(path: uri)
            try Self.check(.file, uri, schemes)
            return
        }
        let name = uri[..<end.lowerBound].lowercased()
        guard let scheme = TransferPolicy.Scheme(rawValue: name) else {
            throw TransferError(
                code: .unsupportedScheme,
                message: "'\(WebAddress.redact(uri))' has the scheme '\(name)'; known are "
                    + TransferPolicy.Scheme.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        try Self.check(scheme, uri, schemes)
        switch scheme {
        case .file: self = .file(path: try Self.path(ofFileURI: uri[end.upperBound...], uri))
        case .http, .https: self = .web(try WebAddress(uri))
        }
    }

    private static func check(
        _ scheme: TransferPolicy.Scheme,
        _ uri: String,
        _ schemes: Set<TransferPolicy.Scheme>
    ) throws(TransferError) {
        guard !schemes.contains(scheme) else { return }
        let allowed = schemes.map(\.rawValue).sorted().joined(separator: ", ")
        throw TransferError(
            code: .unsupportedScheme,
            message:
                "'\(WebAddress.redact(uri))' may not be read: the policy allows \(allowed.isEmpty ? "nothing" : allowed)"
        )
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.first, first.isASCII, first.isLetter else { return false }
        return text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// RFC 8089: `file:///path`, `file://localhost/path`, `file:/path`, percent-encoded.
    private static func path(ofFileURI rest: Substring, _ uri: String) throws(TransferError) -> String {
        var path = rest
        if path.hasPrefix("//") {
            path = path.dropFirst(2)
            if path.hasPrefix("localhost/") { path = path.dropFirst("localhost".count) }
        }
        var bytes: [UInt8] = []
        var source = Array(path.utf8)[...]
        while let byte = source.popFirst() {
            if byte == UInt8(ascii: "%"), source.count >= 2,
                let value = UInt8(String(decoding: source.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                source = source.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        guard path.hasPrefix("/"), let decoded = String(validating: bytes, as: UTF8.self) else {
            throw TransferError(
                code: .invalidURI,
                message:
                    "'\(WebAddress.redact(uri))' names no file of this machine; write file:///absolute/path"
            )
        }
        return decoded
    }
}
