import Transfer

/// A checkpoint at an http or https URL.
struct ReleaseFile: Sendable, Hashable {
    /// The URL; may hold a signature.
    let url: String
    /// Where it came from, for people.
    let source: String
    /// The last part of the URL's path.
    let fileName: String
    /// The leading digits of the SHA-256 that the name carries: `resnet34-43635321.pth`.
    let hash: HashExpectation?
    /// Whether what stands at the URL never changes.
    let isFixed: Bool

    /// Takes a URL; nil where no checkpoint that can be read stands there.
    ///
    /// Formats of other frameworks (`.npz`, `.h5`, `.onnx`) are passed over.
    init?(url: String, isFixed: Bool) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let name = path.split(separator: "/").dropFirst(2).last, HubRepository.isName(name) else {
            return nil
        }
        guard ![".npz", ".h5", ".onnx", ".msgpack", ".tflite"].contains(where: { name.hasSuffix($0) }) else {
            return nil
        }
        self.url = url
        source = WebAddress.redact(url)
        fileName = String(name)
        hash = Self.hash(in: name)
        self.isFixed = isFixed || hash != nil
    }

    /// The place in the cache, below the folder of release files.
    ///
    /// A name with a hash is enough; others are kept apart by their URL.
    var cachePath: String { hash != nil ? fileName : "\(FileHashes.name(of: url, digits: 16))/\(fileName)" }

    /// The digits between the last hyphen and the dot after it, where they are 8 or more.
    private static func hash(in name: Substring) -> HashExpectation? {
        guard let hyphen = name.lastIndex(of: "-") else { return nil }
        return HashExpectation(String(name[name.index(after: hyphen)...].prefix { $0 != "." }))
    }
}
