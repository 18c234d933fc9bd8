import JobQueue
import TestSupport
import Testing

/// Leases that are lost, and workers that die.
@Suite struct LeaseTests {
    /// Makes a worker look dead, and lets another one notice.
    private func kill(_ worker: WorkerID, _ database: TestDatabase, _ queue: JobQueue) async throws {
        try await database.script(
            "UPDATE apus.worker SET heartbeat_at = now() - interval '1 hour' WHERE id = \(worker)"
        )
        let witness = try await QueueFixture.worker(queue)
        #expect(try await queue.heartbeat(witness).reapedWorkers == 1)
        try await queue.retire(witness)
    }

    @Test func aCompletionAfterTheLeaseIsLostChangesNothing() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 3)
            let slow = try await QueueFixture.worker(queue)
            let lost = try #require(try await queue.claim(for: slow, holding: nil, begins: true))
            try await kill(slow, database, queue)
            #expect(try await QueueFixture.finish(lost, queue) == .leaseLost)
            #expect(try await queue.results(of: job) == [])
            #expect(try await queue.begin(lost) == false)
            try await queue.giveBack(lost)
            #expect(try await queue.heartbeat(slow).isRetired)
            #expect(try await queue.claim(for: slow, holding: nil, begins: true) == nil)

            let other = try await QueueFixture.worker(queue)
            let again = try #require(try await queue.claim(for: other, holding: nil, begins: true))
            #expect(again.id == lost.id)
            #expect(again.attempt == 2)
            #expect(again.crashes == 1)
            #expect(try await QueueFixture.finish(again, queue) == .stored(isJobFinished: true))
            #expect(try await QueueFixture.finish(lost, queue) == .leaseLost)
            #expect(try await queue.results(of: job).allSatisfy { $0.worker == other })
            await queue.close()
        }
    }

    @Test func aSecondCompletionChangesNothing() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 3)
            let worker = try await QueueFixture.worker(queue)
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            let outcomes = try await queue.items(of: chunk).map { QueueFixture.answer($0.ordinal) }
            let twice = try await withThrowingTaskGroup(of: Completion.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        let own = try database.makeQueue()
                        let result = try await own.complete(
                            chunk,
                            outcomes: outcomes,
                            provenance: QueueFixture.provenance
                        )
                        await own.close()
                        return result
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(twice.filter { $0 == .leaseLost }.count == 1)
            #expect(twice.contains(.stored(isJobFinished: true)))
            #expect(try await queue.status(of: job).doneCount == 3)
            #expect(try await queue.results(of: job).count == 3)
            await queue.close()
        }
    }

    @Test func aChunkThatHadNotBegunIsNotGuilty() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            _ = try await QueueFixture.submit(to: queue, count: 6, chunkSize: 2)
            let worker = try await QueueFixture.worker(queue)
            let begun = try #require(try await queue.claim(for: worker, holding: nil, begins: false))
            let fetched = try #require(try await queue.claim(for: worker, holding: nil, begins: false))
            #expect(try await queue.begin(begun))
            try await kill(worker, database, queue)
            let crashes = "SELECT crashes FROM apus.chunk ORDER BY id"
            #expect(try await database.column("crashes", of: crashes, as: Int16.self) == [1, 0, 0])
            let codes = "SELECT code FROM apus.attempt ORDER BY chunk_id"
            #expect(
                try await database.column("code", of: codes, as: String.self) == [
                    "worker_died", "worker_lost",
                ]
            )
            #expect(fetched.id != begun.id)
            await queue.close()
        }
    }

    @Test func aSuspectRunsAlone() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue(policy: QueuePolicy(patienceAlone: .zero))
            _ = try await QueueFixture.submit(to: queue, count: 6, chunkSize: 2)
            let dying = try await QueueFixture.worker(queue)
            let suspect = try #require(try await queue.claim(for: dying, holding: nil, begins: true))
            let busy = try await QueueFixture.worker(queue)
            let second = try #require(try await queue.claim(for: busy, holding: nil, begins: true))
            try await kill(dying, database, queue)

            // A worker with another chunk does not get it, and is asked to drain; one worker a suspect is enough.
            let idle = try await QueueFixture.worker(queue)
            #expect(try await queue.heartbeat(busy).shouldDrain)
            #expect(try await queue.heartbeat(idle).shouldDrain == false)
            let third = try #require(try await queue.claim(for: busy, holding: nil, begins: true))
            #expect(Set([suspect.id, second.id, third.id]).count == 3)
            #expect(try await queue.claim(for: busy, holding: nil, begins: true) == nil)
            _ = try await QueueFixture.finish(second, queue)
            _ = try await QueueFixture.finish(third, queue)

            let alone = try #require(try await queue.claim(for: busy, holding: nil, begins: true))
            #expect(alone.id == suspect.id)
            #expect(alone.crashes == 1)
            // And while it holds a suspect it gets nothing else.
            _ = try await QueueFixture.submit(to: queue, count: 2)
            #expect(try await queue.claim(for: busy, holding: nil, begins: true) == nil)
            #expect(try await QueueFixture.finish(alone, queue) == .stored(isJobFinished: true))
            #expect(try await queue.claim(for: busy, holding: nil, begins: true) != nil)
            await queue.close()
        }
    }

    @Test func thePictureThatKillsIsFoundAndSetAside() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 16, chunkSize: 8)
            let killer: Int32 = 5
            var deaths = 0
            var worker = try await QueueFixture.worker(queue)
            while let chunk = try await queue.claim(for: worker, holding: nil, begins: true) {
                let pending = try await queue.items(of: chunk).map(\.ordinal)
                guard pending.contains(killer) else {
                    _ = try await QueueFixture.finish(chunk, queue)
                    continue
                }
                deaths += 1
                try await kill(worker, database, queue)
                worker = try await QueueFixture.worker(queue)
            }
            // Eight pictures: one death in company, three halvings, two deaths of the picture alone.
            #expect(deaths == 6)
            let status = try await queue.status(of: job)
            #expect(status.state == .done)
            #expect(status.doneCount == 15)
            #expect(status.quarantinedCount == 1)
            let rows = try await queue.results(of: job)
            #expect(rows.map(\.ordinal) == Array(0..<16))
            let bad = try #require(rows.first { $0.status == .quarantined })
            #expect(bad.ordinal == killer)
            #expect(bad.failure?.stage == .process)
            #expect(bad.failure?.code == "quarantined")
            #expect(bad.provenance == nil)
            await queue.close()
        }
    }

    @Test func whatIsGivenBackCarriesNoBlame() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 6, chunkSize: 2)
            let worker = try await QueueFixture.worker(queue)
            let first = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            let second = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            #expect(try await queue.heartbeat(worker).heldChunks == [first.id, second.id])
            // One half of the first is done, the other half was not reached.
            let completion = try await queue.complete(
                first,
                outcomes: [QueueFixture.answer(0)],
                provenance: QueueFixture.provenance
            )
            #expect(completion == .stored(isJobFinished: false))
            try await queue.retire(worker)
            let query = "SELECT state::text AS state FROM apus.chunk WHERE crashes = 0 AND tries = 0"
            #expect(
                try await database.column("state", of: query, as: String.self) == ["ready", "ready", "ready"]
            )
            let next = try await QueueFixture.worker(queue)
            let again = try #require(try await queue.claim(for: next, holding: nil, begins: true))
            #expect(again.id == first.id)
            #expect(try await queue.items(of: again).map(\.ordinal) == [1])
            #expect(try await queue.status(of: job).doneCount == 1)
            await queue.close()
        }
    }

    @Test func aJobWhoseResolversDieFails() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await queue.submit(
                JobSpec(model: "resnet34", maximumTries: 2),
                items: QueueFixture.items(1)
            ).id
            for attempt in 1...2 {
                let worker = try await QueueFixture.worker(queue)
                let unresolved = try #require(try await queue.nextUnresolved(for: worker))
                #expect(unresolved.attempt == attempt)
                try await kill(worker, database, queue)
                #expect(try await queue.resolve(unresolved, to: QueueFixture.resolution("resnet34")) == false)
            }
            let status = try await queue.status(of: job)
            #expect(status.state == .failed)
            #expect(status.failure?.code == "worker_died")
            await queue.close()
        }
    }
}
