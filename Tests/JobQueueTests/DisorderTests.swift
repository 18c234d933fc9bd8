import JobQueue
import TestSupport
import Testing

/// Everything at once: workers that finish, stop half-way, meet trouble, give back and die, while the job is
/// paused and resumed.
@Suite struct DisorderTests {
    /// SplitMix64, so that a run is made of a seed.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Works until the job has ended; a worker that dies comes back as another.
    private static func work(_ database: TestDatabase, _ job: JobID, seed: UInt64) async throws {
        var dice = Dice(state: seed)
        let policy = QueuePolicy(patienceAlone: .zero, firstPause: .zero, longestPause: .zero)
        let queue = try database.makeQueue(policy: policy)
        var worker = try await QueueFixture.worker(queue)
        while try await !queue.status(of: job).state.isFinal {
            guard let chunk = try await queue.claim(for: worker, holding: nil, begins: true) else {
                _ = try await queue.heartbeat(worker)
                continue
            }
            let pending = try await queue.items(of: chunk).map(\.ordinal)
            let answers = pending.map { QueueFixture.answer($0) }
            switch Int.random(in: 0..<10, using: &dice) {
            case 0:
                try await queue.giveBack(chunk)
            case 1:
                try await database.script(
                    "UPDATE apus.worker SET heartbeat_at = now() - interval '1 hour' WHERE id = \(worker)"
                )
                worker = try await QueueFixture.worker(queue)
                _ = try await queue.heartbeat(worker)
                // What the dead one still says must count only where nobody has taken its chunk.
                _ = try await queue.complete(chunk, outcomes: answers, provenance: QueueFixture.provenance)
            case 2:
                let half = answers.prefix(answers.count / 2)
                _ = try await queue.complete(
                    chunk,
                    outcomes: Array(half),
                    provenance: QueueFixture.provenance
                )
            case 3:
                let trouble = QueueFixture.failure("http503", .retryRow(after: nil))
                _ = try await queue.complete(
                    chunk,
                    outcomes: Array(answers.dropFirst()),
                    deferred: pending.prefix(1).map { DeferredItem(ordinal: $0, failure: trouble) },
                    provenance: QueueFixture.provenance
                )
            case 4:
                try await queue.retire(worker)
                worker = try await QueueFixture.worker(queue)
            default:
                _ = try await queue.complete(chunk, outcomes: answers, provenance: QueueFixture.provenance)
            }
        }
        await queue.close()
    }

    @Test(.timeLimit(.minutes(2)), arguments: [UInt64(1), 2]) func everyPictureHasOneOutcome(seed: UInt64)
        async throws
    {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 1200, chunkSize: 6, tries: 1000)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number: UInt64 in 0..<6 {
                    group.addTask { try await Self.work(database, job, seed: seed * 100 + number) }
                }
                group.addTask {
                    let control = try database.makeQueue()
                    for _ in 0..<20 {
                        do {
                            try await control.pause(job)
                            try await control.resume(job)
                        } catch let error as JobQueueError {
                            // The job may end between the two.
                            guard error.code == .wrongState else { throw error }
                        }
                    }
                    await control.close()
                }
                try await group.waitForAll()
            }
            let status = try await queue.status(of: job)
            #expect(status.state == .done)
            #expect(status.doneCount + status.quarantinedCount == 1200)
            let query = """
                SELECT count(*) AS n FROM apus.outcome UNION ALL SELECT count(DISTINCT ordinal) FROM apus.outcome
                UNION ALL SELECT count(*) FROM apus.outcome WHERE status = 'done'
                UNION ALL SELECT sum(item_count)::bigint FROM apus.chunk WHERE state = 'done'
                """
            #expect(
                try await database.column("n", of: query, as: Int64.self) == [
                    1200, 1200, status.doneCount, 1200,
                ]
            )
            await queue.close()
        }
    }
}
