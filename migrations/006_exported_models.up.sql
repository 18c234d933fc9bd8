-- Models that timm exported: repositories of the hub that the registry does not know, and folders.

-- The SHA-256 of the config.json that a job was resolved by; NULL for a model of the registry. A new column without
-- a default: the table is not rewritten.
ALTER TABLE apus.job
    ADD COLUMN configuration_sha256 text CHECK (configuration_sha256 ~ '^[0-9a-f]{64}$');

-- Begins a submission: checks what can be checked without a hub and stores the job. Pictures follow in
-- apus.input, and apus.close_job in the same transaction.
CREATE OR REPLACE FUNCTION apus.open_job(
    model text, in_chans integer, options jsonb, priority integer, label text, idempotency_key text,
    max_tries integer, OUT id bigint, OUT is_new boolean
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bare text := regexp_replace(open_job.model, '^(hf-hub:|hf_hub:)?(timm/)?', '');
    known apus.model_name;
    earlier apus.job;
    unknown text;
BEGIN
    -- A folder on the worker's machine is its worker's business, and so is a repository of the hub that is not timm's
    -- own or is named at a revision.
    IF open_job.model !~ '^(/|local-dir:)' AND open_job.model !~ '^hf[-_]hub:([^/@]+/[^/@]+@.+|(?!timm/)[^/@]+/[^/@]+)$' THEN
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
