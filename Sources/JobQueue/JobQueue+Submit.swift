import FoundationEssentials
import PostgreSQL

extension JobQueue {
    /// Stores a job and its pictures, all or nothing, with one wake-up for the workers.
    ///
    /// Memory does not grow with the number of pictures.
    /// - Throws: `JobQueueError` for an unknown model, options out of range or no picture at all; what `items`
    ///   throws.
    public func submit<Items: AsyncSequence>(
        _ spec: JobSpec,
        items: Items
    ) async throws -> SubmittedJob where Items.Element == InputItem {
        let submission = try await Submission(queue: self, spec: spec)
        do {
            if submission.isNew {
                var batch: [InputItem] = []
                for try await item in items {
                    batch.append(item)
                    if batch.count == Submission.batchSize {
                        try await submission.add(batch)
                        batch.removeAll(keepingCapacity: true)
                    }
                }
                try await submission.add(batch)
            }
            return try await submission.finish()
        } catch {
            await submission.abandon()
            throw error
        }
    }

    /// Stores a job and its pictures, all or nothing, with one wake-up for the workers.
    ///
    /// - Throws: `JobQueueError` for an unknown model, options out of range or no picture at all.
    public func submit(_ spec: JobSpec, items: [InputItem]) async throws -> SubmittedJob {
        let submission = try await Submission(queue: self, spec: spec)
        do {
            if submission.isNew { try await submission.add(items) }
            return try await submission.finish()
        } catch {
            await submission.abandon()
            throw error
        }
    }
}

/// One transaction on a connection of its own, open while pictures come in.
private final class Submission {
    static let batchSize = 4096

    private let connection: Connection
    private let statements: StatementCatalog
    private let spec: JobSpec
    private let id: JobID
    private var nextOrdinal: Int32 = 0
    /// False when the idempotency key belongs to an earlier job.
    let isNew: Bool

    init(queue: JobQueue, spec: JobSpec) async throws {
        let connection = Connection(options: queue.options, logger: queue.logger)
        let statements = queue.statements
        let values = try Self.values(of: spec)
        self.connection = connection
        self.statements = statements
        self.spec = spec
        do {
            (id, isNew) = try await translated {
                try await connection.run { session in
                    // New partitions are made beforehand, so that no long transaction holds their parents' locks.
                    try session.query(statements[.preparePartitions])
                    try session.query("BEGIN")
                    guard let row = try session.query(statements[.openJob], values).first else {
                        throw JobQueueError(code: .damaged, message: "open_job returned no row")
                    }
                    return (JobID(rawValue: try row.get("id")), try row.get("is_new"))
                }
            }
        } catch {
            await connection.close()
            throw error
        }
    }

    private static func values(of spec: JobSpec) throws(JobQueueError) -> [Value] {
        guard spec.options.topK >= 1, spec.maximumTries >= 1, (1...65536).contains(spec.inputChannels),
            !spec.options.outputTypes.isEmpty, (1...4096).contains(spec.chunkSize ?? 1)
        else {
            throw JobQueueError(
                code: .invalidJob,
                message:
                    "a job needs topk >= 1, 1 to 65536 channels, an output type, at least one try and chunks "
                    + "of 1 to 4096 pictures; found topk \(spec.options.topK), \(spec.inputChannels) channels, "
                    + "\(spec.options.outputTypes.count) output types, \(spec.maximumTries) tries, "
                    + "chunks of \(spec.chunkSize ?? 0)"
            )
        }
        return [
            .text(spec.model), .int32(Int32(spec.inputChannels)), .text(try spec.options.json()),
            .int32(Int32(spec.priority)), .text(spec.label), .text(spec.idempotencyKey),
            .int32(Int32(clamping: spec.maximumTries)),
        ]
    }

    func add(_ items: [InputItem]) async throws {
        guard !items.isEmpty else { return }
        guard Int(nextOrdinal) + items.count <= Int(Int32.max) else {
            throw JobQueueError(
                code: .invalidJob,
                message: "a job holds at most \(Int32.max) pictures: submit several jobs"
            )
        }
        let (first, id, statements) = (nextOrdinal, id, statements)
        try await translated {
            try await connection.run { session in
                _ = try session.copyIn(statements[.copyInputs].text) { writer in
                    for (offset, item) in items.enumerated() {
                        let window = item.window.map { [$0.x, $0.y, $0.width, $0.height] }
                        try writer.row([
                            .int64(id.rawValue), .int32(first + Int32(offset)), .text(item.uri),
                            .int32s(window),
                            .int32(item.frame),
                        ])
                    }
                }
            }
        }
        nextOrdinal += Int32(items.count)
    }

    func finish() async throws -> SubmittedJob {
        let (id, isNew, spec, statements) = (id, isNew, spec, statements)
        let count = try await translated {
            try await connection.run { session -> Int64 in
                guard isNew else {
                    try session.query("ROLLBACK")
                    return try session.query(statements[.pictureCount], [.int64(id.rawValue)]).first?
                        .get("picture_count") ?? 0
                }
                let values: [Value] = [.int64(id.rawValue), .int32(spec.chunkSize.map { Int32($0) })]
                let count: Int64 =
                    try session.query(statements[.closeJob], values).first?.get("pictures") ?? 0
                if let resolution = spec.resolution {
                    _ = try JobQueue.store(
                        resolution,
                        of: id,
                        worker: nil,
                        attempt: 0,
                        session: session,
                        statements: statements
                    )
                }
                try session.query("COMMIT")
                return count
            }
        }
        await connection.close()
        return SubmittedJob(id: id, isNew: isNew, itemCount: count)
    }

    func abandon() async { await connection.close() }
}

extension JobOptions {
    /// The options as a job's row holds them.
    func json() throws(JobQueueError) -> String {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            throw JobQueueError(
                code: .invalidJob,
                message: "the options cannot be written as JSON",
                cause: error
            )
        }
    }

    /// Reads options from a job's row.
    init(json: String) throws(JobQueueError) {
        do {
            self = try JSONDecoder().decode(JobOptions.self, from: Data(json.utf8))
        } catch {
            throw JobQueueError(code: .invalidJob, message: "the job's options cannot be read: \(error)")
        }
    }
}
