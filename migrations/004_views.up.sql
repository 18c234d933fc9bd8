-- The public interface for reading. Column names are timm's: filename, index, label, prob.

-- One row a picture. Ask for a job (`WHERE job_id = 7`) where there are many.
CREATE VIEW apus.results AS
    SELECT o.job_id, o.ordinal, i.uri AS filename, i.pixel_window, i.frame, o.status,
        o.index, o.label, o.prob, o.logit, o.embedding, o.output_uri, o.output_sha256,
        o.stage, o.code, o.message, o.worker_id, o.finished_at,
        o.fetch_ms, o.decode_ms, o.preprocess_ms, o.queue_wait_ms, o.infer_ms, o.write_ms,
        p.weights_sha256, nullif(p.weights_revision, '') AS weights_revision, p.build, p.isa, p.precision,
        p.preprocessing
    FROM apus.outcome AS o
    JOIN apus.input AS i ON i.job_id = o.job_id AND i.ordinal = o.ordinal
    LEFT JOIN apus.provenance AS p ON p.id = o.provenance_id;

-- One row a picture and rank; rank 1 is the best class.
CREATE VIEW apus.predictions AS
    SELECT o.job_id, o.ordinal, i.uri AS filename, i.pixel_window, i.frame, best.rank::integer AS rank,
        best.index, best.label, best.prob
    FROM apus.outcome AS o
    JOIN apus.input AS i ON i.job_id = o.job_id AND i.ordinal = o.ordinal
    CROSS JOIN LATERAL unnest(o.index, o.label, o.prob)
        WITH ORDINALITY AS best (index, label, prob, rank)
    WHERE o.status = 'done';

-- How far jobs are, and how fast.
CREATE VIEW apus.job_progress AS
    SELECT j.id AS job_id, j.model, j.resolved_model, j.in_chans, j.state, j.label, j.priority,
        j.picture_count AS pictures, j.done_count AS done, j.failed_count AS failed,
        j.quarantined_count AS quarantined,
        j.picture_count - j.done_count - j.failed_count - j.quarantined_count AS pending,
        speed.pictures_per_second,
        CASE WHEN j.state = 'running' AND speed.pictures_per_second > 0 THEN now() + make_interval(secs =>
            (j.picture_count - j.done_count - j.failed_count - j.quarantined_count) / speed.pictures_per_second)
        END AS expected_end,
        j.submitted_by, j.submitted_at, j.started_at, j.finished_at,
        j.failure_stage, j.failure_code, j.failure_message
    FROM apus.job AS j
    CROSS JOIN LATERAL (
        SELECT (j.done_count + j.failed_count + j.quarantined_count)
            / nullif(extract(epoch FROM coalesce(j.finished_at, now()) - j.started_at)::double precision, 0)
            AS pictures_per_second) AS speed;

-- Who did how much of a job.
CREATE VIEW apus.worker_share AS
    SELECT o.job_id, o.worker_id, w.host, w.pid, w.state, count(*) AS pictures,
        count(*) FILTER (WHERE o.status <> 'done') AS failed,
        min(o.finished_at) AS first_at, max(o.finished_at) AS last_at,
        avg(o.infer_ms) AS mean_infer_ms
    FROM apus.outcome AS o LEFT JOIN apus.worker AS w ON w.id = o.worker_id
    GROUP BY o.job_id, o.worker_id, w.host, w.pid, w.state;
