/// What a process may read, and how long and how much: its operator's choice.
public struct TransferPolicy: Sendable, Equatable {
    /// Kinds of places that bytes come from.
    public enum Scheme: String, Sendable, Hashable, CaseIterable {
        /// Files, named by a path or by `file://`.
        case file
        /// Unencrypted HTTP.
        case http
        /// HTTP over TLS.
        case https
    }

    /// When a loopback, private or link-local address may be talked to.
    ///
    /// What counts is the address that a name resolves to, not the name. A redirect to another host never reaches
    /// such an address unless the rule is ``always`` or the host is in ``TransferPolicy/trustedHosts``. A proxy may
    /// have any address, unless it listens on the very port that the URL names: then it is taken for the host.
    public enum PrivateAddresses: Sendable, Hashable {
        /// Never.
        case never
        /// Where the URI itself writes the address or `localhost`.
        case written
        /// Where the host that the URI names resolves to it; a link-local address must still be written.
        case originalHost
        /// Always, through redirects too.
        case always
    }

    /// The schemes that are allowed.
    public var schemes: Set<Scheme>
    /// Folders below which files may be read; nil allows all, an empty list none.
    public var folders: [String]?
    /// When addresses that are not public may be talked to.
    public var privateAddresses: PrivateAddresses
    /// Host names (lower case) that may be reached whatever they resolve to, through redirects too.
    public var trustedHosts: Set<String>
    /// The largest file or body that is read into memory, in bytes.
    public var maximumByteCount: Int
    /// The largest file that is downloaded to disk, in bytes.
    public var maximumDownloadByteCount: Int
    /// How long connecting may take, name look-up and TLS included.
    public var connectTimeout: Duration
    /// How long reading into memory may take, redirects included, waiting for a connection's turn not.
    public var totalTimeout: Duration
    /// A transfer that stays below this many bytes a second for ``slowTimeout`` is given up.
    public var minimumBytesPerSecond: Int
    /// How long a transfer may stay below ``minimumBytesPerSecond``.
    public var slowTimeout: Duration
    /// The longest chain of redirects.
    public var maximumRedirectCount: Int
    /// Requests under way at once to one host and port.
    public var requestsPerHost: Int
    /// Requests under way at once.
    public var requestCount: Int

    /// Files that are read at once.
    public var fileThreadCount: Int
    /// A file of certificates to trust in place of the system's, in PEM form; nil takes libcurl's own choice.
    public var certificateFile: String?

    /// The defaults: all schemes and folders, private addresses where the URI itself names their host.
    public init() {
        schemes = Set(Scheme.allCases)
        folders = nil
        privateAddresses = .originalHost
        trustedHosts = []
        maximumByteCount = 512 << 20
        maximumDownloadByteCount = 50_000_000_000
        connectTimeout = .seconds(15)
        totalTimeout = .seconds(120)
        minimumBytesPerSecond = 1024
        slowTimeout = .seconds(30)
        maximumRedirectCount = 10
        requestsPerHost = 8
        requestCount = 64
        certificateFile = nil
        fileThreadCount = 8
    }
}
