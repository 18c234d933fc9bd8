-- name: lock_lease
-- The fence. $1 chunk, $2 worker, $3 attempt.
SELECT run_at, tries FROM apus.chunk
WHERE id = $1 AND worker_id = $2 AND attempt = $3 AND state = 'running'
FOR UPDATE;

-- name: find_provenance
-- $1 weights, $2 revision, $3 build, $4 instruction set, $5 precision, $6 preprocessing.
SELECT id FROM apus.provenance
WHERE weights_sha256 = $1 AND weights_revision = $2 AND build = $3 AND isa = $4 AND precision = $5
    AND preprocessing = $6;

-- name: add_provenance
INSERT INTO apus.provenance (weights_sha256, weights_revision, build, isa, precision, preprocessing)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: copy_outcomes
COPY apus.outcome (job_id, ordinal, status, worker_id, provenance_id, fetch_ms, decode_ms, preprocess_ms,
    queue_wait_ms, infer_ms, write_ms, stage, code, message, index, prob, label, output_uri, output_sha256,
    logit, embedding, output_shape, output_dtype)
FROM STDIN (FORMAT binary);

-- name: copy_attempts
COPY apus.attempt (job_id, chunk_id, ordinal, attempt, worker_id, stage, code, message)
FROM STDIN (FORMAT binary);

-- name: settle_done
-- Ends the lease; pictures without an outcome return at once, without blame. $1 chunk, $2 done, $3 failed.
SELECT apus.settle_chunk(id, 'ready', run_at, $2, $3, 0) AS is_last FROM apus.chunk WHERE id = $1;

-- name: settle_deferred
-- Ends the lease; pictures without an outcome wait. $1 chunk, $2 done, $3 failed, $4 first pause in seconds,
-- $5 longest pause, $6 the pause that the other side asked for. Half to one and a half times the pause, so that
-- what failed together is not tried together.
SELECT apus.settle_chunk(id, 'scheduled', now() + make_interval(secs =>
    greatest($6, least($5, $4 * power(2, least(tries, 30))) * (0.5 + random()))), $2, $3, 0) AS is_last
FROM apus.chunk WHERE id = $1;
