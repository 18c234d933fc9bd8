import FoundationEssentials
import PostgreSQL

extension JobQueue {
    /// Says where a job stands.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`.
    public func status(of job: JobID) async throws -> JobStatus {
        try await run { session, statements in
            guard let row = try session.query(statements[.jobStatus], [.int64(job.rawValue)]).first else {
                throw JobQueueError(code: .unknownJob, message: "no job \(job)")
            }
            return try JobStatus(row)
        }
    }

    /// Lists jobs, newest first.
    ///
    /// - Throws: `JobQueueError`.
    public func jobs(limit: Int) async throws -> [JobStatus] {
        try await run { session, statements in
            try session.query(statements[.listJobs], [.int64(Int64(limit))]).map { try JobStatus($0) }
        }
    }

    /// Stops claims of a job; what is held is finished.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func pause(_ job: JobID) async throws { try await change(job, .pauseJob) }

    /// Lets a paused job go on.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func resume(_ job: JobID) async throws { try await change(job, .resumeJob) }

    /// Ends a job; outcomes stay.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func cancel(_ job: JobID) async throws { try await change(job, .cancelJob) }

    /// Removes a job with its pictures and outcomes, running or not.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`.
    public func delete(_ job: JobID) async throws { try await change(job, .deleteJob) }

    /// Queues the failed and quarantined pictures of a job again, and no others; a job that failed as a whole
    /// goes on where it stood.
    ///
    /// Returns how many pictures lost their failure.
    ///
    /// - Throws: `JobQueueError`: `unknownJob`, `wrongState`.
    public func retryFailures(of job: JobID) async throws -> Int64 {
        try await run { session, statements in
            try session.query(statements[.retryJob], [.int64(job.rawValue)]).first?.get("pictures") ?? 0
        }
    }

    /// Ends a job because no picture of it can have an answer; without effect when it has ended already.
    ///
    /// - Throws: `JobQueueError`.
    public func fail(_ job: JobID, because failure: RowFailure) async throws {
        do {
            try await run { session, statements in
                _ = try session.query(statements[.failJob], Self.values(of: failure, job: job))
            }
        } catch let error as JobQueueError {
            guard error.code == .wrongState else { throw error }
        }
    }

    /// Drops the partitions of jobs that all ended longer ago than `keep`, with their results; returns how many
    /// jobs went.
    ///
    /// - Throws: `JobQueueError`; it needs the owner of the schema.
    public func retain(_ keep: Duration) async throws -> Int64 {
        try await run { session, statements in
            try session.query(statements[.retain], [.double(keep.seconds)]).first?.get("jobs") ?? 0
        }
    }

    /// Chunks that want a worker now, waiting or running.
    ///
    /// - Throws: `JobQueueError`.
    public func queueDepth() async throws -> Int64 {
        try await run { session, statements in
            try session.query(statements[.queueDepth]).first?.get("depth") ?? 0
        }
    }

    private func change(_ job: JobID, _ name: StatementName) async throws {
        try await run { session, statements in
            _ = try session.query(statements[name], [.int64(job.rawValue)])
        }
    }

    static func values(of failure: RowFailure, job: JobID) -> [Value] {
        [
            .int64(job.rawValue), .text(failure.stage.rawValue), .text(failure.code),
            .text(failure.storedMessage),
        ]
    }
}

extension RowFailure {
    /// The message as a row can hold it: without zero bytes, which text refuses, and of bounded length.
    var storedMessage: String { String(message.prefix(2000).filter { $0 != "\0" }) }
}

extension JobStatus {
    /// Reads a row of `apus.job_progress`.
    init(_ row: Row) throws {
        let stateName: String = try row.get("state")
        guard let state = JobState(rawValue: stateName) else {
            throw JobQueueError(code: .damaged, message: "unknown job state \(stateName)")
        }
        id = JobID(rawValue: try row.get("job_id"))
        model = try row.get("model")
        resolvedModel = try row.getIfPresent("resolved_model")
        inputChannels = Int(try row.get("in_chans", as: Int32.self))
        self.state = state
        label = try row.get("label")
        priority = try row.get("priority")
        pictureCount = try row.get("pictures")
        doneCount = try row.get("done")
        failedCount = try row.get("failed")
        quarantinedCount = try row.get("quarantined")
        picturesPerSecond = try row.getIfPresent("pictures_per_second")
        submittedAt = Date(try row.get("submitted_at"))
        startedAt = try row.getIfPresent("started_at", as: Timestamp.self).map { Date($0) }
        finishedAt = try row.getIfPresent("finished_at", as: Timestamp.self).map { Date($0) }
        failure = try RowFailure(
            row,
            stage: "failure_stage",
            code: "failure_code",
            message: "failure_message",
            disposition: .failJob
        )
    }
}

extension RowFailure {
    /// Reads a failure; nil where the columns are NULL.
    init?(_ row: Row, stage: String, code: String, message: String, disposition: Disposition) throws {
        guard let stageName: String = try row.getIfPresent(stage) else { return nil }
        guard let found = Stage(rawValue: stageName) else {
            throw JobQueueError(code: .damaged, message: "unknown stage \(stageName)")
        }
        self.init(
            stage: found,
            code: try row.get(code),
            message: try row.get(message),
            disposition: disposition
        )
    }
}
