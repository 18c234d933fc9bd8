import CCurlShim

extension TransferError {
    static var cancelled: TransferError {
        TransferError(code: .cancelled, message: "the transfer was cancelled")
    }

    static func tooLarge(_ thing: String, limit: Int, found: Int? = nil) -> TransferError {
        let size = found.map { "has \($0) bytes" } ?? "has more bytes"
        return TransferError(
            code: .tooLarge,
            message: "'\(thing)' \(size), the limit is \(limit) bytes; raise the limit to read it"
        )
    }

    static func refused(_ address: WebAddress, scope: NetworkScope) -> TransferError {
        let kind =
            switch scope {
            case .loopback: "an address of this machine"
            case .private: "a private address"
            case .linkLocal: "a link-local address"
            case .global: "an address"
            }
        return TransferError(
            code: .refusedAddress,
            message: "'\(address.redacted)' leads to \(kind), which the policy does not allow from here; "
                + "name the host as trusted to read from it"
        )
    }

    /// The error of an answer that is no success.
    ///
    /// Precondition: the status is not 2xx.
    public static func answer(_ response: HTTPResponse) -> TransferError {
        let thing = response.address.redacted
        func error(_ code: Code, _ text: String) -> TransferError {
            TransferError(
                code: code,
                message: "'\(thing)' \(text) (status \(response.status))",
                status: response.status,
                retryAfter: response.retryAfter
            )
        }
        switch response.status {
        case 401: return error(.forbidden, "needs credentials")
        case 403: return error(.forbidden, "is not open to these credentials")
        case 404, 410: return error(.notFound, "does not exist")
        case 408, 425, 429: return error(.busy, "asks to come back later")
        case 500...: return error(.serverFailure, "cannot be served now")
        case 300..<400: return error(.badRedirect, "redirects to nowhere")
        default: return error(.rejected, "was refused")
        }
    }

    /// The error of a request that libcurl gave up.
    static func failed(_ request: ExchangeRequest, result: CURLcode, text: String) -> TransferError {
        let thing = request.address.redacted
        let host = request.address.host
        let said = text.isEmpty ? unsafe String(cString: curl_easy_strerror(result)) : text
        // libcurl's text may repeat the URL or a host; it never repeats headers.
        let cause = said.contains("://") ? unsafe String(cString: curl_easy_strerror(result)) : said
        func error(_ code: Code, _ message: String) -> TransferError {
            TransferError(code: code, message: message, cause: cause)
        }
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: return error(.network, "cannot find the host '\(host)'")
        case CURLE_COULDNT_RESOLVE_PROXY: return error(.network, "cannot find the proxy for '\(thing)'")
        case CURLE_COULDNT_CONNECT:
            return error(.network, "cannot connect to '\(host)' port \(request.address.port)")
        case CURLE_OPERATION_TIMEDOUT:
            return error(.timedOut, "'\(thing)' came too slowly or not at all within the time limit")
        case CURLE_PARTIAL_FILE: return error(.truncated, "'\(thing)' was cut off before its end")
        case CURLE_FILESIZE_EXCEEDED: return .tooLarge(thing, limit: request.byteLimit)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS:
            return error(.tls, "cannot trust the encrypted connection to '\(host)'; check its certificate")
        case CURLE_URL_MALFORMAT: return error(.invalidURI, "'\(thing)' is not a URL that can be fetched")
        default: return error(.network, "the transfer of '\(thing)' broke off")
        }
    }
}
