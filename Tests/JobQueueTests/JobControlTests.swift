import JobQueue
import TestSupport
import Testing

/// Pause, resume, cancel, delete, retry, retention.
@Suite struct JobControlTests {
    @Test func aPausedJobIsNotClaimedUntilItIsResumed() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 6, chunkSize: 2)
            let worker = try await QueueFixture.worker(queue)
            let held = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            let returned = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            try await queue.pause(job)
            #expect(try await queue.status(of: job).state == .paused)
            #expect(try await queue.claim(for: worker, holding: nil, begins: true) == nil)
            // What is held may be finished, and what is given back stays in the pause.
            #expect(try await QueueFixture.finish(held, queue) == .stored(isJobFinished: false))
            try await queue.giveBack(returned)
            #expect(try await queue.claim(for: worker, holding: nil, begins: true) == nil)
            try await queue.resume(job)
            #expect(try await queue.status(of: job).state == .running)
            var count = 0
            while let chunk = try await queue.claim(for: worker, holding: nil, begins: true) {
                _ = try await QueueFixture.finish(chunk, queue)
                count += 1
            }
            #expect(count == 2)
            #expect(try await queue.status(of: job).state == .done)
            let error = await #expect(throws: JobQueueError.self) { try await queue.resume(job) }
            #expect(error?.code == .wrongState)
            #expect(error?.message == "job \(job) is done and cannot be resumed")
            await queue.close()
        }
    }

    @Test func aJobPausedBeforeItIsResolvedGoesOnResolving() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await queue.submit(JobSpec(model: "resnet34"), items: QueueFixture.items(1)).id
            let worker = try await QueueFixture.worker(queue)
            let lost = try #require(try await queue.nextUnresolved(for: worker))
            try await queue.pause(job)
            #expect(try await queue.resolve(lost, to: QueueFixture.resolution("resnet34")) == false)
            #expect(try await queue.nextUnresolved(for: worker) == nil)
            try await queue.resume(job)
            let again = try #require(try await queue.nextUnresolved(for: worker))
            #expect(try await queue.resolve(again, to: QueueFixture.resolution("resnet34")))
            #expect(try await queue.status(of: job).state == .ready)
            await queue.close()
        }
    }

    @Test func aCancelledJobEndsAndItsWorkersAreTold() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 6, chunkSize: 2)
            let worker = try await QueueFixture.worker(queue)
            let first = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            let second = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            #expect(try await queue.heartbeat(worker).endedJobs == [])
            try await queue.cancel(job)
            #expect(try await queue.heartbeat(worker).endedJobs == [job])
            #expect(try await queue.claim(for: worker, holding: nil, begins: true) == nil)
            // An answer that is there all the same is kept.
            #expect(try await QueueFixture.finish(first, queue) == .stored(isJobFinished: false))
            try await queue.giveBack(second)
            let status = try await queue.status(of: job)
            #expect(status.state == .cancelled)
            #expect(status.doneCount == 2)
            #expect(status.finishedAt != nil)
            let states = "SELECT state::text AS state FROM apus.chunk ORDER BY id"
            #expect(
                try await database.column("state", of: states, as: String.self) == [
                    "done", "cancelled", "cancelled",
                ]
            )
            #expect(try await queue.queueDepth() == 0)
            await queue.close()
        }
    }

    @Test func aJobThatCannotWorkFailsAsAWhole() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 2)
            let failure = RowFailure(
                stage: .infer,
                code: "memory",
                message: "needs 9 GB, has 4",
                disposition: .failJob
            )
            try await queue.fail(job, because: failure)
            try await queue.fail(job, because: failure)
            let status = try await queue.status(of: job)
            #expect(status.state == .failed)
            #expect(status.failure == failure)
            let worker = try await QueueFixture.worker(queue)
            #expect(try await queue.claim(for: worker, holding: nil, begins: true) == nil)
            #expect(try await queue.retryFailures(of: job) == 0)
            #expect(try await queue.status(of: job).state == .ready)
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            #expect(try await QueueFixture.finish(chunk, queue) == .stored(isJobFinished: true))
            await queue.close()
        }
    }

    @Test func aDeletedJobLeavesNothingAndItsLeasesAreLost() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 4, chunkSize: 2)
            let kept = try await QueueFixture.submit(to: queue, count: 1)
            let worker = try await QueueFixture.worker(queue)
            let first = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            _ = try await QueueFixture.finish(first, queue)
            let second = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            try await queue.delete(job)
            #expect(try await QueueFixture.finish(second, queue) == .leaseLost)
            #expect(try await queue.jobs(limit: 10).map(\.id) == [kept])
            let query = """
                SELECT job_id FROM apus.input UNION ALL SELECT job_id FROM apus.outcome
                UNION ALL SELECT job_id FROM apus.attempt UNION ALL SELECT job_id FROM apus.chunk
                """
            let left = try await database.column("job_id", of: query, as: Int64.self)
            #expect(left.allSatisfy { $0 == kept.rawValue })
            let error = await #expect(throws: JobQueueError.self) { try await queue.delete(job) }
            #expect(error?.code == .unknownJob)
            await queue.close()
        }
    }

    @Test func failuresAreRetriedAlone() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 9, chunkSize: 3)
            let worker = try await QueueFixture.worker(queue)
            let bad: Set<Int32> = [4, 8]
            while let chunk = try await queue.claim(for: worker, holding: nil, begins: true) {
                let outcomes = try await queue.items(of: chunk).map { item in
                    bad.contains(item.ordinal)
                        ? Outcome(ordinal: item.ordinal, result: .failed(QueueFixture.failure("truncated")))
                        : QueueFixture.answer(item.ordinal)
                }
                _ = try await queue.complete(chunk, outcomes: outcomes, provenance: QueueFixture.provenance)
            }
            #expect(try await queue.status(of: job).failedCount == 2)
            #expect(try await queue.retryFailures(of: job) == 2)
            let open = try await queue.status(of: job)
            #expect(open.state == .running)
            #expect(open.pendingCount == 2)
            var retried: [Int32] = []
            while let chunk = try await queue.claim(for: worker, holding: nil, begins: true) {
                retried += try await queue.items(of: chunk).map(\.ordinal)
                _ = try await QueueFixture.finish(chunk, queue)
            }
            #expect(retried == [4, 8])
            let status = try await queue.status(of: job)
            #expect(status.state == .done)
            #expect(status.doneCount == 9)
            #expect(status.failedCount == 0)
            #expect(try await queue.retryFailures(of: job) == 0)
            #expect(try await queue.status(of: job).state == .done)
            await queue.close()
        }
    }

    @Test func oldJobsGoByTheirPartitions() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let worker = try await QueueFixture.worker(queue)
            try await database.script("ALTER SEQUENCE apus.job_id_seq RESTART 98")
            var jobs: [JobID] = []
            for _ in 0..<3 {
                jobs.append(try await QueueFixture.submit(to: queue, count: 1))
                let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
                _ = try await QueueFixture.finish(chunk, queue)
            }
            #expect(try await queue.retain(.seconds(3600)) == 0)
            try await database.script("UPDATE apus.job SET finished_at = now() - interval '2 hours'")
            #expect(try await queue.retain(.seconds(3600)) == 2)
            #expect(try await queue.jobs(limit: 10).map(\.id) == [jobs[2]])
            #expect(try await queue.results(of: jobs[2]).count == 1)
            let query = "SELECT to_regclass('apus.outcome_000000') IS NULL AS gone"
            #expect(try await database.column("gone", of: query, as: Bool.self) == [true])
            await queue.close()
        }
    }
}
