/// The SHA-256 that a file must have, as far as it is known.
public struct HashExpectation: Sendable, Hashable, CustomStringConvertible {
    /// The leading hexadecimal digits, in lower case.
    public let digits: String

    /// Takes 8 to 64 leading hexadecimal digits; nil where the text is something else.
    public init?(_ digits: String) {
        guard (8...64).contains(digits.utf8.count), digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
            return nil
        }
        self.digits = digits.lowercased()
    }

    /// Whether a whole SHA-256 in lower-case digits fits.
    public func matches(_ sha256: String) -> Bool { sha256.hasPrefix(digits) }

    /// The digits, with an ellipsis where they are only the beginning.
    public var description: String { digits.utf8.count == 64 ? digits : digits + "…" }
}

/// A file that was downloaded.
public struct DownloadedFile: Sendable, Equatable {
    /// Where it is.
    public let path: String
    /// Its length.
    public let byteCount: Int
    /// Its SHA-256 in 64 lower-case hexadecimal digits.
    public let sha256: String
    /// The head of the answer that brought it.
    public let response: HTTPResponse
}

extension Transfer {
    /// Downloads a URL into a file, which appears whole or not at all.
    ///
    /// The bytes go to a new file beside the target, are hashed on the way, brought to the disk and then renamed;
    /// whatever fails, nothing is left behind. An existing target is replaced.
    ///
    /// - Parameters:
    ///   - url: the http or https URL.
    ///   - headers: header fields of the request, by name; credentials are not sent to another origin.
    ///   - path: the target; its folder exists.
    ///   - byteCount: the length that it must have, where known.
    ///   - hash: the SHA-256 that it must have, where known.
    ///   - redirectedFrom: the URL that pointed here, where that redirect was followed by the caller: private
    ///     addresses are judged by it.
    ///   - trustedHosts: hosts that may be reached at private addresses, besides the policy's.
    /// - Returns: the file's path, length and SHA-256.
    /// - Throws: ``TransferError``: `truncated`, `wrongHash`, `tooLarge`, `noSpace` and all that a request can meet.
    public func download(
        _ url: String,
        headers: [String: String] = [:],
        to path: String,
        byteCount: Int? = nil,
        hash: HashExpectation? = nil,
        redirectedFrom: String? = nil,
        trustedHosts: Set<String> = []
    ) async throws(TransferError) -> DownloadedFile {
        var request = WebRequest(address: try WebAddress(url), headers: headers)
        request.byteLimit = policy.maximumDownloadByteCount
        request.trustedHosts = trustedHosts
        if let redirectedFrom { request.redirectedFrom = try WebAddress(redirectedFrom) }
        let source = request.address.redacted
        if let byteCount, byteCount > policy.maximumDownloadByteCount {
            throw .tooLarge(source, limit: policy.maximumDownloadByteCount, found: byteCount)
        }
        let sink = try await onFileThread { () throws(TransferError) in
            try DownloadSink(target: path, expectedByteCount: byteCount)
        }
        do throws(TransferError) {
            let response = try await send(request, into: sink)
            guard response.isSuccess else { throw TransferError.answer(response) }
            let digest = try await onFileThread { () throws(TransferError) in
                try sink.commit(expecting: hash, from: source)
            }
            return DownloadedFile(path: path, byteCount: sink.byteCount, sha256: digest, response: response)
        } catch {
            await onFileThread { sink.discard() }
            throw error
        }
    }
}
