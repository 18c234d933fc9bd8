/// Which redirects are followed.
public enum RedirectRule: Sendable, Hashable {
    /// All that lead to http or https.
    case all
    /// Those that stay at one scheme, host and port: what a request with credentials follows.
    case sameOrigin
    /// None.
    case none
}

/// A request with its redirects.
struct WebRequest: Sendable {
    var method = ExchangeRequest.Method.get
    var address: WebAddress
    var headers: [String: String]
    var redirects = RedirectRule.all
    var byteLimit = Int.max
    var timeout: Duration?
    var trustedHosts: Set<String> = []
    /// The URL whose answer pointed here, where that was followed by hand.
    var redirectedFrom: WebAddress?

    init(address: WebAddress, headers: [String: String]) {
        self.address = address
        self.headers = headers
    }
}

extension Transfer {
    /// Header fields that no other origin may see.
    private static let secretHeaders: Set<String> = ["authorization", "cookie", "proxy-authorization"]

    /// Sends a request, follows its redirects, and pours the body of a success into the sink.
    func send(_ request: WebRequest, into sink: (any BodySink)?) async throws(TransferError) -> HTTPResponse {
        let clock = ContinuousClock()
        let deadline = request.timeout.map { clock.now + $0 }
        let origin = request.redirectedFrom ?? request.address
        let trusted = policy.trustedHosts.union(request.trustedHosts)
        var address = request.address
        var headers = request.headers
        for _ in 0...max(0, policy.maximumRedirectCount) {
            guard policy.schemes.contains(address.scheme) else {
                throw TransferError(
                    code: .unsupportedScheme,
                    message:
                        "'\(address.redacted)' may not be read: the policy does not allow \(address.scheme.rawValue)"
                )
            }
            let permits = Self.rule(for: address, origin: origin, policy: policy, trusted: trusted)
            if let literal = address.literalAddress {
                let scope = NetworkScope(address: literal)
                guard permits(scope) else { throw TransferError.refused(address, scope: scope) }
            }
            let hop = ExchangeRequest(
                method: request.method,
                address: address,
                headers: headers,
                userAgent: userAgent,
                byteLimit: request.byteLimit,
                connectTimeout: policy.connectTimeout,
                timeout: deadline.map { clock.now.duration(to: $0) },
                minimumBytesPerSecond: policy.minimumBytesPerSecond,
                slowTimeout: policy.slowTimeout,
                certificateFile: policy.certificateFile,
                permits: permits
            )
            let response = try await loop.perform(hop, sink: sink)
            guard [301, 302, 303, 307, 308].contains(response.status), let location = response.location,
                request.redirects != .none
            else { return response }
            let next: WebAddress
            do throws(TransferError) {
                next = try WebAddress(location)
            } catch {
                throw TransferError(
                    code: .badRedirect,
                    message:
                        "'\(address.redacted)' redirects to a place that is not followed: \(error.message)",
                    status: response.status
                )
            }
            if !next.hasSameOrigin(as: address) {
                if request.redirects == .sameOrigin { return response }
                headers = headers.filter { !Self.secretHeaders.contains($0.key.lowercased()) }
            }
            address = next
        }
        throw TransferError(
            code: .badRedirect,
            message: "'\(request.address.redacted)' redirects more than \(policy.maximumRedirectCount) times"
        )
    }

    /// Which addresses the host of a hop may have.
    private static func rule(
        for address: WebAddress,
        origin: WebAddress,
        policy: TransferPolicy,
        trusted: Set<String>
    ) -> @Sendable (NetworkScope) -> Bool {
        let isOrigin = address.host == origin.host
        let isWritten = address.isWrittenOut
        let isTrusted = trusted.contains(address.host)
        let rule = policy.privateAddresses
        return { scope in
            if scope == .global || isTrusted { return true }
            switch rule {
            case .never: return false
            case .written: return isOrigin && isWritten
            case .originalHost: return isOrigin && (isWritten || scope != .linkLocal)
            case .always: return true
            }
        }
    }
}
