import JobQueue
import TestSupport

/// What the queue's tests begin with: jobs whose model is known, and workers that can serve them.
enum QueueFixture {
    static let sha256 = String(repeating: "ab", count: 32)

    static func key(_ name: String) -> ModelKey { ModelKey(hashing: [name]) }

    static func resolution(_ name: String, memory: Int64 = 0) -> ModelResolution {
        ModelResolution(
            model: "\(name).tag",
            modelKey: key(name),
            weightsSHA256: sha256,
            weightsRevision: "0123abc",
            weightsSource: "test",
            memoryByteCount: memory
        )
    }

    static let provenance = Provenance(
        weightsSHA256: sha256,
        weightsRevision: "0123abc",
        build: "1.0",
        instructionSet: "avx2",
        precision: "float32",
        preprocessing: "224x224 bicubic"
    )

    static func items(_ count: Int) -> [InputItem] {
        (0..<count).map { InputItem(uri: "file:///pictures/\($0).jpg") }
    }

    /// Submits a resolved job.
    static func submit(
        to queue: JobQueue,
        model: String = "resnet34",
        count: Int,
        chunkSize: Int? = nil,
        priority: Int16 = 0,
        label: String = "",
        memory: Int64 = 0,
        tries: Int = 5
    ) async throws -> JobID {
        let spec = JobSpec(
            model: model,
            priority: priority,
            label: label,
            chunkSize: chunkSize,
            maximumTries: tries,
            resolution: resolution(model, memory: memory)
        )
        return try await queue.submit(spec, items: items(count)).id
    }

    static func worker(
        _ queue: JobQueue,
        labels: [String] = [],
        memory: Int64 = 1 << 30,
        lease: Duration = .seconds(60)
    ) async throws -> WorkerID {
        try await queue.register(
            WorkerRegistration(
                host: "test",
                processID: 1,
                build: "1.0",
                instructionSet: "avx2",
                threadCount: 2,
                labels: labels,
                memoryByteCount: memory,
                lease: lease
            )
        )
    }

    /// An answer that can be told from others by its ordinal.
    static func answer(_ ordinal: Int32) -> Outcome {
        Outcome(
            ordinal: ordinal,
            result: .done(
                Prediction(index: [ordinal, 7], prob: [0.75, 0.125], label: ["tabby", "tiger cat"])
            ),
            timings: StageTimings(
                fetch: .milliseconds(1),
                decode: .milliseconds(2),
                infer: .microseconds(3500)
            )
        )
    }

    static func failure(_ code: String, _ disposition: RowFailure.Disposition = .failRow) -> RowFailure {
        RowFailure(stage: .decode, code: code, message: "cannot decode", disposition: disposition)
    }

    /// Answers everything that is pending in a chunk.
    static func finish(_ chunk: ClaimedChunk, _ queue: JobQueue) async throws -> Completion {
        let outcomes = try await queue.items(of: chunk).map { answer($0.ordinal) }
        return try await queue.complete(chunk, outcomes: outcomes, provenance: provenance)
    }
}
