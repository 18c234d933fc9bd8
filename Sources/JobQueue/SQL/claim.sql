-- name: claim_chunk
-- $1 worker, $2 model key that it holds or NULL, $3 whether it begins at once, $4 patience in seconds.
-- The recursion steps through the groups of the claim's index (few), the laterals read one entry of each.
WITH RECURSIVE me AS MATERIALIZED (
    SELECT w.id, w.labels || ''::text AS labels, w.memory_bytes,
        count(held.id) > 0 AS is_busy, coalesce(bool_or(held.alone), false) AS is_alone
    FROM apus.worker AS w
    LEFT JOIN apus.chunk AS held ON held.worker_id = w.id AND held.state = 'running'
    WHERE w.id = $1 AND w.state = 'active'
    GROUP BY w.id
), kind AS (
    (SELECT alone, label, memory_bytes, model_key FROM apus.chunk WHERE state = 'ready'
     ORDER BY alone, label, memory_bytes, model_key LIMIT 1)
    UNION ALL
    SELECT next.* FROM kind CROSS JOIN LATERAL (
        SELECT c.alone, c.label, c.memory_bytes, c.model_key FROM apus.chunk AS c
        WHERE c.state = 'ready' AND (c.alone, c.label, c.memory_bytes, c.model_key)
            > (kind.alone, kind.label, kind.memory_bytes, kind.model_key)
        ORDER BY c.alone, c.label, c.memory_bytes, c.model_key LIMIT 1) AS next
), choice AS MATERIALIZED (
    SELECT kind.*
    FROM me CROSS JOIN kind CROSS JOIN LATERAL (
        SELECT c.priority, c.run_at, c.id FROM apus.chunk AS c
        WHERE c.state = 'ready' AND c.alone = kind.alone AND c.label = kind.label
            AND c.memory_bytes = kind.memory_bytes AND c.model_key = kind.model_key
        ORDER BY c.priority DESC, c.run_at, c.id LIMIT 1) AS head
    WHERE kind.label = ANY (me.labels) AND kind.memory_bytes <= me.memory_bytes
        AND NOT me.is_alone AND NOT (kind.alone AND me.is_busy)
    ORDER BY head.priority DESC,
        -- Nobody serves this model and it has waited too long: it beats the model that is at hand.
        (head.run_at < now() - make_interval(secs => $4) AND NOT EXISTS (
            SELECT FROM apus.chunk AS served
            WHERE served.state = 'running' AND served.model_key = kind.model_key)) DESC,
        (kind.model_key = $2::text::uuid) IS TRUE DESC,
        head.run_at, head.id
), pick AS MATERIALIZED (
    SELECT head.id FROM choice CROSS JOIN LATERAL (
        SELECT c.id FROM apus.chunk AS c
        WHERE c.state = 'ready' AND c.alone = choice.alone AND c.label = choice.label
            AND c.memory_bytes = choice.memory_bytes AND c.model_key = choice.model_key
        ORDER BY c.priority DESC, c.run_at, c.id LIMIT 1 FOR UPDATE SKIP LOCKED) AS head
    LIMIT 1
), claimed AS (
    UPDATE apus.chunk AS c
    SET state = 'running', worker_id = $1, attempt = c.attempt + 1, claimed_at = now(),
        began_at = CASE WHEN $3 THEN now() END
    FROM pick WHERE c.id = pick.id
    RETURNING c.id, c.job_id, c.attempt, c.first_ordinal, c.item_count, c.crashes, c.tries
), started AS (
    UPDATE apus.job AS j SET state = 'running', started_at = coalesce(j.started_at, now())
    FROM claimed WHERE j.id = claimed.job_id AND j.state = 'ready'
)
SELECT claimed.*, j.model, j.in_chans, j.options, j.max_tries, j.resolved_model, j.model_key,
    j.weights_sha256, j.weights_revision, j.weights_source, j.memory_bytes, j.configuration_sha256
FROM claimed JOIN apus.job AS j ON j.id = claimed.job_id;

-- name: begin_chunk
-- $1 chunk, $2 worker, $3 attempt.
UPDATE apus.chunk SET began_at = coalesce(began_at, now())
WHERE id = $1 AND worker_id = $2 AND attempt = $3 AND state = 'running';

-- name: pending_items
-- $1 job, $2 first ordinal, $3 count.
SELECT i.ordinal, i.uri, i.pixel_window, i.frame FROM apus.input AS i
WHERE i.job_id = $1 AND i.ordinal >= $2 AND i.ordinal < $2 + $3
    AND NOT EXISTS (SELECT FROM apus.outcome AS o WHERE o.job_id = i.job_id AND o.ordinal = i.ordinal)
ORDER BY i.ordinal;
