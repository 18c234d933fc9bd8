import Foundation
import ModelZoo

/// What kind of thing a model name points at.
///
/// Source: timm/models/_factory.py, `parse_model_name`.
enum ModelReference: Sendable, Equatable {
    /// A name that the registry knows.
    case registered(PretrainedTag)
    /// A repository of the hub with a `config.json`.
    case hub(HubRepository)
    /// A folder with a `config.json`, by its absolute path.
    case folder(String)

    /// Reads `name`.
    ///
    /// The registry knows its own repositories, so that they need no `config.json`; with a revision the repository is
    /// asked. A path without `local-dir:` is taken for a folder where no model is called so and it holds a
    /// `config.json`.
    ///
    /// - Throws: ``WeightsError``; `ModelZooError` with the nearest names.
    init(_ name: String, workingDirectory: String) throws {
        if let (source, rest) = try Self.source(of: name) {
            switch source {
            case .folder: self = .folder(Self.absolute(rest, workingDirectory))
            case .hub: self = try Self.hub(rest, name: name)
            }
            return
        }
        do throws(ModelZooError) {
            self = .registered(try ModelRegistry.resolve(name))
        } catch {
            let path = Self.absolute(name, workingDirectory)
            guard FileManager.default.fileExists(atPath: "\(path)/config.json") else { throw error }
            self = .folder(path)
        }
    }

    private enum Source: Sendable { case hub, folder }

    /// The source before the colon and what stands behind it; nil for a plain name or path.
    private static func source(of name: String) throws(WeightsError) -> (Source, String)? {
        guard let colon = name.firstIndex(of: ":") else { return nil }
        let prefix = name[..<colon]
        guard prefix.count >= 2, prefix.first?.isLetter == true,
            prefix.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+.-_".contains($0)) })
        else { return nil }
        let rest = String(name[name.index(after: colon)...])
        let source: Source
        switch prefix.lowercased() {
        case "hf-hub", "hf_hub": source = .hub
        case "local-dir": source = .folder
        default:
            throw WeightsError(
                code: .modelName,
                message:
                    "'\(name)' has the unknown source '\(prefix)'; write hf-hub:owner/name for a repository "
                    + "of the hub or local-dir:PATH for a folder with a config.json"
            )
        }
        guard !rest.isEmpty else {
            throw WeightsError(
                code: .modelName,
                message: "nothing stands behind the colon of '\(name)'; write "
                    + (source == .hub ? "hf-hub:owner/name" : "local-dir:PATH")
            )
        }
        return (source, rest)
    }

    private static func hub(_ rest: String, name: String) throws -> ModelReference {
        if !rest.contains("@") {
            do throws(ModelZooError) {
                return .registered(try ModelRegistry.resolve("hf-hub:\(rest)"))
            } catch {
                // timm's own repositories are all known: another one is a slip of the pen.
                if rest.hasPrefix("timm/") || !rest.contains("/") { throw error }
            }
        }
        return .hub(try HubRepository(rest))
    }

    private static func absolute(_ path: String, _ workingDirectory: String) -> String {
        let url = URL(
            fileURLWithPath: path,
            relativeTo: URL(fileURLWithPath: workingDirectory, isDirectory: true)
        )
        return url.standardizedFileURL.path
    }
}
