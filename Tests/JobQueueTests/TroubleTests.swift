import JobQueue
import TestSupport
import Testing

/// Pictures that cannot be read, and passing trouble.
@Suite struct TroubleTests {
    @Test func oneBadPictureLeavesTheOthersAlone() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 3)
            let worker = try await QueueFixture.worker(queue)
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            let failure = RowFailure(
                stage: .decode,
                code: "truncated",
                message: "ends after 12 bytes\0",
                disposition: .failRow
            )
            let outcomes = [
                QueueFixture.answer(0), Outcome(ordinal: 1, result: .failed(failure)), QueueFixture.answer(2),
            ]
            let completion = try await queue.complete(
                chunk,
                outcomes: outcomes,
                provenance: QueueFixture.provenance
            )
            #expect(completion == .stored(isJobFinished: true))
            let status = try await queue.status(of: job)
            #expect(status.state == .done)
            #expect(status.doneCount == 2)
            #expect(status.failedCount == 1)
            let rows = try await queue.results(of: job)
            #expect(rows.map(\.status) == [.done, .failed, .done])
            #expect(rows[1].failure?.code == "truncated")
            #expect(rows[1].failure?.message == "ends after 12 bytes")
            let history = "SELECT code || ':' || ordinal AS entry FROM apus.attempt"
            #expect(try await database.column("entry", of: history, as: String.self) == ["truncated:1"])
            await queue.close()
        }
    }

    @Test func passingTroubleWaitsAndIsTriedAgain() async throws {
        try await TestDatabase.with { database in
            let policy = QueuePolicy(firstPause: .seconds(100), longestPause: .seconds(150))
            let queue = try database.makeQueue(policy: policy)
            let job = try await QueueFixture.submit(to: queue, count: 2, tries: 3)
            let worker = try await QueueFixture.worker(queue)
            let busy = QueueFixture.failure("http503", .retryRow(after: nil))
            let range = "extract(epoch FROM run_at - now())::double precision"
            for (attempt, bounds) in [(1, 45.0...151), (2, 70.0...226)] {
                let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
                #expect(chunk.attempt == attempt)
                #expect(!chunk.isLastTry)
                let completion = try await queue.complete(
                    chunk,
                    outcomes: attempt == 1 ? [QueueFixture.answer(0)] : [],
                    deferred: [DeferredItem(ordinal: 1, failure: busy)],
                    provenance: QueueFixture.provenance
                )
                #expect(completion == .stored(isJobFinished: false))
                #expect(try await queue.claim(for: worker, holding: nil, begins: true) == nil)
                let query = "SELECT \(range) AS pause FROM apus.chunk WHERE state = 'scheduled'"
                let pause = try #require(try await database.column("pause", of: query, as: Double.self).first)
                #expect(bounds.contains(pause))
                try await database.script("UPDATE apus.chunk SET run_at = now() - interval '1 s'")
            }
            // The last try: what still fails has failed.
            let last = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            #expect(last.isLastTry)
            #expect(try await queue.items(of: last).map(\.ordinal) == [1])
            let end = try await queue.complete(
                last,
                outcomes: [],
                deferred: [DeferredItem(ordinal: 1, failure: busy)],
                provenance: QueueFixture.provenance
            )
            #expect(end == .stored(isJobFinished: true))
            #expect(try await queue.results(of: job).map(\.status) == [.done, .failed])
            let history = "SELECT count(*) AS n FROM apus.attempt WHERE code = 'http503'"
            #expect(try await database.column("n", of: history, as: Int64.self) == [3])
            await queue.close()
        }
    }

    @Test func aPauseThatTheOtherSideAsksForIsKept() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue(policy: QueuePolicy(firstPause: .zero, longestPause: .zero))
            _ = try await QueueFixture.submit(to: queue, count: 1)
            let worker = try await QueueFixture.worker(queue)
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            let busy = QueueFixture.failure("http429", .retryRow(after: .seconds(3600)))
            _ = try await queue.complete(
                chunk,
                outcomes: [],
                deferred: [DeferredItem(ordinal: 0, failure: busy)],
                provenance: QueueFixture.provenance
            )
            let query = "SELECT run_at > now() + interval '59 minutes' AS waits FROM apus.chunk"
            #expect(try await database.column("waits", of: query, as: Bool.self) == [true])
            await queue.close()
        }
    }

    @Test func anOrdinalOutsideTheChunkIsRefused() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            _ = try await QueueFixture.submit(to: queue, count: 2)
            let worker = try await QueueFixture.worker(queue)
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            for ordinals: [Int32] in [[2], [0, 0]] {
                await #expect(throws: JobQueueError.self) {
                    try await queue.complete(
                        chunk,
                        outcomes: ordinals.map { QueueFixture.answer($0) },
                        provenance: QueueFixture.provenance
                    )
                }
            }
            #expect(try await QueueFixture.finish(chunk, queue) == .stored(isJobFinished: true))
            await queue.close()
        }
    }

    @Test func aNameThatCannotBeResolvedYetWaits() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue(policy: QueuePolicy(firstPause: .zero, longestPause: .zero))
            let job = try await queue.submit(
                JobSpec(model: "resnet34", maximumTries: 2),
                items: QueueFixture.items(1)
            ).id
            let worker = try await QueueFixture.worker(queue)
            let offline = RowFailure(
                stage: .resolve,
                code: "offline",
                message: "the hub does not answer",
                disposition: .retryRow(after: nil)
            )
            let first = try #require(try await queue.nextUnresolved(for: worker))
            #expect(try await queue.nextUnresolved(for: worker) == nil)
            try await queue.deferResolution(of: first, because: offline)
            let second = try #require(try await queue.nextUnresolved(for: worker))
            #expect(second.isLastTry)
            // The first lease is over.
            #expect(try await queue.resolve(first, to: QueueFixture.resolution("resnet34")) == false)
            try await queue.deferResolution(of: second, because: offline)
            let status = try await queue.status(of: job)
            #expect(status.state == .failed)
            #expect(status.failure?.message == "the hub does not answer")
            // Once the hub is back, the job can be taken up again.
            #expect(try await queue.retryFailures(of: job) == 0)
            let third = try #require(try await queue.nextUnresolved(for: worker))
            #expect(try await queue.resolve(third, to: QueueFixture.resolution("resnet34")))
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            #expect(try await QueueFixture.finish(chunk, queue) == .stored(isJobFinished: true))
            await queue.close()
        }
    }
}
