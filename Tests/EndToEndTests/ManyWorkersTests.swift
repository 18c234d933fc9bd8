import Foundation
import JobQueue
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

@Suite("Several workers on one job", .serialized)
struct ManyWorkersTests {
    private static let pictureCount = 5000

    @Test("One is killed, one is stopped: every picture has one outcome", .timeLimit(.minutes(10)))
    func oneKilledOneStopped() async throws {
        try await Laboratory.with { laboratory in
            let checkpoint = try laboratory.writeCheckpoint()
            let pictures = laboratory.folder.path("pictures")
            try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
            for number in 0..<Self.pictureCount {
                _ = try laboratory.writePicture("pictures/\(1_000_000 + number).png", seed: number)
            }
            #expect(try await laboratory.run("db", "migrate").status == 0)
            let submitted = try await laboratory.run(
                "submit",
                "test_resnet",
                pictures,
                "--weights",
                checkpoint,
                // Large enough that three workers have begun long before the pictures end, on any machine.
                "--img-size",
                "160",
                "--chunk-size",
                "32"
            )
            try #require(submitted.status == 0, "\(submitted.errors)")
            let number = try #require(Int64(submitted.output.trimmingCharacters(in: .newlines)))
            let job = JobID(rawValue: number)

            let workers = try (0..<3).map { _ in
                try laboratory.start("work", "--threads", "1", "--lease", "3", "--log-level", "warning")
            }
            let queue = try laboratory.database.makeQueue()
            // Each of the three has a part before one of them goes.
            while try await shares(laboratory, job).count < 3 { try await expectRunning(job, in: queue) }
            workers[0].signal(SIGKILL)
            let before = try await queue.status(of: job).doneCount
            while try await queue.status(of: job).doneCount < before + 300 {
                try await expectRunning(job, in: queue)
            }
            workers[1].signal(SIGTERM)
            let stopped = try await workers[1].result()
            #expect(stopped.status == 143, "\(stopped.errors)")
            while try await !queue.status(of: job).state.isFinal {
                try await queue.waitForChange(timeout: .milliseconds(100))
            }
            workers[2].signal(SIGTERM)
            #expect(try await workers[2].result().status == 143)
            #expect(try await workers[0].result().status == 128 + SIGKILL)

            let status = try await queue.status(of: job)
            await queue.close()
            #expect(status.state == .done)
            let counts = try await laboratory.integers(
                "rows",
                "places",
                "first",
                "last",
                "done",
                of: """
                    SELECT count(*) AS rows, count(DISTINCT ordinal) AS places, min(ordinal)::bigint AS first,
                        max(ordinal)::bigint AS last, count(*) FILTER (WHERE status = 'done') AS done
                    FROM apus.results WHERE job_id = \(number)
                    """
            )
            let all = Int64(Self.pictureCount)
            #expect(counts == [[all, all, 0, all - 1, all]])
            let shares = try await shares(laboratory, job)
            #expect(shares.count == 3, "each of the three did a part: \(shares)")
            #expect(shares.reduce(0) { $0 + $1[1] } == all)
            #expect(shares.allSatisfy { $0[1] > 0 })
        }
    }

    /// Each worker's number and how many pictures it finished.
    private func shares(_ laboratory: Laboratory, _ job: JobID) async throws -> [[Int64]] {
        try await laboratory.integers(
            "worker_id",
            "pictures",
            of: "SELECT worker_id, pictures FROM apus.worker_share WHERE job_id = \(job) ORDER BY worker_id"
        )
    }

    /// Waits for the next change of a job that must not have ended.
    private func expectRunning(_ job: JobID, in queue: JobQueue) async throws {
        let status = try await queue.status(of: job)
        try #require(!status.state.isFinal, "the job ended early: \(status)")
        try await queue.waitForChange(timeout: .milliseconds(50))
    }
}
