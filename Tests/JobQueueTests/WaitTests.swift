import JobQueue
import Logging
import PostgreSQL
import TestSupport
import Testing

/// Wake-ups, and a queue that keeps nothing in its sessions.
@Suite struct WaitTests {
    @Test(.timeLimit(.minutes(1))) func aSubmissionWakesAWaitingWorker() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            async let waiting: Void = queue.waitForChange(timeout: .seconds(3600))
            let listens = """
                SELECT count(*) AS n FROM pg_stat_activity
                WHERE datname = '\(database.name)' AND query LIKE 'LISTEN%apus_job%' AND state = 'idle'
                """
            while try await database.column("n", of: listens, as: Int64.self) == [0] {}
            _ = try await QueueFixture.submit(to: queue, count: 1)
            try await waiting
            await queue.close()
        }
    }

    @Test(.timeLimit(.minutes(1))) func aWaitCanBeCancelled() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let task = Task { try await queue.waitForChange(timeout: .seconds(3600)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            await queue.close()
        }
    }

    @Test func aWaitEndsWithItsTime() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            try await queue.waitForChange(timeout: .milliseconds(1))
            await queue.close()
        }
    }

    @Test func aSubmissionNotifiesOnce() async throws {
        try await TestDatabase.with { database in
            let ear = Connection(options: database.options, logger: Logger(label: "test"))
            try await ear.run { session in try session.listen(to: "apus_work") }
            let queue = try database.makeQueue()
            let job = try await queue.submit(JobSpec(model: "resnet34"), items: QueueFixture.items(3000)).id
            let heard = try await ear.run { session in
                var heard: [Notification] = []
                try session.query("SELECT 1")
                while let next = try session.nextNotification(timeout: .zero) { heard.append(next) }
                return heard
            }
            #expect(heard.map(\.channel) == ["apus_work"])
            #expect(heard.map(\.payload) == ["\(job)"])
            await ear.close()
            await queue.close()
        }
    }

    @Test func nothingDependsOnTheSession() async throws {
        try await TestDatabase.with { database in
            var options = database.options
            options.preparesStatements = false
            let queue = try JobQueue(options: options, wakeUps: .none, logger: Logger(label: "test"))
            let job = try await QueueFixture.submit(to: queue, count: 4, chunkSize: 2)
            let worker = try await QueueFixture.worker(queue)
            // Every statement on a connection of its own, as a pooler may do it.
            await queue.close()
            let first = try #require(try await queue.claim(for: worker, holding: nil, begins: false))
            await queue.close()
            #expect(try await queue.begin(first))
            await queue.close()
            #expect(try await QueueFixture.finish(first, queue) == .stored(isJobFinished: false))
            await queue.close()
            let second = try #require(try await queue.claim(for: worker, holding: nil, begins: true))
            await queue.close()
            #expect(try await queue.heartbeat(worker).heldChunks == [second.id])
            await queue.close()
            #expect(try await QueueFixture.finish(second, queue) == .stored(isJobFinished: true))
            #expect(try await queue.status(of: job).state == .done)
            await queue.close()
        }
    }
}
