-- What changes the queue as a whole. Everything here may be called from psql.

-- Jobs in a partition. Never changed: partitions that exist have their bounds.
CREATE FUNCTION apus.partition_span() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT 100::bigint $$;

-- Makes the partitions that a job's rows go to. A table is made beside its parent and attached, which blocks
-- neither readers nor writers of the parent.
CREATE FUNCTION apus.ensure_partitions(job_id bigint) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    span bigint := ensure_partitions.job_id / apus.partition_span();
    parent text;
    part text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['input', 'outcome', 'attempt'] LOOP
        part := format('%s_%s', parent, lpad(span::text, 6, '0'));
        CONTINUE WHEN to_regclass('apus.' || part) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('apus.ensure_partitions'));
        -- The catalogue itself: to_regclass remembers that there was none before the lock was had.
        CONTINUE WHEN EXISTS (
            SELECT FROM pg_class WHERE relname = part AND relnamespace = 'apus'::regnamespace);
        EXECUTE format('CREATE TABLE apus.%I (LIKE apus.%I INCLUDING ALL)', part, parent);
        EXECUTE format('ALTER TABLE apus.%I ATTACH PARTITION apus.%I FOR VALUES FROM (%s) TO (%s)',
            parent, part, span * apus.partition_span(), (span + 1) * apus.partition_span());
    END LOOP;
END $$;

-- Makes the partitions of the next jobs ahead of a long submission, in a transaction of its own.
CREATE FUNCTION apus.prepare_partitions() RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    next_id bigint := (SELECT last_value + 1 FROM apus.job_id_seq);
BEGIN
    PERFORM apus.ensure_partitions(next_id);
    PERFORM apus.ensure_partitions(next_id + apus.partition_span() / 2);
END $$;

-- The names that share the longest beginning with what was asked for.
CREATE FUNCTION apus.nearest_model_names(asked text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(name, ', ') FROM (
        SELECT name FROM apus.model_name
        ORDER BY (SELECT max(length) FROM generate_series(0, length(asked)) AS length
                  WHERE left(name, length) = left(asked, length)) DESC,
            abs(length(name) - length(asked)), name
        LIMIT 3) AS nearest
$$;

CREATE FUNCTION apus.option_names() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY['batch_size', 'checkpoint', 'crop_mode', 'crop_pct', 'img_size', 'input_size', 'interpolation',
        'label_type', 'mean', 'num_classes', 'output_type', 'output_uri', 'precision', 'preprocess', 'std',
        'topk', 'use_test_size']
$$;

-- Begins a submission: checks what can be checked without a hub and stores the job. Pictures follow in
-- apus.input, and apus.close_job in the same transaction.
CREATE FUNCTION apus.open_job(
    model text, in_chans integer, options jsonb, priority integer, label text, idempotency_key text,
    max_tries integer, OUT id bigint, OUT is_new boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bare text := regexp_replace(open_job.model, '^(hf-hub:|hf_hub:)?(timm/)?', '');
    known apus.model_name;
    earlier apus.job;
    unknown text;
BEGIN
    -- A folder on the worker's machine is its worker's business.
    IF open_job.model !~ '^(/|local-dir:)' THEN
        SELECT * INTO known FROM apus.model_name AS m WHERE m.name = bare;
        IF NOT FOUND THEN
            IF NOT EXISTS (SELECT FROM apus.model_name) THEN
                RAISE EXCEPTION 'the table of model names is empty'
                    USING ERRCODE = 'undefined_object', HINT = 'run: apus db migrate';
            END IF;
            RAISE EXCEPTION 'unknown model %', open_job.model
                USING ERRCODE = 'undefined_object', HINT = 'nearest: ' || apus.nearest_model_names(bare);
        END IF;
        IF known.in_chans IS NOT NULL AND open_job.in_chans <> ALL (known.in_chans) THEN
            RAISE EXCEPTION 'the first layer of % cannot be adapted to % channels', open_job.model,
                open_job.in_chans
                USING ERRCODE = 'invalid_parameter_value',
                    HINT = 'possible: ' || array_to_string(known.in_chans, ', ');
        END IF;
    END IF;
    SELECT string_agg(key, ', ') INTO unknown
        FROM jsonb_object_keys(open_job.options) AS key WHERE key <> ALL (apus.option_names());
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'unknown option %', unknown
            USING ERRCODE = 'invalid_parameter_value', HINT = 'known: ' || array_to_string(apus.option_names(), ', ');
    END IF;

    id := nextval('apus.job_id_seq');
    PERFORM apus.ensure_partitions(id);
    INSERT INTO apus.job (id, model, in_chans, options, priority, label, idempotency_key, max_tries, state)
        VALUES (open_job.id, open_job.model, open_job.in_chans, open_job.options, open_job.priority,
            open_job.label, open_job.idempotency_key, open_job.max_tries, 'resolving')
        ON CONFLICT ON CONSTRAINT job_idempotency_key_key DO NOTHING;
    is_new := FOUND;
    IF is_new THEN RETURN; END IF;

    SELECT * INTO STRICT earlier FROM apus.job AS j WHERE j.idempotency_key = open_job.idempotency_key;
    IF (earlier.model, earlier.in_chans, earlier.options)
        IS DISTINCT FROM (open_job.model, open_job.in_chans, open_job.options) THEN
        RAISE EXCEPTION 'job % has this idempotency key and another model, channel count or options', earlier.id
            USING ERRCODE = 'unique_violation', HINT = 'use another key';
    END IF;
    id := earlier.id;
END $$;

-- Ends a submission: cuts the pictures into chunks and wakes the workers once.
CREATE FUNCTION apus.close_job(job_id bigint, chunk_size integer DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    pictures bigint;
    size integer;
BEGIN
    SELECT count(*) INTO pictures FROM apus.input AS i WHERE i.job_id = close_job.job_id;
    IF pictures = 0 THEN
        RAISE EXCEPTION 'a job needs at least one picture' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- By default enough chunks for many workers, and never so small that the queue costs more than the work.
    size := coalesce(close_job.chunk_size, least(256, greatest(16, pictures / 64)));
    IF size NOT BETWEEN 1 AND 4096 THEN
        RAISE EXCEPTION 'chunk_size % is not between 1 and 4096', size USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO apus.chunk (job_id, first_ordinal, item_count, label, priority, state)
        SELECT j.id, first, least(size, pictures - first), j.label, j.priority, 'paused'
        FROM apus.job AS j CROSS JOIN generate_series(0, pictures - 1, size) AS first
        WHERE j.id = close_job.job_id;
    UPDATE apus.job AS j SET picture_count = pictures, open_chunks = (pictures + size - 1) / size
        WHERE j.id = close_job.job_id;
    PERFORM pg_notify('apus_work', close_job.job_id::text);
    RETURN pictures;
END $$;

-- Submits pictures; returns the job's number. Needs no hub: a worker resolves the model's name.
CREATE FUNCTION apus.submit(
    model text, uris text[], in_chans integer DEFAULT 3, options jsonb DEFAULT '{}', priority integer DEFAULT 0,
    label text DEFAULT '', idempotency_key text DEFAULT NULL, chunk_size integer DEFAULT NULL,
    max_tries integer DEFAULT 5
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    opened record;
BEGIN
    opened := apus.open_job(
        submit.model, submit.in_chans, submit.options, submit.priority, submit.label, submit.idempotency_key,
        submit.max_tries);
    IF NOT opened.is_new THEN RETURN opened.id; END IF;
    INSERT INTO apus.input (job_id, ordinal, uri)
        SELECT opened.id, item.ordinal - 1, item.uri
        FROM unnest(submit.uris) WITH ORDINALITY AS item (uri, ordinal);
    PERFORM apus.close_job(opened.id, submit.chunk_size);
    RETURN opened.id;
END $$;

-- Locks a job's chunks, then the job, and returns the job.
CREATE FUNCTION apus.lock_job(job_id bigint) RETURNS apus.job LANGUAGE plpgsql AS $$
DECLARE
    job apus.job;
BEGIN
    PERFORM FROM apus.chunk AS c WHERE c.job_id = lock_job.job_id ORDER BY c.id FOR UPDATE;
    SELECT * INTO job FROM apus.job AS j WHERE j.id = lock_job.job_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no job %', lock_job.job_id USING ERRCODE = 'no_data_found';
    END IF;
    RETURN job;
END $$;

CREATE FUNCTION apus.refuse_state(job apus.job, wish text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'job % is % and cannot be %', job.id, job.state, wish
        USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;

-- Stops claims of a job; what is held is finished.
CREATE FUNCTION apus.pause(job_id bigint) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    job apus.job := apus.lock_job(pause.job_id);
BEGIN
    IF job.state NOT IN ('resolving', 'ready', 'running', 'paused') THEN
        PERFORM apus.refuse_state(job, 'paused');
    END IF;
    UPDATE apus.chunk AS c SET state = 'paused'
        WHERE c.job_id = pause.job_id AND c.state IN ('ready', 'scheduled');
    UPDATE apus.job AS j SET state = 'paused', resolve_worker_id = NULL WHERE j.id = pause.job_id;
END $$;

-- Lets a paused job go on.
CREATE FUNCTION apus.resume(job_id bigint) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    job apus.job := apus.lock_job(resume.job_id);
BEGIN
    IF job.state <> 'paused' THEN PERFORM apus.refuse_state(job, 'resumed'); END IF;
    IF job.model_key IS NOT NULL THEN
        UPDATE apus.chunk AS c
            SET state = CASE WHEN c.run_at > now() THEN 'scheduled' ELSE 'ready' END::apus.chunk_state
            WHERE c.job_id = resume.job_id AND c.state = 'paused';
    END IF;
    UPDATE apus.job AS j SET state = CASE
            WHEN j.model_key IS NULL THEN 'resolving' WHEN j.started_at IS NULL THEN 'ready' ELSE 'running'
        END::apus.job_state
        WHERE j.id = resume.job_id;
    PERFORM pg_notify('apus_work', resume.job_id::text);
END $$;

-- Ends a job; with a failure as failed, without as cancelled. What workers hold, they are told to drop.
CREATE FUNCTION apus.end_job(job_id bigint, stage apus.stage, code text, message text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    job apus.job := apus.lock_job(end_job.job_id);
    closed integer;
BEGIN
    IF job.state IN ('done', 'cancelled', 'failed') THEN
        PERFORM apus.refuse_state(job, CASE WHEN code IS NULL THEN 'cancelled' ELSE 'failed' END);
    END IF;
    UPDATE apus.chunk AS c SET state = 'cancelled'
        WHERE c.job_id = end_job.job_id AND c.state IN ('ready', 'scheduled', 'paused');
    GET DIAGNOSTICS closed = ROW_COUNT;
    UPDATE apus.job AS j SET
            state = CASE WHEN end_job.code IS NULL THEN 'cancelled' ELSE 'failed' END::apus.job_state,
            resolve_worker_id = NULL, open_chunks = j.open_chunks - closed, finished_at = now(),
            failure_stage = end_job.stage, failure_code = end_job.code, failure_message = end_job.message
        WHERE j.id = end_job.job_id;
    PERFORM pg_notify('apus_job', end_job.job_id::text);
END $$;

CREATE FUNCTION apus.cancel(job_id bigint) RETURNS void LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$ SELECT apus.end_job(cancel.job_id, NULL, NULL, NULL) $$;

-- Removes a job with its pictures and outcomes. Workers that hold a part of it lose their lease. For old jobs
-- by the hundred, apus.retain is the better way.
CREATE FUNCTION apus.delete_job(job_id bigint) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM apus.lock_job(delete_job.job_id);
    DELETE FROM apus.attempt AS a WHERE a.job_id = delete_job.job_id;
    DELETE FROM apus.outcome AS o WHERE o.job_id = delete_job.job_id;
    DELETE FROM apus.input AS i WHERE i.job_id = delete_job.job_id;
    DELETE FROM apus.job AS j WHERE j.id = delete_job.job_id;
    PERFORM pg_notify('apus_job', delete_job.job_id::text);
END $$;

-- Queues the failed and quarantined pictures again, and no others; a job that failed as a whole goes on where
-- it stood. Returns the number of pictures whose failure was taken back. Their history stays in apus.attempt.
CREATE FUNCTION apus.retry(job_id bigint) RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    job apus.job := apus.lock_job(retry.job_id);
    ordinals integer[];
    reopened integer;
    chunk_state apus.chunk_state;
BEGIN
    IF job.state IN ('cancelled', 'resolving') THEN PERFORM apus.refuse_state(job, 'retried'); END IF;
    WITH removed AS (
        DELETE FROM apus.outcome AS o WHERE o.job_id = retry.job_id AND o.status <> 'done' RETURNING o.ordinal
    )
    SELECT coalesce(array_agg(ordinal), '{}') INTO ordinals FROM removed;
    IF ordinals = '{}' AND job.state <> 'failed' THEN RETURN 0; END IF;

    chunk_state := CASE WHEN job.state = 'paused' OR job.model_key IS NULL THEN 'paused' ELSE 'ready' END;
    WITH touched AS (
        SELECT DISTINCT c.id FROM unnest(ordinals) AS failed (ordinal) CROSS JOIN LATERAL (
            SELECT c.id FROM apus.chunk AS c
            WHERE c.job_id = retry.job_id AND c.first_ordinal <= failed.ordinal
            ORDER BY c.first_ordinal DESC LIMIT 1) AS c
    )
    UPDATE apus.chunk AS c SET state = chunk_state, tries = 0, crashes = 0, run_at = now()
        WHERE c.job_id = retry.job_id AND (c.state = 'cancelled'
            OR c.state = 'done' AND c.id IN (SELECT id FROM touched));
    GET DIAGNOSTICS reopened = ROW_COUNT;
    UPDATE apus.job AS j SET failed_count = 0, quarantined_count = 0, open_chunks = j.open_chunks + reopened,
            state = CASE
                WHEN j.state = 'paused' THEN 'paused' WHEN j.model_key IS NULL THEN 'resolving'
                WHEN j.started_at IS NULL THEN 'ready' ELSE 'running'
            END::apus.job_state,
            resolve_attempt = 0, resolve_at = now(), finished_at = NULL,
            failure_stage = NULL, failure_code = NULL, failure_message = NULL
        WHERE j.id = retry.job_id;
    PERFORM pg_notify('apus_work', retry.job_id::text);
    RETURN cardinality(ordinals);
END $$;

-- Drops whole partitions whose jobs all ended more than `keep` ago; returns the number of jobs. It waits at most
-- two seconds for readers of the tables, and then it fails without effect.
CREATE FUNCTION apus.retain(keep interval) RETURNS bigint LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    span bigint;
    parent text;
    part text;
    dropped bigint := 0;
    removed bigint;
BEGIN
    FOR span IN
        SELECT j.id / apus.partition_span() FROM apus.job AS j GROUP BY 1
        HAVING bool_and(coalesce(j.finished_at < now() - keep, false))
            -- The newest partition still takes jobs.
            AND (j.id / apus.partition_span())
                < (SELECT last_value / apus.partition_span() FROM apus.job_id_seq)
        ORDER BY 1
    LOOP
        FOREACH parent IN ARRAY ARRAY['attempt', 'outcome', 'input'] LOOP
            part := format('%s_%s', parent, lpad(span::text, 6, '0'));
            EXECUTE format('ALTER TABLE apus.%I DETACH PARTITION apus.%I', parent, part);
            EXECUTE format('DROP TABLE apus.%I', part);
        END LOOP;
        DELETE FROM apus.job AS j WHERE j.id / apus.partition_span() = span;
        GET DIAGNOSTICS removed = ROW_COUNT;
        dropped := dropped + removed;
    END LOOP;
    RETURN dropped;
END $$;

-- Chunks that want a worker now, waiting or running: one number for an autoscaler.
CREATE FUNCTION apus.queue_depth() RETURNS bigint LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
    SELECT (SELECT count(*) FROM apus.chunk WHERE state = 'ready')
        + (SELECT count(*) FROM apus.chunk WHERE state = 'running')
$$;
