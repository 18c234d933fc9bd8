import Crypto
import Foundation
import TestSupport
import Testing

@Suite("Weights from a hub", .serialized)
struct HubTests {
    private func hub(_ checkpoint: String) throws -> LocalHub {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: checkpoint)))
        let sha256 = SHA256.hash(data: bytes).map { byte in
            String(byte, radix: 16).count == 1 ? "0" + String(byte, radix: 16) : String(byte, radix: 16)
        }.joined()
        let repository = LocalRepository(
            commit: String(repeating: "ab", count: 20),
            files: ["model.safetensors": LocalRepository.File(bytes: bytes, sha256: sha256)]
        )
        return LocalHub(repositories: ["timm/test_resnet.r160_in1k": repository])
    }

    @Test("Two runs that start together download once, and a later one asks nothing")
    func oneDownload() async throws {
        try await Laboratory.with { laboratory in
            var laboratory = laboratory
            let hub = try hub(try laboratory.writeCheckpoint())
            let server = try LocalServer { hub.answer($0) }
            laboratory.environment["HF_HUB_OFFLINE"] = nil
            laboratory.environment["HF_ENDPOINT"] = server.origin
            let picture = try laboratory.writePicture("a.png", seed: 1)
            #expect(try await laboratory.run("db", "migrate").status == 0)

            let first = try laboratory.start("run", "test_resnet", picture, "--json")
            let second = try laboratory.start("run", "test_resnet", picture, "--json")
            let results = [try await first.result(), try await second.result()]
            for result in results { #expect(result.status == 0, "\(result.errors)") }
            #expect(results[0].output == results[1].output)
            let downloads = server.requests.filter {
                $0.method == "GET" && $0.path.hasSuffix("/model.safetensors")
            }
            #expect(downloads.count == 1)

            let before = server.requests.count
            let third = try await laboratory.run("run", "test_resnet", picture, "--json")
            #expect(third.status == 0)
            #expect(server.requests.count == before)

            server.stop()
            let rows = try await laboratory.integers(
                "rows",
                of:
                    "SELECT count(*) AS rows FROM apus.results WHERE weights_revision = '\(String(repeating: "ab", count: 20))'"
            )
            #expect(rows == [[3]])
        }
    }
}
