import PostgreSQL

extension JobQueue {
    /// Announces a worker process.
    ///
    /// - Throws: `JobQueueError`.
    public func register(_ worker: WorkerRegistration) async throws -> WorkerID {
        try await run(on: pulse) { session, statements in
            let values: [Value] = [
                .text(worker.host), .int32(worker.processID), .text(worker.build),
                .text(worker.instructionSet),
                .int32(Int32(clamping: worker.threadCount)), .texts(worker.labels),
                .int64(worker.memoryByteCount), .double(worker.lease.seconds),
            ]
            guard let row = try session.query(statements[.registerWorker], values).first else {
                throw JobQueueError(code: .damaged, message: "a registration returned no number")
            }
            return WorkerID(rawValue: try row.get("id"))
        }
    }

    /// Says that a worker lives, returns the chunks of dead ones to the queue, and tells the worker what it has
    /// lost.
    ///
    /// It has a connection of its own, so that a long write delays no heartbeat.
    /// - Throws: `JobQueueError`.
    public func heartbeat(_ worker: WorkerID) async throws -> HeartbeatReply {
        let patience = policy.patienceAlone.seconds
        return try await run(on: pulse) { session, statements in
            let isAlive = try session.query(statements[.beat], [.int64(worker.rawValue)]).affectedCount == 1
            let reaped: Int32 = try session.query(statements[.reap]).first?.get("reaped") ?? 0
            try session.query(statements[.promote])
            let held = try session.query(statements[.heldChunks], [.int64(worker.rawValue)]).map { row in
                (
                    chunk: ChunkID(rawValue: try row.get("id")), job: JobID(rawValue: try row.get("job_id")),
                    isEnded: try row.get("is_ended", as: Bool.self)
                )
            }
            let values: [Value] = [.int64(worker.rawValue), .double(patience)]
            return HeartbeatReply(
                isRetired: !isAlive,
                heldChunks: Set(held.map(\.chunk)),
                endedJobs: Set(held.filter(\.isEnded).map(\.job)),
                shouldDrain: try session.query(statements[.shouldDrain], values).first?.get("should_drain")
                    ?? false,
                reapedWorkers: Int(reaped)
            )
        }
    }

    /// Ends a registration; what the worker still holds returns to the queue without blame.
    ///
    /// - Throws: `JobQueueError`.
    public func retire(_ worker: WorkerID) async throws {
        try await run(on: pulse) { session, statements in
            // One transaction a chunk: none holds one job while it waits for another.
            let held = try session.query(statements[.heldChunks], [.int64(worker.rawValue)])
            for index in 0..<held.count {
                let chunk: Int64 = try held[index].get("id")
                try session.transaction {
                    let lock: [Value] = [.int64(chunk), .int64(worker.rawValue)]
                    guard try session.query(statements[.lockHeldChunk], lock).count == 1 else { return }
                    try session.query(statements[.settleDone], [.int64(chunk), .int32(0), .int32(0)])
                }
            }
            try session.query(statements[.releaseResolutions], [.int64(worker.rawValue)])
            try session.query(statements[.stopWorker], [.int64(worker.rawValue)])
        }
    }
}
