import Foundation
import TestSupport
import Testing
import Transfer

/// Downloads into files.
@Suite struct DownloadTests {
    private static let body = [UInt8]((0..<500_000).map { UInt8(truncatingIfNeeded: $0 * 7 + ($0 >> 9)) })
    /// Of `bytes((i * 7 + (i >> 9)) & 255 for i in range(500000))`, by Python's hashlib.
    private static let digest = "b324802a0afbae5e3607da93c36c5088e12a1f94bb9860087f9312855eddef24"

    private let transfer: Transfer
    private let folder: TemporaryFolder

    init() throws {
        transfer = try Transfer(userAgent: "apus-tests/1")
        folder = try TemporaryFolder()
    }

    private func failure(_ body: () async throws(TransferError) -> DownloadedFile) async -> TransferError? {
        do throws(TransferError) {
            _ = try await body()
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [nil, 8, 64]) func writesTheFileWhole(digits: Int?) async throws {
        let server = try LocalServer { _ in LocalResponse(body: Self.body) }
        defer { server.stop() }
        let target = folder.path("model.bin")
        let hash = digits.flatMap { HashExpectation(String(Self.digest.prefix($0))) }
        let file = try await transfer.download(
            server.origin + "/m",
            to: target,
            byteCount: Self.body.count,
            hash: hash
        )
        #expect(file.sha256 == Self.digest)
        #expect(file.byteCount == Self.body.count)
        #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: target))) == Self.body)
        #expect(try folder.names() == ["model.bin"])
        let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
        #expect(mode == 0o666 & ~Self.fileModeMask())
    }

    private static func fileModeMask() -> Int {
        let mask = umask(0o022)
        umask(mask)
        return Int(mask)
    }

    @Test func leavesNothingBehindAWrongHash() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Self.body) }
        defer { server.stop() }
        let hash = HashExpectation("00000000")
        let error = await failure { () throws(TransferError) in
            try await transfer.download(server.origin + "/m", to: folder.path("m"), hash: hash)
        }
        #expect(error?.code == .wrongHash)
        #expect(error?.message.contains(Self.digest) == true)
        #expect(try folder.names().isEmpty)
    }

    @Test func leavesNothingBehindACutDownload() async throws {
        let server = try LocalServer { request in
            var response = LocalResponse(body: Self.body)
            response.cutAfter = 250_000
            if request.path == "/silent" { response.announcedLength = -1 }
            return response
        }
        defer { server.stop() }
        for path in ["/announced", "/silent"] {
            let error = await failure { () throws(TransferError) in
                try await transfer.download(
                    server.origin + path,
                    to: folder.path("m"),
                    byteCount: Self.body.count
                )
            }
            #expect([.truncated, .network].contains(error?.code), "\(path)")
            #expect(error?.isTransient == true)
        }
        #expect(try folder.names().isEmpty)
    }

    @Test func keepsAnOldFileWhenTheNewOneFails() async throws {
        let server = try LocalServer { _ in LocalResponse(status: 503) }
        defer { server.stop() }
        try Data("old".utf8).write(to: URL(fileURLWithPath: folder.path("m")))
        let error = await failure { () throws(TransferError) in
            try await transfer.download(server.origin + "/m", to: folder.path("m"))
        }
        #expect(error?.code == .serverFailure)
        #expect(try String(contentsOfFile: folder.path("m"), encoding: .utf8) == "old")
        #expect(try folder.names() == ["m"])
    }

    @Test func refusesAnotherLengthBeforeTheBody() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Self.body) }
        defer { server.stop() }
        let error = await failure { () throws(TransferError) in
            try await transfer.download(server.origin + "/m", to: folder.path("m"), byteCount: 17)
        }
        #expect(error?.code == .wrongHash)
        #expect(try folder.names().isEmpty)
    }

    @Test func removesWhatAKilledProcessLeft() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Self.body) }
        defer { server.stop() }
        let old = Date(timeIntervalSinceNow: -4000)
        let names = [
            "m.0123abcd.incomplete", "m.89abcdef.incomplete", "other.0123abcd.incomplete", "m.incomplete",
        ]
        for name in names {
            try Data([1]).write(to: URL(fileURLWithPath: folder.path(name)))
            // The second still grows.
            guard name != names[1] else { continue }
            try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: folder.path(name))
        }
        _ = try await transfer.download(server.origin + "/m", to: folder.path("m"))
        #expect(try folder.names() == ["m"] + [names[1], names[3], names[2]])
    }

    @Test func downloadsAnEmptyFile() async throws {
        let server = try LocalServer { _ in LocalResponse() }
        defer { server.stop() }
        let file = try await transfer.download(server.origin + "/m", to: folder.path("m"))
        #expect(file.byteCount == 0)
        #expect(file.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test func aFolderThatIsNotThereIsAnError() async throws {
        let server = try LocalServer { _ in LocalResponse(body: Self.body) }
        defer { server.stop() }
        let error = await failure { () throws(TransferError) in
            try await transfer.download(server.origin + "/m", to: folder.path("absent/m"))
        }
        #expect(error?.code == .notFound)
        #expect(server.requests.isEmpty)
    }

    @Test func aFullDiskIsSaid() {
        // The wording of the system's error, without filling a disk.
        let error = FileReading.failure("/models/m", ENOSPC)
        #expect(error.code == .noSpace)
        #expect(error.message.contains("full"))
    }
}
