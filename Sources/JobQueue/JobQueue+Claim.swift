import PostgreSQL

extension JobQueue {
    /// Claims the next chunk that the worker can serve, or returns nil when there is none now.
    ///
    /// Higher priority first; then a model that nobody serves and that has waited too long; then the model that
    /// the worker holds; then the chunk that has waited longest. Call `begin` before the first picture of the
    /// chunk is touched, unless `begins` is true.
    /// - Throws: `JobQueueError`.
    public func claim(
        for worker: WorkerID,
        holding modelKey: ModelKey?,
        begins: Bool
    ) async throws -> ClaimedChunk? {
        let values: [Value] = [
            .int64(worker.rawValue), .text(modelKey?.rawValue), .bool(begins),
            .double(policy.patience.seconds),
        ]
        return try await run { session, statements in
            if let row = try session.query(statements[.claimChunk], values).first {
                return try ClaimedChunk(row, worker: worker)
            }
            // Nothing is ready: perhaps a pause is over that no heartbeat has noticed yet.
            let promoted: Int64 = try session.query(statements[.promote]).first?.get("promoted") ?? 0
            guard promoted > 0, let row = try session.query(statements[.claimChunk], values).first else {
                return nil
            }
            return try ClaimedChunk(row, worker: worker)
        }
    }

    /// Marks a chunk as being worked on: if the process dies from now on, the chunk is a suspect.
    ///
    /// Returns false when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func begin(_ chunk: ClaimedChunk) async throws -> Bool {
        try await run { session, statements in
            try session.query(statements[.beginChunk], chunk.fence).affectedCount == 1
        }
    }

    /// Lists the pictures of a chunk that have no outcome yet, by rising ordinal.
    ///
    /// - Throws: `JobQueueError`.
    public func items(of chunk: ClaimedChunk) async throws -> [JobItem] {
        try await run { session, statements in
            let values: [Value] = [
                .int64(chunk.job.id.rawValue), .int32(chunk.firstOrdinal), .int32(chunk.itemCount),
            ]
            return try session.query(statements[.pendingItems], values).map { row in
                JobItem(ordinal: try row.get("ordinal"), input: try InputItem(row, uri: "uri"))
            }
        }
    }

    /// Returns a chunk to the queue without blame; does nothing when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func giveBack(_ chunk: ClaimedChunk) async throws {
        try await run { session, statements in
            try session.transaction {
                guard try session.query(statements[.lockLease], chunk.fence).count == 1 else { return }
                try session.query(statements[.settleDone], [.int64(chunk.id.rawValue), .int32(0), .int32(0)])
            }
        }
    }
}

extension ClaimedChunk {
    /// What names the lease: chunk, worker, attempt.
    var fence: [Value] { [.int64(id.rawValue), .int64(worker.rawValue), .int32(Int32(attempt))] }

    /// Reads a row of `claim_chunk`.
    init(_ row: Row, worker: WorkerID) throws {
        let tries = try row.get("tries", as: Int16.self)
        let maximumTries = try row.get("max_tries", as: Int16.self)
        id = ChunkID(rawValue: try row.get("id"))
        attempt = Int(try row.get("attempt", as: Int32.self))
        self.worker = worker
        job = try ClaimedJob(row)
        firstOrdinal = try row.get("first_ordinal")
        itemCount = try row.get("item_count")
        crashes = Int(try row.get("crashes", as: Int16.self))
        isLastTry = tries + 1 >= maximumTries
    }
}

extension ClaimedJob {
    init(_ row: Row) throws {
        let key: String = try row.get("model_key")
        guard let modelKey = ModelKey(rawValue: key) else {
            throw JobQueueError(code: .damaged, message: "\(key) is no model key")
        }
        id = JobID(rawValue: try row.get("job_id"))
        requestedModel = try row.get("model")
        inputChannels = Int(try row.get("in_chans", as: Int32.self))
        options = try JobOptions(json: row.get("options"))
        resolution = ModelResolution(
            model: try row.get("resolved_model"),
            modelKey: modelKey,
            weightsSHA256: try row.get("weights_sha256"),
            weightsRevision: try row.getIfPresent("weights_revision"),
            weightsSource: try row.get("weights_source"),
            configurationSHA256: try row.getIfPresent("configuration_sha256"),
            memoryByteCount: try row.get("memory_bytes")
        )
    }
}
