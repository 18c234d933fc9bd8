-- The files stay; what they hold is told by themselves.
DROP VIEW apus.results;
ALTER TABLE apus.outcome DROP CONSTRAINT files_tell_what_they_hold, DROP COLUMN output_shape, DROP COLUMN output_dtype;

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

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('apus_submitter', 'apus_worker', 'apus_reader')) = 3 THEN
        GRANT SELECT ON apus.results TO apus_submitter, apus_worker, apus_reader;
    END IF;
END $$;
