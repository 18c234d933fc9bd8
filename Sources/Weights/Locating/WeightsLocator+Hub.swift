import Foundation
import Logging
import Transfer

/// What the hub says about a file before it sends it.
private struct HubFile: Sendable {
    var name: String
    var commit: String
    var etag: String
    var byteCount: Int?
    /// Where its bytes are, and the URL whose answer said so.
    var url: String
    var askedURL: String
}

extension WeightsLocator {
    /// The first of a repository's files `names` in the cache; nothing is asked of the hub.
    func cached(
        _ repository: HubRepository,
        names: [String] = WeightsLocator.fileNames
    ) async throws(WeightsError) -> LocatedWeights? {
        let cache = HubCache(root: environment.hubCacheDirectory, repository: repository)
        let hashes = hashes
        return try await transfer.onFileThread { () throws(WeightsError) in
            guard let commit = cache.knownCommit() else { return nil }
            for name in names {
                guard let path = cache.snapshot(name, commit: commit) else { continue }
                let sha256 = try hashes.sha256(ofFile: path)
                if let promised = cache.promisedHash(of: path), promised != sha256 {
                    throw WeightsError(
                        code: .hashMismatch,
                        message:
                            "the cached file '\(path)' is damaged: SHA-256 \(promised) expected, \(sha256) "
                            + "found; remove the file that it points at, it will be downloaded again"
                    )
                }
                return Self.located(path, sha256: sha256, repository: repository, commit: commit, name: name)
            }
            return nil
        }
    }

    /// Downloads the first of the files `names` that a repository has into the cache.
    func download(
        _ repository: HubRepository,
        names: [String] = WeightsLocator.fileNames
    ) async throws(WeightsError) -> LocatedWeights {
        let cache = HubCache(root: environment.hubCacheDirectory, repository: repository)
        let token = try await token()
        for name in names {
            guard let file = try await ask(repository, name, token: token, cache: cache) else { continue }
            return try await FileLock.holding(cache.lock(file.etag), transfer: transfer) {
                () async throws(WeightsError) in
                try await fetch(file, repository: repository, token: token, cache: cache)
            }
        }
        throw WeightsError(
            code: .notFound,
            message: "the repository '\(repository.id)' at revision '\(repository.revision)' holds none of "
                + names.joined(separator: ", ")
        )
    }

    /// With the lock held: the blob from the disk or from the network.
    private func fetch(
        _ file: HubFile,
        repository: HubRepository,
        token: String?,
        cache: HubCache
    ) async throws(WeightsError) -> LocatedWeights {
        let blob = cache.blob(file.etag)
        let hashes = hashes
        let isThere = try await transfer.onFileThread { () throws(WeightsError) in
            try cache.prepare()
            return FileManager.default.fileExists(atPath: blob)
        }
        if !isThere {
            logger.info(
                "downloading weights",
                metadata: [
                    "repository": "\(repository.id)", "file": "\(file.name)",
                    "bytes": "\(file.byteCount ?? -1)",
                ]
            )
            let downloaded: DownloadedFile
            do throws(TransferError) {
                downloaded = try await retrying(file.name) { () async throws(TransferError) in
                    try await transfer.download(
                        file.url,
                        headers: try headers(token, for: file.url),
                        to: blob,
                        byteCount: file.byteCount,
                        hash: HubRepository.isSHA256(file.etag) ? HashExpectation(file.etag) : nil,
                        redirectedFrom: file.askedURL,
                        trustedHosts: trustedHosts
                    )
                }
            } catch {
                throw WeightsError(error, during: "cannot download '\(file.name)' of '\(repository.id)'")
            }
            try await transfer.onFileThread { () throws(WeightsError) in
                try hashes.remember(downloaded.sha256, ofFile: blob)
            }
        }
        return try await transfer.onFileThread { () throws(WeightsError) in
            let sha256 = try hashes.sha256(ofFile: blob)
            guard !HubRepository.isSHA256(file.etag) || sha256 == file.etag else {
                throw WeightsError(
                    code: .hashMismatch,
                    message: "the cached file '\(blob)' is damaged: SHA-256 \(sha256) found; remove it"
                )
            }
            let path = try cache.publish(etag: file.etag, file: file.name, commit: file.commit)
            return Self.located(
                path,
                sha256: sha256,
                repository: repository,
                commit: file.commit,
                name: file.name
            )
        }
    }

    /// Asks the hub for a file's head; nil where the repository has no such file.
    private func ask(
        _ repository: HubRepository,
        _ name: String,
        token: String?,
        cache: HubCache
    ) async throws(WeightsError) -> HubFile? {
        var url = environment.endpoint + repository.path(of: name)
        let work = "cannot ask '\(environment.endpoint)' for '\(name)' of '\(repository.id)'"
        let advice = "check HF_ENDPOINT and the connection, or give a file or URL with --weights"
        for _ in 0..<5 {
            let response: HTTPResponse
            do throws(TransferError) {
                var fields = try headers(token, for: url)
                fields["Accept-Encoding"] = "identity"
                let (asked, sent) = (url, fields)
                response = try await retrying(name) { () async throws(TransferError) in
                    let response = try await transfer.head(
                        of: asked,
                        headers: sent,
                        redirects: .sameOrigin,
                        trustedHosts: trustedHosts
                    )
                    let failure = response.status >= 400 ? TransferError.answer(response) : nil
                    if let failure, failure.isTransient { throw failure }
                    return response
                }
            } catch {
                throw WeightsError(error, during: work, advice: advice)
            }
            if response.headers["x-repo-commit"] == nil, let next = hubAddress(response.location) {
                // A mirror that sends its callers on to the hub itself: the head is there.
                url = next
                continue
            }
            guard response.isSuccess || (300..<400).contains(response.status) else {
                try await refuse(response, repository, name, token: token, cache: cache, work: work)
                return nil
            }
            return try describe(response, name: name, url: url, work: work)
        }
        throw WeightsError(code: .badResponse, message: "\(work): redirects without end; \(advice)")
    }

    private func describe(
        _ response: HTTPResponse,
        name: String,
        url: String,
        work: String
    ) throws(WeightsError) -> HubFile {
        let headers = response.headers
        var etag = headers["x-linked-etag"] ?? headers["etag"] ?? ""
        if etag.hasPrefix("W/") { etag.removeFirst(2) }
        etag = etag.trimmingCharacters(in: ["\""])
        guard let commit = headers["x-repo-commit"], HubRepository.isCommit(commit),
            HubRepository.isName(etag)
        else {
            throw WeightsError(
                code: .badResponse,
                message:
                    "\(work): the answer lacks X-Repo-Commit or an etag, so it does not come from a hub; "
                    + "check HF_ENDPOINT and proxies"
            )
        }
        let length =
            headers["x-linked-size"].flatMap { Int($0) }
            ?? (response.isSuccess ? response.contentLength : nil)
        return HubFile(
            name: name,
            commit: commit,
            etag: etag,
            byteCount: length,
            url: response.location ?? url,
            askedURL: url
        )
    }

    /// Throws unless the answer says that this one file is not there.
    private func refuse(
        _ response: HTTPResponse,
        _ repository: HubRepository,
        _ name: String,
        token: String?,
        cache: HubCache,
        work: String
    ) async throws(WeightsError) {
        let reason = response.headers["x-error-code"]
        let answer = TransferError.answer(response)
        let isAbsent = answer.code == .notFound || reason == "RepoNotFound" && token == nil
        guard isAbsent else {
            let advice =
                switch (reason, answer.code) {
                case ("GatedRepo", _): "ask for access on the repository's page and set HF_TOKEN"
                case (_, .forbidden): "set HF_TOKEN to a token that may read the repository"
                default: "check HF_ENDPOINT and the connection, or give a file or URL with --weights"
                }
            throw WeightsError(answer, during: work, advice: advice)
        }
        if reason == "RepoNotFound" || reason == "RevisionNotFound" {
            throw WeightsError(
                code: .notFound,
                message:
                    "the hub at '\(environment.endpoint)' has no repository '\(repository.id)' with revision "
                    + "'\(repository.revision)', or it is private: then set HF_TOKEN",
                cause: answer
            )
        }
        if let commit = response.headers["x-repo-commit"], HubRepository.isCommit(commit) {
            try await transfer.onFileThread { () throws(WeightsError) in
                try cache.recordAbsence(of: name, commit: commit)
            }
        }
    }

    /// The token, from the environment or the file of `hf auth login`.
    private func token() async throws(WeightsError) -> String? {
        if let token = environment.token { return token }
        guard let file = environment.tokenFile else { return nil }
        return await transfer.onFileThread {
            WeightsEnvironment.clean(
                FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
            )
        }
    }

    /// Header fields for a URL: the token only where it is the endpoint's own host.
    private func headers(_ token: String?, for url: String) throws(TransferError) -> [String: String] {
        guard let token, try WebAddress(url).hasSameOrigin(as: WebAddress(environment.endpoint)) else {
            return [:]
        }
        return ["Authorization": "Bearer \(token)"]
    }

    /// The endpoint is the operator's choice: it may have a private address.
    private var trustedHosts: Set<String> {
        do {
            return [try WebAddress(environment.endpoint).host]
        } catch {
            // The request that follows says what is wrong with the endpoint.
            return []
        }
    }

    /// A location at the public hub, nil for any other.
    private func hubAddress(_ location: String?) -> String? {
        guard let location else { return nil }
        return ["https://huggingface.co/", "https://hf.co/"].contains { location.hasPrefix($0) }
            ? location : nil
    }

    private static func located(
        _ path: String,
        sha256: String,
        repository: HubRepository,
        commit: String,
        name: String
    ) -> LocatedWeights {
        LocatedWeights(
            path: path,
            sha256: sha256,
            revision: commit,
            source: "hf-hub:\(repository.id)@\(commit)/\(name)"
        )
    }
}
