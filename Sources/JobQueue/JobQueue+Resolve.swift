import PostgreSQL

extension JobQueue {
    /// Takes a job whose model name is to be turned into exact weights, or returns nil.
    ///
    /// A job whose options cannot be read is failed on the way.
    /// - Throws: `JobQueueError`.
    public func nextUnresolved(for worker: WorkerID) async throws -> UnresolvedJob? {
        while true {
            let found = try await run {
                session,
                statements -> (job: UnresolvedJob?, unreadable: JobQueueError?, id: JobID)? in
                let rows = try session.query(statements[.nextUnresolved], [.int64(worker.rawValue)])
                guard let row = rows.first else { return nil }
                let id = JobID(rawValue: try row.get("id"))
                do {
                    return (try UnresolvedJob(row, worker: worker), nil, id)
                } catch let error as JobQueueError {
                    return (nil, error, id)
                }
            }
            guard let found else { return nil }
            if let job = found.job { return job }
            let message = found.unreadable?.message ?? "the job's options cannot be read"
            try await fail(
                found.id,
                because: RowFailure(stage: .resolve, code: "options", message: message, disposition: .failJob)
            )
        }
    }

    /// Stores what a model name came to and makes the job's chunks ready; returns false when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func resolve(_ job: UnresolvedJob, to resolution: ModelResolution) async throws -> Bool {
        try await run { session, statements in
            try session.transaction {
                try Self.store(
                    resolution,
                    of: job.id,
                    worker: job.worker,
                    attempt: job.attempt,
                    session: session,
                    statements: statements
                )
            }
        }
    }

    /// Tries to resolve a job again later because of passing trouble, or fails it when this was the last try.
    ///
    /// - Throws: `JobQueueError`.
    public func deferResolution(of job: UnresolvedJob, because failure: RowFailure) async throws {
        if job.isLastTry { return try await fail(job, because: failure) }
        var asked = 0.0
        if case .retryRow(let after?) = failure.disposition { asked = after.seconds }
        let pauses: [Value] = [
            .double(policy.firstPause.seconds), .double(policy.longestPause.seconds), .double(asked),
        ]
        try await run { session, statements in
            try session.transaction {
                let deferred = try session.query(statements[.deferResolution], job.fence + pauses)
                guard deferred.affectedCount == 1 else { return }
                let history: [Value] = [
                    .int64(job.id.rawValue), .int32(Int32(job.attempt)), .int64(job.worker.rawValue),
                    .text(failure.stage.rawValue), .text(failure.code), .text(failure.storedMessage),
                ]
                try session.query(statements[.addAttempt], history)
            }
        }
    }

    /// Fails a job because its model cannot be had; without effect when the lease is lost.
    ///
    /// - Throws: `JobQueueError`.
    public func fail(_ job: UnresolvedJob, because failure: RowFailure) async throws {
        let holdsLease = try await run { session, statements in
            try session.query(statements[.lockResolution], job.fence).count == 1
        }
        if holdsLease { try await fail(job.id, because: failure) }
    }

    /// Stores a resolution inside an open transaction: chunks are locked before their job.
    static func store(
        _ resolution: ModelResolution,
        of job: JobID,
        worker: WorkerID?,
        attempt: Int,
        session: Session,
        statements: StatementCatalog
    ) throws -> Bool {
        try session.query(statements[.lockChunks], [.int64(job.rawValue)])
        let values: [Value] = [
            .int64(job.rawValue), .int64(worker?.rawValue), .int32(Int32(attempt)), .text(resolution.model),
            .text(resolution.modelKey.rawValue), .text(resolution.weightsSHA256),
            .text(resolution.weightsRevision), .text(resolution.weightsSource),
            .int64(resolution.memoryByteCount), .text(resolution.configurationSHA256),
        ]
        guard try session.query(statements[.resolveJob], values).affectedCount == 1 else { return false }
        try session.query(statements[.readyChunks], [.int64(job.rawValue)])
        if worker != nil { try session.query(statements[.notifyWork], [.int64(job.rawValue)]) }
        return true
    }
}

extension UnresolvedJob {
    /// What names the lease: job, worker, attempt.
    var fence: [Value] { [.int64(id.rawValue), .int64(worker.rawValue), .int32(Int32(attempt))] }

    /// Reads a row of `next_unresolved`.
    init(_ row: Row, worker: WorkerID) throws {
        id = JobID(rawValue: try row.get("id"))
        model = try row.get("model")
        inputChannels = Int(try row.get("in_chans", as: Int32.self))
        options = try JobOptions(json: row.get("options"))
        attempt = Int(try row.get("attempt", as: Int32.self))
        self.worker = worker
        isLastTry = attempt >= Int(try row.get("max_tries", as: Int16.self))
    }
}
