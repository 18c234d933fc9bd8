import Foundation
import JobQueue
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
        let laboratory = try await Laboratory()
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
            "--img-size",
            "64",
            "--chunk-size",
            "32"
        )
        try #require(submitted.status == 0, "\(submitted.errors)")
        let number = try #require(Int64(submitted.output.trimmingCharacters(in: .newlines)))
        let job = JobID(rawValue: number)

        let workers = try (0..<3).map { _ in
            try laboratory.start("work", "--threads", "1", "--lease", "3", "--log-level", "warning")
        }
        let queue = try laboratory.queue()
        try await wait(for: job, in: queue) { $0.doneCount >= 800 }
        workers[0].signal(SIGKILL)
        try await wait(for: job, in: queue) { $0.doneCount >= 1600 }
        workers[1].signal(SIGTERM)
        let stopped = try await workers[1].result()
        #expect(stopped.status == 143, "\(stopped.errors)")
        try await wait(for: job, in: queue) { $0.state.isFinal }
        workers[2].signal(SIGTERM)
        #expect(try await workers[2].result().status == 143)
        #expect(try await workers[0].result().status == 128 + SIGKILL)

        let status = try await queue.status(of: job)
        await queue.close()
        #expect(status.state == .done)
        let counts = try await laboratory.integers(
            """
            SELECT count(*), count(DISTINCT ordinal), min(ordinal)::bigint, max(ordinal)::bigint,
                count(*) FILTER (WHERE status = 'done')
            FROM apus.results WHERE job_id = \(number)
            """
        )
        let all = Int64(Self.pictureCount)
        #expect(counts == [[all, all, 0, all - 1, all]])
        let shares = try await laboratory.integers(
            "SELECT worker_id, pictures FROM apus.worker_share WHERE job_id = \(number) ORDER BY worker_id"
        )
        #expect(shares.count == 3, "each of the three did a part: \(shares)")
        #expect(shares.reduce(0) { $0 + $1[1] } == all)
        #expect(shares.allSatisfy { $0[1] > 0 })
    }

    private func wait(
        for job: JobID,
        in queue: JobQueue,
        until condition: (JobStatus) -> Bool
    ) async throws {
        while true {
            let status = try await queue.status(of: job)
            if condition(status) { return }
            try #require(!status.state.isFinal, "the job ended early: \(status)")
            try await queue.waitForChange(timeout: .milliseconds(50))
        }
    }
}
