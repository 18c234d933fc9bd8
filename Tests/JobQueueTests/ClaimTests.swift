import JobQueue
import PostgreSQL
import TestSupport
import Testing

/// Who gets which chunk.
@Suite struct ClaimTests {
    @Test func connectionsAtOnceGetEveryChunkOnce() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 400, chunkSize: 2)
            let claims = try await withThrowingTaskGroup(of: [ChunkID].self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        let own = try database.makeQueue()
                        let worker = try await QueueFixture.worker(own)
                        var ids: [ChunkID] = []
                        while let chunk = try await own.claim(for: worker, holding: nil, begins: true) {
                            ids.append(chunk.id)
                            let completion = try await QueueFixture.finish(chunk, own)
                            #expect(completion != .leaseLost)
                        }
                        await own.close()
                        return ids
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(claims.count == 200)
            #expect(Set(claims).count == 200)
            let status = try await queue.status(of: job)
            #expect(status.state == .done)
            #expect(status.doneCount == 400)
            let query = "SELECT count(DISTINCT ordinal) AS n FROM apus.outcome"
            #expect(try await database.column("n", of: query, as: Int64.self) == [400])
            await queue.close()
        }
    }

    @Test func theModelAtHandComesFirst() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let first = try await QueueFixture.submit(to: queue, model: "resnet34", count: 4, chunkSize: 2)
            let second = try await QueueFixture.submit(to: queue, model: "resnet50", count: 4, chunkSize: 2)
            let worker = try await QueueFixture.worker(queue)
            var jobs: [JobID] = []
            var held: ModelKey? = QueueFixture.key("resnet50")
            while let chunk = try await queue.claim(for: worker, holding: held, begins: true) {
                jobs.append(chunk.job.id)
                held = chunk.job.resolution.modelKey
                _ = try await QueueFixture.finish(chunk, queue)
            }
            #expect(jobs == [second, second, first, first])
            await queue.close()
        }
    }

    @Test func aModelThatNobodyServesBeatsTheOneAtHand() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let common = try await QueueFixture.submit(to: queue, model: "resnet34", count: 8, chunkSize: 2)
            let rare = try await QueueFixture.submit(to: queue, model: "resnet50", count: 4, chunkSize: 2)
            try await database.script("UPDATE apus.chunk SET run_at = now() - interval '1 hour'")
            let held = QueueFixture.key("resnet34")
            let workers = [try await QueueFixture.worker(queue), try await QueueFixture.worker(queue)]
            let first = try #require(try await queue.claim(for: workers[0], holding: held, begins: true))
            let second = try #require(try await queue.claim(for: workers[1], holding: held, begins: true))
            let third = try #require(try await queue.claim(for: workers[1], holding: held, begins: true))
            // Nobody serves either at first: the older id wins, then the starved one, then what is at hand.
            #expect([first, second, third].map(\.job.id) == [common, rare, common])
            await queue.close()
        }
    }

    @Test func priorityBeatsAffinity() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            _ = try await QueueFixture.submit(to: queue, model: "resnet34", count: 2)
            let urgent = try await QueueFixture.submit(to: queue, model: "resnet50", count: 2, priority: 5)
            let worker = try await QueueFixture.worker(queue)
            let chunk = try await queue.claim(
                for: worker,
                holding: QueueFixture.key("resnet34"),
                begins: true
            )
            #expect(chunk?.job.id == urgent)
            await queue.close()
        }
    }

    @Test func labelsAndMemoryAreRespected() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let local = try await QueueFixture.submit(to: queue, count: 2, label: "rack7")
            let large = try await QueueFixture.submit(to: queue, model: "resnet50", count: 2, memory: 1 << 32)
            let plain = try await QueueFixture.worker(queue)
            #expect(try await queue.claim(for: plain, holding: nil, begins: true) == nil)
            let labelled = try await QueueFixture.worker(queue, labels: ["gpu", "rack7"])
            #expect(try await queue.claim(for: labelled, holding: nil, begins: true)?.job.id == local)
            let roomy = try await QueueFixture.worker(queue, memory: 1 << 33)
            #expect(try await queue.claim(for: roomy, holding: nil, begins: true)?.job.id == large)
            await queue.close()
        }
    }

    @Test func aHundredThousandChunksAreReadByTheIndex() async throws {
        try await TestDatabase.with { database in
            try await database.script(
                """
                SELECT apus.submit('resnet34', ARRAY(SELECT 'u' || n FROM generate_series(1, 100000) AS n),
                    chunk_size => 1);
                UPDATE apus.job SET state = 'ready', resolved_model = 'm', weights_sha256 = repeat('0', 64),
                    weights_source = 's', memory_bytes = 0, model_key = '\(QueueFixture.key("resnet34"))';
                UPDATE apus.chunk SET state = 'ready', model_key = '\(QueueFixture.key("resnet34"))';
                """
            )
            let queue = try database.makeQueue()
            let worker = try await QueueFixture.worker(queue)
            // The statement as the queue runs it, with its values written in.
            var text = try StatementCatalog.embedded()[.claimChunk].text
            for (name, value) in [
                ("$1", "\(worker)::bigint"), ("$2", "NULL"), ("$3", "true"), ("$4", "30.0"),
            ] {
                text = text.split(separator: name, omittingEmptySubsequences: false).joined(separator: value)
            }
            let lines = try await database.column(
                "QUERY PLAN",
                of: "EXPLAIN (ANALYZE, COSTS OFF) " + text,
                as: String.self
            )
            let plan = lines.joined(separator: "\n")
            #expect(!plan.contains("Seq Scan on chunk"), "\(plan)")
            #expect(!plan.contains("Bitmap Heap Scan on chunk c"), "\(plan)")
            #expect(lines.filter { $0.contains("using chunk_claim") }.count == 4, "\(plan)")
            #expect(lines.contains { $0.contains("LockRows") }, "\(plan)")
            #expect(try await queue.claim(for: worker, holding: nil, begins: true)?.firstOrdinal == 1)
            await queue.close()
        }
    }
}
