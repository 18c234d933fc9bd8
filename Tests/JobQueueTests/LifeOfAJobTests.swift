import JobQueue
import TestSupport
import Testing

/// From submission to the last row.
@Suite struct LifeOfAJobTests {
    @Test func aJobIsClaimedCompletedAndRead() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 40)
            #expect(try await queue.status(of: job).state == .ready)
            #expect(try await queue.queueDepth() == 3)
            let worker = try await QueueFixture.worker(queue)
            var completions: [Completion] = []
            while let chunk = try await queue.claim(for: worker, holding: nil, begins: true) {
                #expect(chunk.job.resolution == QueueFixture.resolution("resnet34"))
                #expect(chunk.job.options == JobOptions())
                completions.append(try await QueueFixture.finish(chunk, queue))
            }
            #expect(
                completions == [
                    .stored(isJobFinished: false), .stored(isJobFinished: false),
                    .stored(isJobFinished: true),
                ]
            )
            let status = try await queue.status(of: job)
            #expect(status.state == .done)
            #expect(status.doneCount == 40)
            #expect(status.pendingCount == 0)
            #expect((status.picturesPerSecond ?? 0) > 0)
            let first = try await queue.results(of: job, limit: 25)
            let rest = try await queue.results(of: job, after: first.last?.ordinal, limit: 25)
            #expect((first + rest).map(\.ordinal) == Array(0..<40))
            let row = try #require(rest.first)
            #expect(row.input == InputItem(uri: "file:///pictures/25.jpg"))
            #expect(
                row.prediction
                    == Prediction(index: [25, 7], prob: [0.75, 0.125], label: ["tabby", "tiger cat"])
            )
            #expect(row.timings.infer == .microseconds(3500))
            #expect(row.timings.write == nil)
            #expect(row.provenance == QueueFixture.provenance)
            #expect(row.worker == worker)
            #expect(try await queue.queueDepth() == 0)
            await queue.close()
        }
    }
}
