import JobQueue
import Logging
import PostgreSQL
import TestSupport
import Testing

/// What each of the three roles can and cannot do.
@Suite struct RoleTests {
    private func queue(_ database: TestDatabase, as role: String) throws -> JobQueue {
        var options = database.options
        options.parameters["options"] = "-c role=\(role)"
        return try JobQueue(options: options, logger: Logger(label: "test"))
    }

    private func expectRefusal(_ body: () async throws -> Void) async {
        let error = await #expect(throws: JobQueueError.self) { try await body() }
        #expect((error?.cause as? PostgreSQLError)?.sqlState == "42501")
    }

    @Test func eachRoleDoesItsPart() async throws {
        try await TestDatabase.with { database in
            let submitter = try queue(database, as: "apus_submitter")
            let worker = try queue(database, as: "apus_worker")
            let reader = try queue(database, as: "apus_reader")
            let job = try await submitter.submit(JobSpec(model: "resnet34"), items: QueueFixture.items(4)).id
            let id = try await QueueFixture.worker(worker)
            let unresolved = try #require(try await worker.nextUnresolved(for: id))
            #expect(try await worker.resolve(unresolved, to: QueueFixture.resolution("resnet34")))
            let chunk = try #require(try await worker.claim(for: id, holding: nil, begins: true))
            #expect(try await worker.heartbeat(id).heldChunks == [chunk.id])
            #expect(try await QueueFixture.finish(chunk, worker) == .stored(isJobFinished: true))
            try await worker.retire(id)
            #expect(try await reader.results(of: job).count == 4)
            #expect(try await reader.status(of: job).state == .done)
            #expect(try await reader.queueDepth() == 0)
            try await submitter.delete(job)

            await expectRefusal { _ = try await QueueFixture.worker(reader) }
            await expectRefusal {
                _ = try await reader.submit(JobSpec(model: "resnet34"), items: QueueFixture.items(1))
            }
            await expectRefusal {
                _ = try await worker.submit(JobSpec(model: "resnet34"), items: QueueFixture.items(1))
            }
            await expectRefusal { _ = try await QueueFixture.worker(submitter) }
            await expectRefusal { _ = try await submitter.retain(.zero) }
            for queue in [submitter, worker, reader] { await queue.close() }
        }
    }
}
