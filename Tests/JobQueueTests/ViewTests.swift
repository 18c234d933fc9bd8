import JobQueue
import Logging
import PostgreSQL
import TestSupport
import Testing

/// What people read with SQL.
@Suite struct ViewTests {
    private static let file = OutputFile(
        uri: "s3://b/1.npy",
        sha256: QueueFixture.sha256,
        shape: [2, 7, 7],
        type: "float32"
    )

    private static let columns = [
        "results": [
            "job_id", "ordinal", "filename", "pixel_window", "frame", "status", "index", "label", "prob",
            "logit",
            "embedding", "output_uri", "output_sha256", "stage", "code", "message", "worker_id",
            "finished_at",
            "fetch_ms", "decode_ms", "preprocess_ms", "queue_wait_ms", "infer_ms", "write_ms",
            "weights_sha256",
            "weights_revision", "build", "isa", "precision", "preprocessing", "output_shape", "output_dtype",
        ],
        "predictions": [
            "job_id", "ordinal", "filename", "pixel_window", "frame", "rank", "index", "label", "prob",
        ],
        "job_progress": [
            "job_id", "model", "resolved_model", "in_chans", "state", "label", "priority", "pictures", "done",
            "failed", "quarantined", "pending", "pictures_per_second", "expected_end", "submitted_by",
            "submitted_at", "started_at", "finished_at", "failure_stage", "failure_code", "failure_message",
        ],
        "worker_share": [
            "job_id", "worker_id", "host", "pid", "state", "pictures", "failed", "first_at", "last_at",
            "mean_infer_ms",
        ],
    ]

    @Test(arguments: columns.keys.sorted())
    func columnsKeepTheirNames(view: String) async throws {
        try await TestDatabase.with { database in
            let query = """
                SELECT attname::text AS name FROM pg_attribute
                WHERE attrelid = 'apus.\(view)'::regclass AND attnum > 0 ORDER BY attnum
                """
            let names = try await database.column("name", of: query, as: String.self)
            #expect(names == Self.columns[view])
        }
    }

    @Test func rowsReadAsTheyWereWritten() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            let job = try await QueueFixture.submit(to: queue, count: 3)
            let workers = [try await QueueFixture.worker(queue), try await QueueFixture.worker(queue)]
            let first = try #require(try await queue.claim(for: workers[0], holding: nil, begins: true))
            var outcomes = [QueueFixture.answer(0)]
            outcomes.append(
                Outcome(
                    ordinal: 1,
                    result: .done(
                        Prediction(
                            logit: [0.5, -1],
                            embedding: [2],
                            output: Self.file
                        )
                    )
                )
            )
            _ = try await queue.complete(first, outcomes: outcomes, provenance: QueueFixture.provenance)
            let second = try #require(try await queue.claim(for: workers[1], holding: nil, begins: true))
            _ = try await QueueFixture.finish(second, queue)

            let labels =
                "SELECT label[1] AS best FROM apus.results WHERE job_id = \(job) AND index IS NOT NULL"
            #expect(try await database.column("best", of: labels, as: String.self) == ["tabby", "tabby"])
            let ranks = """
                SELECT filename || ' ' || rank || ' ' || index || ' ' || label || ' ' || prob AS row
                FROM apus.predictions ORDER BY ordinal, rank
                """
            #expect(
                try await database.column("row", of: ranks, as: String.self) == [
                    "file:///pictures/0.jpg 1 0 tabby 0.75", "file:///pictures/0.jpg 2 7 tiger cat 0.125",
                    "file:///pictures/2.jpg 1 2 tabby 0.75", "file:///pictures/2.jpg 2 7 tiger cat 0.125",
                ]
            )
            let share = "SELECT pictures FROM apus.worker_share ORDER BY worker_id"
            #expect(try await database.column("pictures", of: share, as: Int64.self) == [2, 1])
            let rows = try await queue.results(of: job)
            #expect(rows.map(\.prediction.logit) == [nil, [0.5, -1], nil])
            #expect(rows[1].prediction.embedding == [2])
            #expect(rows[1].prediction.output == Self.file)
            await queue.close()
        }
    }

    @Test func columnsThatDisagreeAreRefused() async throws {
        try await TestDatabase.with { database in
            let queue = try database.makeQueue()
            _ = try await QueueFixture.submit(to: queue, count: 1)
            for lie in [
                "UPDATE apus.job SET state = 'done'", "UPDATE apus.job SET finished_at = now()",
                "UPDATE apus.job SET state = 'failed', finished_at = now()",
                "UPDATE apus.job SET model_key = NULL",
                "UPDATE apus.chunk SET state = 'running'", "UPDATE apus.chunk SET model_key = NULL",
                "UPDATE apus.chunk SET began_at = now()", "UPDATE apus.job SET done_count = 2",
                "INSERT INTO apus.outcome (job_id, ordinal, status) VALUES (1, 0, 'done')",
                "INSERT INTO apus.outcome (job_id, ordinal, status) VALUES (1, 0, 'failed')",
                "INSERT INTO apus.outcome (job_id, ordinal, status, output_shape) VALUES (1, 0, 'failed', '{1}')",
            ] {
                let error = await #expect(throws: PostgreSQLError.self, "\(lie)") {
                    try await database.script(lie)
                }
                #expect(error?.sqlState == "23514", "\(lie)")
            }
            await queue.close()
        }
    }
}
