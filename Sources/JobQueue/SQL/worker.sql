-- name: register_worker
-- $1 host, $2 pid, $3 build, $4 instruction set, $5 threads, $6 labels, $7 memory, $8 lease in seconds.
INSERT INTO apus.worker (host, pid, build, isa, threads, labels, memory_bytes, lease)
VALUES ($1, $2, $3, $4, $5, $6, $7, make_interval(secs => $8))
RETURNING id;

-- name: beat
-- $1 worker.
UPDATE apus.worker SET heartbeat_at = now() WHERE id = $1 AND state = 'active';

-- name: reap
SELECT apus.reap() AS reaped;

-- name: promote
SELECT apus.promote() AS promoted;

-- name: held_chunks
-- $1 worker.
SELECT c.id, c.job_id, j.state IN ('cancelled', 'failed') AS is_ended
FROM apus.chunk AS c JOIN apus.job AS j ON j.id = c.job_id
WHERE c.state = 'running' AND c.worker_id = $1;

-- name: should_drain
-- Whether chunks that must run alone have waited for a while, and this worker, $1, is among as many of those
-- that could serve them. $2 patience in seconds.
SELECT EXISTS (
    SELECT FROM apus.worker AS me CROSS JOIN LATERAL (
        SELECT count(*) AS waiting FROM apus.chunk AS c
        WHERE c.state = 'ready' AND c.alone AND c.label = ANY (me.labels || ''::text)
            AND c.memory_bytes <= me.memory_bytes AND c.run_at < now() - make_interval(secs => $2)) AS suspects
    WHERE me.id = $1 AND me.state = 'active' AND suspects.waiting > (
        SELECT count(*) FROM apus.worker AS other
        WHERE other.state = 'active' AND other.id < me.id AND other.labels @> me.labels)
) AS should_drain;

-- name: stop_worker
-- $1 worker.
UPDATE apus.worker SET state = 'stopped', stopped_at = now() WHERE id = $1 AND state = 'active';

-- name: lock_held_chunk
-- $1 chunk, $2 worker.
SELECT id FROM apus.chunk WHERE id = $1 AND worker_id = $2 AND state = 'running' FOR UPDATE;

-- name: release_resolutions
-- $1 worker.
UPDATE apus.job SET resolve_worker_id = NULL WHERE state = 'resolving' AND resolve_worker_id = $1;
