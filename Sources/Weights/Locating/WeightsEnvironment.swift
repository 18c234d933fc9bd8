import Foundation

/// Where weights come from and are kept: the variables of huggingface_hub and PyTorch, and a folder of our own.
///
/// Sources: huggingface_hub/constants.py and utils/_auth.py, torch/hub.py (`get_dir`).
public struct WeightsEnvironment: Sendable, Equatable {
    /// The hub without a slash at its end: `HF_ENDPOINT`, else `https://huggingface.co`.
    public var endpoint: String
    /// The token that is sent to the hub alone: `HF_TOKEN`.
    public var token: String?
    /// The file that `hf auth login` wrote a token to, read where ``token`` is nil; nil where that is turned off.
    public var tokenFile: String?
    /// Whether nothing may be downloaded: `HF_HUB_OFFLINE`.
    public var isOffline: Bool
    /// The hub's cache, shared with Python: `HF_HUB_CACHE`, else `HF_HOME/hub`.
    public var hubCacheDirectory: String
    /// The cache of PyTorch's hub, read but never written: `TORCH_HOME/hub/checkpoints`.
    public var torchCheckpointsDirectory: String
    /// The folder of our own for release files, known hashes and locks: `XDG_CACHE_HOME/apus`.
    public var apusCacheDirectory: String

    /// Reads the variables that it is given.
    ///
    /// - Parameter environment: variables by name; without `HOME` the user's folder is asked of the system.
    public init(environment: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        }
        func isTrue(_ name: String) -> Bool {
            ["1", "ON", "YES", "TRUE"].contains(environment[name]?.uppercased() ?? "")
        }
        let home = value("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
        func folder(_ name: String) -> String? {
            value(name).map { Self.expand($0, home: home, environment: environment) }
        }
        let cache = folder("XDG_CACHE_HOME") ?? "\(home)/.cache"
        let huggingFace = folder("HF_HOME") ?? "\(cache)/huggingface"
        let torch = folder("TORCH_HOME") ?? "\(cache)/torch"

        var endpoint = value("HF_ENDPOINT") ?? "https://huggingface.co"
        while endpoint.hasSuffix("/") { endpoint.removeLast() }
        self.endpoint = endpoint
        token = Self.clean(value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"))
        tokenFile =
            isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") ? nil : folder("HF_TOKEN_PATH") ?? "\(huggingFace)/token"
        isOffline =
            isTrue("HF_HUB_OFFLINE") || value("HF_HUB_OFFLINE") == nil && isTrue("TRANSFORMERS_OFFLINE")
        hubCacheDirectory = folder("HF_HUB_CACHE") ?? folder("HUGGINGFACE_HUB_CACHE") ?? "\(huggingFace)/hub"
        torchCheckpointsDirectory = "\(torch)/hub/checkpoints"
        apusCacheDirectory = "\(cache)/apus"
    }

    /// A token without line ends and spaces around it; nil where nothing is left.
    static func clean(_ token: String?) -> String? {
        guard let token else { return nil }
        let text = token.filter { !$0.isNewline }.trimmingCharacters(in: .whitespaces)
        return text.isEmpty ? nil : text
    }

    /// A path with `~`, `$NAME` and `${NAME}` replaced; unknown names stay, as in Python's `expandvars`.
    static func expand(_ path: String, home: String, environment: [String: String]) -> String {
        var rest = Substring(path)
        var result = ""
        if rest == "~" || rest.hasPrefix("~/") {
            result = home
            rest = rest.dropFirst()
        }
        while let mark = rest.firstIndex(of: "$") {
            result += rest[..<mark]
            rest = rest[rest.index(after: mark)...]
            let isBraced = rest.hasPrefix("{") && rest.contains("}")
            let name =
                isBraced
                ? rest.dropFirst().prefix { $0 != "}" }
                : rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            let written = isBraced ? "${\(name)}" : "$\(name)"
            result += environment[String(name)] ?? written
            rest = rest.dropFirst(written.count - 1)
        }
        return result + rest
    }
}
