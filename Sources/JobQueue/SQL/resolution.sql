-- name: next_unresolved
-- $1 worker.
WITH pick AS (
    SELECT j.id FROM apus.worker AS w CROSS JOIN LATERAL (
        SELECT id FROM apus.job
        WHERE state = 'resolving' AND resolve_worker_id IS NULL AND resolve_at <= now()
            AND label = ANY (w.labels || ''::text)
        ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED) AS j
    WHERE w.id = $1 AND w.state = 'active'
)
UPDATE apus.job AS j SET resolve_worker_id = $1, resolve_attempt = j.resolve_attempt + 1
FROM pick WHERE j.id = pick.id
RETURNING j.id, j.model, j.in_chans, j.options, j.resolve_attempt AS attempt, j.max_tries;

-- name: lock_chunks
-- $1 job.
SELECT count(*) AS chunks FROM (
    SELECT id FROM apus.chunk WHERE job_id = $1 ORDER BY id FOR UPDATE) AS locked;

-- name: resolve_job
-- $1 job, $2 worker or NULL where the client resolves, $3 attempt, $4 model, $5 key, $6 weights, $7 revision,
-- $8 source, $9 memory, $10 configuration or NULL.
UPDATE apus.job SET state = 'ready', resolve_worker_id = NULL, resolved_model = $4, model_key = $5::text::uuid,
    weights_sha256 = $6, weights_revision = $7, weights_source = $8, memory_bytes = $9,
    configuration_sha256 = $10
WHERE id = $1 AND state = 'resolving' AND resolve_worker_id IS NOT DISTINCT FROM $2 AND resolve_attempt = $3;

-- name: ready_chunks
-- $1 job.
UPDATE apus.chunk AS c SET state = 'ready', model_key = j.model_key, memory_bytes = j.memory_bytes, run_at = now()
FROM apus.job AS j WHERE j.id = $1 AND c.job_id = j.id AND c.state = 'paused';

-- name: notify_work
-- $1 job.
SELECT pg_notify('apus_work', $1::bigint::text);

-- name: lock_resolution
-- The fence of a resolution. $1 job, $2 worker, $3 attempt.
SELECT model FROM apus.job
WHERE id = $1 AND state = 'resolving' AND resolve_worker_id = $2 AND resolve_attempt = $3;

-- name: defer_resolution
-- $1 job, $2 worker, $3 attempt, $4 first pause in seconds, $5 longest pause, $6 the pause asked for.
UPDATE apus.job SET resolve_worker_id = NULL, resolve_at = now() + make_interval(secs =>
    greatest($6, least($5, $4 * power(2, least(resolve_attempt, 30))) * (0.5 + random())))
WHERE id = $1 AND state = 'resolving' AND resolve_worker_id = $2 AND resolve_attempt = $3;

-- name: add_attempt
-- $1 job, $2 attempt, $3 worker, $4 stage, $5 code, $6 message.
INSERT INTO apus.attempt (job_id, attempt, worker_id, stage, code, message)
VALUES ($1, $2, $3, $4::text::apus.stage, $5, $6);
