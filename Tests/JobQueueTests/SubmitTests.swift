import JobQueue
import PostgreSQL
import TestSupport
import Testing

/// Ways to submit, and refusals.
@Suite struct SubmitTests {
    @Test(arguments: [(1, 1), (40, 3), (1000, 63), (5000, 65), (20000, 79)])
    func chunksGrowWithTheJob(pictures: Int, chunks: Int) async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let stream = AsyncStream<InputItem> { continuation in
                for item in QueueFixture.items(pictures) { continuation.yield(item) }
                continuation.finish()
            }
            let spec = JobSpec(model: "resnet34", resolution: QueueFixture.resolution("resnet34"))
            let job = try await queue.submit(spec, items: stream)
            #expect(job.itemCount == Int64(pictures))
            #expect(try await queue.queueDepth() == Int64(chunks))
            let covered = "SELECT sum(item_count)::bigint AS n FROM apus.chunk"
            #expect(try await database.column("n", of: covered, as: Int64.self) == [Int64(pictures)])
            await queue.close()
        }
    }

    @Test func windowsAndFramesComeBack() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let items = [
                InputItem(uri: "a.tif", window: PixelWindow(x: 1, y: 2, width: 224, height: 225)),
                InputItem(uri: "b.dcm", frame: 7),
            ]
            let spec = JobSpec(model: "resnet34", resolution: QueueFixture.resolution("resnet34"))
            _ = try await queue.submit(spec, items: items)
            let worker = try await QueueFixture.worker(queue)
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: false))
            #expect(try await queue.items(of: chunk).map(\.input) == items)
            await queue.close()
        }
    }

    @Test func anIdempotencyKeyReturnsTheFirstJob() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let spec = JobSpec(model: "resnet34", idempotencyKey: "monday")
            let first = try await queue.submit(spec, items: QueueFixture.items(3))
            let second = try await queue.submit(spec, items: QueueFixture.items(5))
            #expect(first.isNew)
            #expect(second == SubmittedJob(id: first.id, isNew: false, itemCount: 3))
            let other = JobSpec(model: "resnet50", idempotencyKey: "monday")
            let error = await #expect(throws: JobQueueError.self) {
                try await queue.submit(other, items: QueueFixture.items(1))
            }
            #expect(error?.code == .invalidJob)
            await queue.close()
        }
    }

    @Test func submissionsOfOneKeyAtOnceMakeOneJob() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let jobs = try await withThrowingTaskGroup(of: SubmittedJob.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await queue.submit(
                            JobSpec(model: "resnet34", idempotencyKey: "once"),
                            items: QueueFixture.items(10)
                        )
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(jobs.map(\.id)).count == 1)
            #expect(jobs.filter(\.isNew).count == 1)
            await queue.close()
        }
    }

    @Test func nothingIsLeftOfAFailedSubmission() async throws {
        struct Torn: Error {}
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let stream = AsyncThrowingStream<InputItem, any Error> { continuation in
                for item in QueueFixture.items(5000) { continuation.yield(item) }
                continuation.finish(throwing: Torn())
            }
            await #expect(throws: Torn.self) {
                try await queue.submit(JobSpec(model: "resnet34"), items: stream)
            }
            #expect(try await queue.jobs(limit: 10) == [])
            #expect(
                try await database.column("n", of: "SELECT count(*) AS n FROM apus.input", as: Int64.self)
                    == [0]
            )
            await queue.close()
        }
    }

    @Test func refusalsSayWhatToDo() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            func refusal(_ spec: JobSpec, count: Int = 1) async -> JobQueueError? {
                await #expect(throws: JobQueueError.self) {
                    try await queue.submit(spec, items: QueueFixture.items(count))
                }
            }
            let unknown = await refusal(JobSpec(model: "resnet35"))
            #expect(unknown?.code == .invalidJob)
            #expect(
                unknown?.message == "unknown model resnet35; nearest: resnet34, resnet34.a1_in1k, resnet50"
            )
            // timm's own repositories are all known, unless a revision is asked for.
            for name in ["hf-hub:timm/resnet35", "timm/resnet35", "me/mine", "hf-hub:mine", "hf-hub:a/b/c"] {
                #expect(await refusal(JobSpec(model: name))?.isUnknownModel == true, "\(name)")
            }
            let stem = await refusal(JobSpec(model: "stubborn_stem", inputChannels: 4))
            #expect(
                stem?.message
                    == "the first layer of stubborn_stem cannot be adapted to 4 channels; possible: 3"
            )
            #expect(await refusal(JobSpec(model: "resnet34"), count: 0)?.code == .invalidJob)
            #expect(await refusal(JobSpec(model: "resnet34", inputChannels: 0))?.code == .invalidJob)
            #expect(await refusal(JobSpec(model: "resnet34", chunkSize: 5000))?.code == .invalidJob)
            await queue.close()
        }
    }

    @Test(arguments: [
        "resnet34", "timm/resnet34.a1_in1k", "hf-hub:timm/resnet34.a1_in1k", "/models/mine",
        "local-dir:/models/mine", "hf-hub:me/mine", "hf_hub:me/mine@v1.0", "hf-hub:timm/resnet35@main",
    ])
    func namesAreTakenAsTimmWritesThem(name: String) async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await queue.submit(JobSpec(model: name), items: QueueFixture.items(1))
            let status = try await queue.status(of: job.id)
            #expect(status.model == name)
            #expect(status.state == .resolving)
            await queue.close()
        }
    }

    @Test func sqlAloneSubmits() async throws {
        try await TestDatabase.with { database in
            let submit = """
                SELECT apus.submit('resnet34', ARRAY['file:///a.jpg', 'file:///b.jpg'], in_chans => 4,
                    options => '{"topk": 3, "output_type": "embedding"}', label => 'here') AS id
                """
            let id = try #require(try await database.column("id", of: submit, as: Int64.self).first)
            let queue = try database.makeQueue()
            let worker = try await QueueFixture.worker(queue, labels: ["here"])
            let job = try #require(try await queue.nextUnresolved(for: worker))
            #expect(job.id.rawValue == id)
            #expect(job.inputChannels == 4)
            #expect(job.options.topK == 3)
            #expect(job.options.outputTypes == [.embedding])
            #expect(try await queue.claim(for: worker, holding: nil, begins: true) == nil)
            #expect(try await queue.resolve(job, to: QueueFixture.resolution("resnet34")))
            let chunk = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            #expect(try await queue.items(of: chunk).map(\.input.uri) == ["file:///a.jpg", "file:///b.jpg"])
            let error = await #expect(throws: PostgreSQLError.self) {
                try await database.script(
                    "SELECT apus.submit('resnet34', ARRAY['a'], options => '{\"topc\": 3}')"
                )
            }
            #expect(error?.message.contains("unknown option topc") == true)
            await queue.close()
        }
    }

    @Test func optionsThatCannotBeReadFailTheJob() async throws {
        try await TestDatabase.with { database in
            try await database.script(
                "SELECT apus.submit('resnet34', ARRAY['a'], options => '{\"topk\": \"three\"}')"
            )
            let queue = try database.makeQueue()
            let worker = try await QueueFixture.worker(queue)
            #expect(try await queue.nextUnresolved(for: worker) == nil)
            let status = try #require(try await queue.jobs(limit: 1).first)
            #expect(status.state == .failed)
            #expect(status.failure?.code == "options")
            await queue.close()
        }
    }

    @Test func jobsGetPartitionsOfTheirOwnRange() async throws {
        try await TestDatabase.with { database in
            try await database.script("ALTER SEQUENCE apus.job_id_seq RESTART 99")
            let queue = try database.makeQueue()
            for _ in 0..<3 {
                _ = try await queue.submit(JobSpec(model: "resnet34"), items: QueueFixture.items(1))
            }
            let query = """
                SELECT tableoid::regclass::text AS name, count(*) AS n FROM apus.input GROUP BY 1 ORDER BY 1
                """
            #expect(
                try await database.column("name", of: query, as: String.self)
                    == ["apus.input_000000", "apus.input_000001"]
            )
            #expect(try await database.column("n", of: query, as: Int64.self) == [1, 2])
            await queue.close()
        }
    }
}
