import FoundationEssentials
import PostgreSQL

extension JobQueue {
    /// Reads the next results of a job by rising ordinal: at most `limit` rows behind `ordinal`, fewer only at
    /// the end of what is stored.
    ///
    /// - Throws: `JobQueueError`.
    public func results(of job: JobID, after ordinal: Int32? = nil, limit: Int = 1000) async throws
        -> [ResultRow]
    {
        try await run { session, statements in
            let values: [Value] = [.int64(job.rawValue), .int32(ordinal ?? -1), .int64(Int64(limit))]
            return try session.query(statements[.results], values).map { try ResultRow($0) }
        }
    }
}

extension ResultRow {
    /// Reads a row of `apus.results`.
    init(_ row: Row) throws {
        let statusName: String = try row.get("status")
        guard let status = OutcomeStatus(rawValue: statusName) else {
            throw JobQueueError(code: .damaged, message: "unknown outcome status \(statusName)")
        }
        ordinal = try row.get("ordinal")
        input = try InputItem(row, uri: "filename")
        self.status = status
        prediction = Prediction(
            index: try row.getIfPresent("index") ?? [],
            prob: try row.getIfPresent("prob") ?? [],
            label: try row.getIfPresent("label") ?? [],
            logit: try row.getIfPresent("logit"),
            embedding: try row.getIfPresent("embedding"),
            output: try row.getIfPresent("output_uri").map { uri in
                let shape: [Int32] = try row.getIfPresent("output_shape") ?? []
                return OutputFile(
                    uri: uri,
                    sha256: try row.get("output_sha256"),
                    shape: shape.map(Int.init),
                    type: try row.getIfPresent("output_dtype") ?? ""
                )
            }
        )
        failure = try RowFailure(row, stage: "stage", code: "code", message: "message", disposition: .failRow)
        timings = try StageTimings(row)
        worker = try row.getIfPresent("worker_id").map { WorkerID(rawValue: $0) }
        finishedAt = Date(try row.get("finished_at"))
        provenance = try row.getIfPresent("weights_sha256").map { sha256 in
            Provenance(
                weightsSHA256: sha256,
                weightsRevision: try row.getIfPresent("weights_revision"),
                build: try row.get("build"),
                instructionSet: try row.get("isa"),
                precision: try row.get("precision"),
                preprocessing: try row.get("preprocessing")
            )
        }
    }
}

extension StageTimings {
    /// Reads the columns in milliseconds.
    init(_ row: Row) throws {
        func duration(_ column: String) throws -> Duration? {
            try row.getIfPresent(column, as: Float.self).map { .microseconds(Double($0) * 1000) }
        }
        self.init(
            fetch: try duration("fetch_ms"),
            decode: try duration("decode_ms"),
            preprocess: try duration("preprocess_ms"),
            queueWait: try duration("queue_wait_ms"),
            infer: try duration("infer_ms"),
            write: try duration("write_ms")
        )
    }
}

extension InputItem {
    /// Reads a picture's address, window and frame.
    init(_ row: Row, uri column: String) throws {
        let window: [Int32]? = try row.getIfPresent("pixel_window")
        self.init(
            uri: try row.get(column),
            window: window.flatMap { values in
                values.count == 4
                    ? PixelWindow(x: values[0], y: values[1], width: values[2], height: values[3]) : nil
            },
            frame: try row.getIfPresent("frame")
        )
    }
}
