import Foundation
import JobQueue
import Logging
import PostgreSQL
import Synchronization
import TestSupport
import Testing

@Suite("Trouble on the way", .serialized)
struct TroubleTests {
    @Test("Pictures over HTTP: one is not there, one server is busy at first", .timeLimit(.minutes(3)))
    func picturesOverHTTP() async throws {
        let busyCount = Counter()
        let server = try LocalServer { request in
            switch request.path {
            case "/missing.png": return LocalResponse(status: 404)
            case "/busy.png" where busyCount.next() == 1: return LocalResponse(status: 503)
            default:
                return LocalResponse(body: TinyPNG.encode(width: 40, height: 36, seed: request.path.count))
            }
        }
        defer { server.stop() }
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let names = (0..<20).map { "p\($0).png" } + ["missing.png", "busy.png"]
            let urls = names.map { "\(server.origin)/\($0)" }
            let result = try await laboratory.run(
                ["run", "test_resnet"] + urls + ["--weights", checkpoint, "--img-size", "64", "--json"]
            )
            #expect(result.status == 3, "\(result.errors)")
            let objects = try result.objects
            #expect(objects.map { $0["filename"] as? String } == urls)
            let failed = objects.filter { $0["error"] != nil }
            #expect(failed.count == 1)
            #expect((failed.first?["error"] as? [String: Any])?["code"] as? String == "notFound")
            #expect(busyCount.value == 2)
            let attempts = try await laboratory.integers(
                "rows",
                of: "SELECT count(*) AS rows FROM apus.attempt WHERE code = 'serverFailure'"
            )
            #expect(attempts == [[1]])
        }
    }

    @Test("Cut connections to the database end no worker and double no row", .timeLimit(.minutes(3)))
    func cutConnections() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let pictures = try (0..<600).map { try laboratory.writePicture("p\($0).png", seed: $0) }
            let manifest = laboratory.folder.path("all.txt")
            try pictures.joined(separator: "\n").write(toFile: manifest, atomically: true, encoding: .utf8)
            let migrated = try await laboratory.run("db", "migrate")
            try #require(migrated.status == 0, "\(migrated.errors)")
            let submitted = try await laboratory.run(
                "submit",
                "test_resnet",
                manifest,
                "--weights",
                checkpoint,
                "--chunk-size",
                "16"
            )
            try #require(submitted.status == 0, "\(submitted.errors)")
            let worker = try laboratory.start("work", "--until-idle", "--threads", "1", "--lease", "3")
            for wanted in [50, 150, 300] {
                while try await outcomeCount(laboratory) < wanted { await Task.yield() }
                try await laboratory.database.script(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """
                )
            }
            let result = try await worker.result()
            #expect(result.status == 0, "\(result.errors)")
            let counts = try await laboratory.integers(
                "rows",
                "done",
                of: """
                    SELECT count(DISTINCT ordinal) AS rows, count(*) FILTER (WHERE status = 'done') AS done
                    FROM apus.results
                    """
            )
            #expect(counts == [[600, 600]])
        }
    }

    private func outcomeCount(_ laboratory: Laboratory) async throws -> Int64 {
        try await laboratory.integers("rows", of: "SELECT count(*) AS rows FROM apus.results")[0][0]
    }
}

/// Counts calls on any thread.
private final class Counter: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
