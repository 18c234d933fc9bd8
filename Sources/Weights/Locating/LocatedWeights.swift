/// A checkpoint on this machine's disk, and where it came from.
public struct LocatedWeights: Sendable, Equatable {
    /// The file.
    public let path: String
    /// The SHA-256 of its bytes in 64 lower-case hexadecimal digits.
    public let sha256: String
    /// The commit of the hub's repository, nil where it came from elsewhere.
    public let revision: String?
    /// Where it came from, for people: without credentials and signatures.
    public let source: String
    /// The `config.json` beside the file, where the weights are a folder that timm exported.
    public let configurationPath: String?

    init(path: String, sha256: String, revision: String?, source: String, configurationPath: String? = nil) {
        self.path = path
        self.sha256 = sha256
        self.revision = revision
        self.source = source
        self.configurationPath = configurationPath
    }
}

/// Where the weights of a name are published.
public struct PublishedWeights: Sendable, Hashable {
    /// What people call them: `resnet34.a1_in1k`.
    public var name: String
    /// The repository on the hub, with a revision after an `@` where it is not `main`.
    public var hubID: String?
    /// The file of the release that published them.
    public var url: String?

    /// Makes a value.
    public init(name: String, hubID: String?, url: String?) {
        self.name = name
        self.hubID = hubID
        self.url = url
    }
}
