import Foundation
import Logging
import ModelZoo
import Transfer

extension WeightsLocator {
    /// Finds out what `name` means.
    ///
    /// A name of timm's is looked up in the registry, without a request. For a repository of the hub
    /// (`hf-hub:owner/name`, with `@revision` where it is not `main`) its `config.json` is fetched into the cache that
    /// the weights go to; a folder (`local-dir:PATH`, or a path) holds its own.
    ///
    /// - Parameter name: the model as someone types it.
    /// - Returns: the model, under a name that holds the repository's commit or the folder's absolute path.
    /// - Throws: ``WeightsError``; `ModelZooError` for an unknown name, with the nearest ones.
    public func model(named name: String) async throws -> NamedModel {
        let reference = try await transfer.onFileThread {
            try ModelReference(name, workingDirectory: FileManager.default.currentDirectoryPath)
        }
        switch reference {
        case .registered(let tag): return try NamedModel(tag)
        case .folder(let folder): return try await model(inFolder: folder)
        case .hub(let repository): return try await model(of: repository, name: name)
        }
    }

    /// Finds a model's weights on this machine, downloading them where they are not there.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - override: what was given as `--weights`.
    /// - Returns: the file, its hash and its origin.
    /// - Throws: ``WeightsError``.
    public func locate(
        _ model: NamedModel,
        override: String? = nil
    ) async throws(WeightsError) -> LocatedWeights {
        guard override == nil else { return try await locate(model.tag, override: override) }
        switch model.origin {
        case .published: return try await locate(model.tag)
        case .folder(let folder): return try await locate(path: folder)
        case .hub(let repository):
            let names = model.exported?.hubFileNames ?? Self.fileNames
            return try await locate(repository, name: model.name, names: names)
        }
    }

    /// Where a model's weights are now: a path on this machine, nil where they would be downloaded.
    ///
    /// - Parameter model: the model.
    /// - Returns: the path; nothing is read of the file.
    /// - Throws: ``WeightsError`` for a folder without weights.
    public func presentPath(of model: NamedModel) async throws(WeightsError) -> String? {
        let repository: HubRepository
        switch model.origin {
        case .folder(let folder):
            return try await transfer.onFileThread { () throws(WeightsError) in
                "\(folder)/\(try Self.weightsName(in: folder))"
            }
        case .hub(let found): repository = found
        case .published:
            guard let id = PublishedWeights(model.tag).hubID else { return nil }
            repository = try HubRepository(id)
        }
        let cache = HubCache(root: environment.hubCacheDirectory, repository: repository)
        let names = model.exported?.hubFileNames ?? Self.fileNames
        return await transfer.onFileThread {
            guard let commit = cache.knownCommit() else { return nil }
            return names.lazy.compactMap { cache.snapshot($0, commit: commit) }.first
        }
    }

    private func model(inFolder folder: String) async throws -> NamedModel {
        let file = "\(folder)/\(Self.configurationNames[0])"
        let exported = try await transfer.onFileThread { () throws(WeightsError) in
            guard FileManager.default.fileExists(atPath: file) else {
                let isThere = FileManager.default.fileExists(atPath: folder)
                throw WeightsError(
                    code: .notFound,
                    message: isThere
                        ? "the folder '\(folder)' holds no config.json: timm's save_for_hf writes one"
                        : "there is no folder '\(folder)' on this machine"
                )
            }
            return try Self.configuration(file)
        }
        return try NamedModel(exported, name: "local-dir:\(folder)", origin: .folder(folder))
    }

    private func model(of repository: HubRepository, name: String) async throws -> NamedModel {
        let located = try await locate(repository, name: name, names: Self.configurationNames)
        guard let commit = located.revision else {
            throw WeightsError(code: .badResponse, message: "'\(located.source)' has no commit")
        }
        let exported = try await transfer.onFileThread { () throws(WeightsError) in
            try Self.configuration(located.path, calledInMessages: located.source)
        }
        let pinned = try HubRepository("\(repository.id)@\(commit)")
        return try NamedModel(exported, name: "hf-hub:\(repository.id)@\(commit)", origin: .hub(pinned))
    }

    private static func configuration(
        _ path: String,
        calledInMessages name: String? = nil
    ) throws(WeightsError) -> ExportedConfiguration {
        let bytes = try contents(path, atMost: ExportedConfiguration.maximumByteCount)
        return try ExportedConfiguration(json: bytes, file: name ?? path)
    }
}

extension ExportedConfiguration {
    /// The files of a repository that may hold the weights, in timm's order.
    ///
    /// Source: timm/models/_hub.py, `_get_safe_alternatives`.
    var hubFileNames: [String] {
        switch weightsFileName {
        case nil: WeightsLocator.fileNames
        case "open_clip_pytorch_model.bin": ["open_clip_model.safetensors", "open_clip_pytorch_model.bin"]
        case let name? where name == "pytorch_model.bin": WeightsLocator.fileNames
        case let name? where name.hasSuffix(".bin"): ["\(name.dropLast(4)).safetensors", name]
        case let name?: [name]
        }
    }
}
