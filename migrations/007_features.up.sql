-- Feature maps: what the file of output_uri holds. New columns without a default and a constraint that is not tried on
-- rows that are there: no table is rewritten or read.
ALTER TABLE apus.outcome
    ADD COLUMN output_shape integer[],
    ADD COLUMN output_dtype text,
    ADD CONSTRAINT files_tell_what_they_hold
        CHECK (num_nonnulls(output_uri, output_shape, output_dtype) IN (0, 3)) NOT VALID;

CREATE OR REPLACE VIEW apus.results AS
    SELECT o.job_id, o.ordinal, i.uri AS filename, i.pixel_window, i.frame, o.status,
        o.index, o.label, o.prob, o.logit, o.embedding, o.output_uri, o.output_sha256,
        o.stage, o.code, o.message, o.worker_id, o.finished_at,
        o.fetch_ms, o.decode_ms, o.preprocess_ms, o.queue_wait_ms, o.infer_ms, o.write_ms,
        p.weights_sha256, nullif(p.weights_revision, '') AS weights_revision, p.build, p.isa, p.precision,
        p.preprocessing, o.output_shape, o.output_dtype
    FROM apus.outcome AS o
    JOIN apus.input AS i ON i.job_id = o.job_id AND i.ordinal = o.ordinal
    LEFT JOIN apus.provenance AS p ON p.id = o.provenance_id;
