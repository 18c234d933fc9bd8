import Foundation
import TestSupport
import Testing
import Transfer

/// Reading files by path and by `file://`.
@Suite struct FileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: true)
        try Data("inside".utf8).write(to: URL(fileURLWithPath: folder.path("in/a b.txt")))
        try Data("outside".utf8).write(to: URL(fileURLWithPath: folder.path("out.txt")))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("in/link.txt"),
            withDestinationPath: folder.path("out.txt")
        )
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("in/good.txt"),
            withDestinationPath: "a b.txt"
        )
    }

    private func result(_ uri: String, _ change: (inout TransferPolicy) -> Void = { _ in }) async throws
        -> Result<String, TransferError>
    {
        var policy = TransferPolicy()
        change(&policy)
        let transfer = try Transfer(policy: policy, userAgent: "apus-tests/1")
        do throws(TransferError) {
            return .success(String(decoding: try await transfer.bytes(of: uri), as: UTF8.self))
        } catch {
            return .failure(error)
        }
    }

    private func code(_ result: Result<String, TransferError>) -> TransferError.Code? {
        if case .failure(let error) = result { error.code } else { nil }
    }

    @Test func readsPathsAndURIs() async throws {
        let path = folder.path("in/a b.txt")
        for uri in [
            path, "file://\(path)", "file://localhost\(path)", "file:\(path)",
            "file://" + path.replacing(" ", with: "%20"),
        ] {
            #expect(try await result(uri) == .success("inside"), "\(uri)")
        }
    }

    @Test func staysInItsFolders() async throws {
        let root = folder.path("in")
        let inside: (inout TransferPolicy) -> Void = { $0.folders = [root] }
        #expect(try await result(folder.path("in/a b.txt"), inside) == .success("inside"))
        #expect(try await result(folder.path("in/good.txt"), inside) == .success("inside"))
        for name in ["out.txt", "in/link.txt", "in/../out.txt"] {
            #expect(code(try await result(folder.path(name), inside)) == .refusedFile, "\(name)")
        }
        #expect(code(try await result(folder.path("in/a b.txt")) { $0.folders = [] }) == .refusedFile)
        // A folder whose name begins with an allowed one's is another folder.
        #expect(
            code(try await result(folder.path("out.txt")) { $0.folders = [folder.path("ou")] })
                == .refusedFile
        )
    }

    @Test func tellsWhatLiesBelowAFolder() {
        for path in ["/in/a", "/in/a/b", "/in/"] { #expect(FileReading.isBelow(path, "/in"), "\(path)") }
        for path in ["/in", "/inner/a", "/inner/", "/a/in/b", "/"] {
            #expect(!FileReading.isBelow(path, "/in"), "\(path)")
            #expect(FileReading.isBelow(path, "/"), "\(path)")
        }
    }

    @Test func refusesWhatIsNoRegularFile() async throws {
        let made = unsafe mkfifo(folder.path("pipe"), 0o600)
        #expect(made == 0)
        for path in [folder.path("pipe"), folder.path("in"), "/dev/zero"] {
            #expect(code(try await result(path)) == .refusedFile, "\(path)")
        }
    }

    @Test func refusesWhatIsTooLarge() async throws {
        #expect(code(try await result(folder.path("out.txt")) { $0.maximumByteCount = 6 }) == .tooLarge)
        #expect(try await result(folder.path("out.txt")) { $0.maximumByteCount = 7 } == .success("outside"))
    }

    @Test func saysWhatIsNotThere() async throws {
        #expect(code(try await result(folder.path("none.png"))) == .notFound)
        #expect(code(try await result("")) == .invalidURI)
        #expect(code(try await result("file://elsewhere/x")) == .invalidURI)
    }
}
