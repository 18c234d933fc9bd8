import CQueueSQL
package import PostgreSQL

/// The statements of the queue, by the names of the markers in the `.sql` files.
package enum StatementName: String, Sendable, CaseIterable {
    case claimChunk = "claim_chunk"
    case beginChunk = "begin_chunk"
    case pendingItems = "pending_items"
    case lockLease = "lock_lease"
    case findProvenance = "find_provenance"
    case addProvenance = "add_provenance"
    case copyOutcomes = "copy_outcomes"
    case copyAttempts = "copy_attempts"
    case settleDone = "settle_done"
    case settleDeferred = "settle_deferred"
    case registerWorker = "register_worker"
    case beat
    case reap
    case promote
    case heldChunks = "held_chunks"
    case shouldDrain = "should_drain"
    case stopWorker = "stop_worker"
    case lockHeldChunk = "lock_held_chunk"
    case releaseResolutions = "release_resolutions"
    case nextUnresolved = "next_unresolved"
    case lockChunks = "lock_chunks"
    case resolveJob = "resolve_job"
    case readyChunks = "ready_chunks"
    case notifyWork = "notify_work"
    case lockResolution = "lock_resolution"
    case deferResolution = "defer_resolution"
    case addAttempt = "add_attempt"
    case preparePartitions = "prepare_partitions"
    case openJob = "open_job"
    case copyInputs = "copy_inputs"
    case closeJob = "close_job"
    case pictureCount = "picture_count"
    case jobStatus = "job_status"
    case listJobs = "list_jobs"
    case pauseJob = "pause_job"
    case resumeJob = "resume_job"
    case cancelJob = "cancel_job"
    case failJob = "fail_job"
    case deleteJob = "delete_job"
    case retryJob = "retry_job"
    case retain
    case queueDepth = "queue_depth"
    case results
    case lockMigrations = "lock_migrations"
    case hasMigrations = "has_migrations"
    case makeSchema = "make_schema"
    case makeMigrations = "make_migrations"
    case appliedMigrations = "applied_migrations"
    case addMigration = "add_migration"
    case removeMigration = "remove_migration"
    case copyModelNames = "copy_model_names"
    case clearModelNames = "clear_model_names"

    /// Whether the best plan depends on how large the tables are now.
    var isPlannedEachTime: Bool {
        self == .claimChunk || self == .pendingItems || self == .results || self == .listJobs
    }
}

/// The statements of this program, read once at start.
package struct StatementCatalog: Sendable {
    private let texts: [String: String]

    /// Reads the statements embedded in this program.
    ///
    /// - Throws: `JobQueueError` (`damaged`) when one is missing, twice there or not known.
    package static func embedded() throws(JobQueueError) -> StatementCatalog {
        var files: [String] = []
        while let text = unsafe apus_statement_file_at(Int32(files.count)) {
            files.append(unsafe String(cString: text))
        }
        return try StatementCatalog(files: files)
    }

    /// Splits files at their `-- name: …` markers.
    ///
    /// - Throws: `JobQueueError` (`damaged`) when a statement is missing, twice there or not known.
    package init(files: [String]) throws(JobQueueError) {
        let marker = "-- name: "
        var found: [String: String] = [:]
        for file in files {
            var name: String?
            var lines: [Substring] = []
            for line in file.split(separator: "\n", omittingEmptySubsequences: false) + [marker[...]] {
                guard line.hasPrefix(marker) else {
                    lines.append(line)
                    continue
                }
                if let name {
                    guard StatementName(rawValue: name) != nil, found[name] == nil else {
                        throw JobQueueError(
                            code: .damaged,
                            message: "statement \(name) is twice in the program or used by nothing"
                        )
                    }
                    found[name] = lines.joined(separator: "\n")
                }
                name = String(line.dropFirst(marker.count))
                lines = []
            }
        }
        for name in StatementName.allCases where found[name.rawValue] == nil {
            throw JobQueueError(
                code: .damaged,
                message: "statement \(name.rawValue) is missing in the program"
            )
        }
        texts = found
    }

    /// The statement of that name.
    package subscript(name: StatementName) -> Statement {
        Statement(
            name: name.rawValue,
            text: texts[name.rawValue, default: ""],
            isPlannedEachTime: name.isPlannedEachTime
        )
    }
}
