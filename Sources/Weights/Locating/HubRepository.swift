/// A repository of the hub at a revision: `timm/resnet34.a1_in1k`, `owner/name@revision`.
struct HubRepository: Sendable, Hashable {
    /// `owner/name`.
    let id: String
    /// A branch, a tag or a commit.
    let revision: String

    /// Reads a name; an `hf-hub:` or `hf_hub:` before it is dropped.
    init(_ text: String) throws(WeightsError) {
        var rest = Substring(text)
        for prefix in ["hf-hub:", "hf_hub:"] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        let halves = rest.split(separator: "@", omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        let revision = halves.count > 1 ? halves[1] : "main"
        let revisionParts = revision.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2, (1...2).contains(parts.count),
            (parts + revisionParts).allSatisfy(Self.isName)
        else {
            throw WeightsError(
                code: .notFound,
                message: "'\(text)' names no repository of the hub; write owner/name or owner/name@revision"
            )
        }
        id = String(halves[0])
        self.revision = String(revision)
    }

    /// Whether the revision is a commit, which never changes.
    var isPinned: Bool { Self.isCommit(revision) }

    /// The folder's name in the cache.
    var folderName: String { "models--" + id.split(separator: "/").joined(separator: "--") }

    /// The path of a file on the hub.
    func path(of file: String) -> String {
        "/\(id)/resolve/\(revision.split(separator: "/").joined(separator: "%2F"))/\(file)"
    }

    /// Whether a text is 40 lower-case hexadecimal digits.
    static func isCommit(_ text: String) -> Bool { text.utf8.count == 40 && isHexadecimal(text) }

    /// Whether a text is 64 lower-case hexadecimal digits.
    static func isSHA256(_ text: String) -> Bool { text.utf8.count == 64 && isHexadecimal(text) }

    /// Whether a text can stand in a path as one name.
    static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 200 && !text.hasPrefix(".")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-+".contains($0)) }
    }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
