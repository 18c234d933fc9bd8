-- How leases end, by completion, by being given back or by the death of their worker.

-- Ends the lease of a chunk that this transaction has locked, and counts `done`, `failed` and `quarantined`
-- outcomes that it added. A chunk with pending pictures becomes `next_state`, at `next_run_at`, unless its job
-- is paused or over. Returns whether the job is done by that.
CREATE FUNCTION apus.settle_chunk(
    chunk_id bigint, next_state apus.chunk_state, next_run_at timestamptz,
    done integer, failed integer, quarantined integer
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    -- A plan made while the outcomes were few would be kept when they are many.
    SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    chunk apus.chunk;
    job apus.job;
    pending integer;
    is_closed boolean;
    is_last boolean;
BEGIN
    SELECT * INTO STRICT chunk FROM apus.chunk AS c WHERE c.id = settle_chunk.chunk_id FOR UPDATE;
    SELECT chunk.item_count - count(*) INTO pending FROM apus.outcome AS o
        WHERE o.job_id = chunk.job_id AND o.ordinal >= chunk.first_ordinal
            AND o.ordinal < chunk.first_ordinal + chunk.item_count;
    SELECT * INTO STRICT job FROM apus.job AS j WHERE j.id = chunk.job_id FOR UPDATE;
    is_closed := pending = 0 OR job.state IN ('cancelled', 'failed');
    is_last := is_closed AND job.open_chunks = 1 AND job.state IN ('ready', 'running', 'paused');
    UPDATE apus.chunk AS c SET
            state = CASE
                WHEN pending = 0 THEN 'done'
                WHEN is_closed THEN 'cancelled'
                WHEN job.state = 'paused' THEN 'paused'
                ELSE next_state
            END,
            run_at = next_run_at,
            tries = c.tries + CASE WHEN next_state = 'scheduled' AND pending > 0 THEN 1 ELSE 0 END,
            worker_id = NULL, claimed_at = NULL, began_at = NULL
        WHERE c.id = chunk.id;
    UPDATE apus.job AS j SET
            done_count = j.done_count + done, failed_count = j.failed_count + failed,
            quarantined_count = j.quarantined_count + quarantined,
            open_chunks = j.open_chunks - CASE WHEN is_closed THEN 1 ELSE 0 END,
            state = CASE WHEN is_last THEN 'done' ELSE j.state END,
            finished_at = CASE WHEN is_last THEN now() ELSE j.finished_at END
        WHERE j.id = job.id;
    IF is_last THEN PERFORM pg_notify('apus_job', job.id::text); END IF;
    RETURN is_last;
END $$;

-- Takes a chunk, locked by this transaction, from a dead worker. One that had not begun is not guilty. One that
-- had runs alone from now on; when it kills a worker alone, it is halved; the picture that is left is set aside
-- when it has killed twice alone.
CREATE FUNCTION apus.take_from_dead(chunk_id bigint) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    chunk apus.chunk;
    pending integer[];
    middle integer;
    -- Whether the process died while it worked on this chunk. A chunk that is lost again and again before it
    -- begins is no longer above suspicion.
    is_guilty boolean;
    seen text;
BEGIN
    SELECT * INTO STRICT chunk FROM apus.chunk AS c WHERE c.id = take_from_dead.chunk_id FOR UPDATE;
    is_guilty := chunk.began_at IS NOT NULL OR chunk.attempt >= 20;
    SELECT coalesce(array_agg(i.ordinal ORDER BY i.ordinal), '{}') INTO pending FROM apus.input AS i
        WHERE i.job_id = chunk.job_id AND i.ordinal >= chunk.first_ordinal
            AND i.ordinal < chunk.first_ordinal + chunk.item_count
            AND NOT EXISTS (SELECT FROM apus.outcome AS o WHERE o.job_id = i.job_id AND o.ordinal = i.ordinal);
    INSERT INTO apus.attempt (job_id, chunk_id, ordinal, attempt, worker_id, stage, code, message)
        VALUES (chunk.job_id, chunk.id, CASE WHEN cardinality(pending) = 1 THEN pending[1] END, chunk.attempt,
            chunk.worker_id, 'process', CASE WHEN is_guilty THEN 'worker_died' ELSE 'worker_lost' END,
            CASE WHEN is_guilty THEN 'the worker died or was cut off while it worked on this chunk'
                ELSE 'the worker died or was cut off before it began this chunk' END);

    IF NOT is_guilty OR cardinality(pending) = 0 THEN
        PERFORM apus.settle_chunk(chunk.id, 'ready', chunk.run_at, 0, 0, 0);
    ELSIF chunk.crashes = 0 OR (cardinality(pending) = 1 AND chunk.crashes = 1) THEN
        UPDATE apus.chunk AS c SET crashes = c.crashes + 1 WHERE c.id = chunk.id;
        PERFORM apus.settle_chunk(chunk.id, 'ready', now(), 0, 0, 0);
    ELSIF cardinality(pending) > 1 THEN
        middle := pending[cardinality(pending) / 2 + 1];
        INSERT INTO apus.chunk (job_id, first_ordinal, item_count, model_key, label, memory_bytes, priority,
                run_at, state, crashes)
            SELECT chunk.job_id, middle, chunk.first_ordinal + chunk.item_count - middle, chunk.model_key,
                chunk.label, chunk.memory_bytes, chunk.priority, now(),
                CASE WHEN j.state = 'paused' THEN 'paused' WHEN j.state IN ('cancelled', 'failed') THEN 'cancelled'
                    ELSE 'ready' END::apus.chunk_state, 1
            FROM apus.job AS j WHERE j.id = chunk.job_id FOR UPDATE;
        UPDATE apus.chunk AS c SET item_count = middle - chunk.first_ordinal, crashes = 1 WHERE c.id = chunk.id;
        UPDATE apus.job AS j SET open_chunks = j.open_chunks + 1
            WHERE j.id = chunk.job_id AND j.state NOT IN ('cancelled', 'failed');
        PERFORM apus.settle_chunk(chunk.id, 'ready', now(), 0, 0, 0);
    ELSE
        seen := format('a worker process died %s times while it worked on this picture', chunk.crashes + 1);
        INSERT INTO apus.outcome (job_id, ordinal, status, worker_id, stage, code, message)
            VALUES (chunk.job_id, pending[1], 'quarantined', chunk.worker_id, 'process', 'quarantined', seen);
        PERFORM apus.settle_chunk(chunk.id, 'ready', now(), 0, 0, 1);
    END IF;
END $$;

-- Takes workers without a heartbeat for dead and returns what they held. Any worker may call it; one does at a
-- time. Chunks that a completion holds at this moment are left for the next call. Returns the workers found.
CREATE FUNCTION apus.reap() RETURNS integer LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_dead integer;
    held bigint;
    orphan record;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('apus.reap')) THEN RETURN 0; END IF;
    UPDATE apus.worker AS w SET state = 'dead', stopped_at = now() WHERE w.id IN (
        SELECT id FROM apus.worker WHERE state = 'active' AND heartbeat_at < now() - lease
        ORDER BY id FOR UPDATE SKIP LOCKED);
    GET DIAGNOSTICS found_dead = ROW_COUNT;
    FOR held IN
        SELECT c.id FROM apus.chunk AS c JOIN apus.worker AS w ON w.id = c.worker_id
        WHERE c.state = 'running' AND w.state <> 'active' ORDER BY c.id
    LOOP
        PERFORM FROM apus.chunk AS c JOIN apus.worker AS w ON w.id = c.worker_id
            WHERE c.id = held AND c.state = 'running' AND w.state <> 'active' FOR UPDATE OF c SKIP LOCKED;
        IF FOUND THEN PERFORM apus.take_from_dead(held); END IF;
    END LOOP;
    FOR orphan IN
        SELECT j.id, j.resolve_attempt, j.max_tries, j.resolve_worker_id
        FROM apus.job AS j JOIN apus.worker AS w ON w.id = j.resolve_worker_id
        WHERE j.state = 'resolving' AND w.state <> 'active' ORDER BY j.id FOR UPDATE OF j SKIP LOCKED
    LOOP
        INSERT INTO apus.attempt (job_id, attempt, worker_id, stage, code, message)
            VALUES (orphan.id, orphan.resolve_attempt, orphan.resolve_worker_id, 'resolve', 'worker_died',
                'the worker died or was cut off while it resolved the model');
        UPDATE apus.job AS j SET resolve_worker_id = NULL WHERE j.id = orphan.id;
        IF orphan.resolve_attempt >= orphan.max_tries THEN
            PERFORM apus.end_job(orphan.id, 'resolve', 'worker_died', format(
                'workers died %s times while they resolved the model', orphan.resolve_attempt));
        END IF;
    END LOOP;
    RETURN found_dead;
END $$;

-- Makes scheduled chunks whose time has come ready; returns how many.
CREATE FUNCTION apus.promote() RETURNS bigint LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH promoted AS (
        UPDATE apus.chunk SET state = 'ready' WHERE id IN (
            SELECT id FROM apus.chunk WHERE state = 'scheduled' AND run_at <= now()
            ORDER BY run_at LIMIT 1000 FOR UPDATE SKIP LOCKED)
        RETURNING 1
    )
    SELECT count(*) FROM promoted
$$;
