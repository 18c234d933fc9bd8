-- Three roles that can be granted. Roles belong to the cluster, not to the database: they are made where they
-- are missing and stay when the schema goes. Making them needs CREATEROLE; without it the grants are left out,
-- and only the owner of the schema can use it.
DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['apus_submitter', 'apus_worker', 'apus_reader'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION
            -- Another database of the cluster was faster.
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'no right to create the roles apus_submitter, apus_worker, apus_reader: they are left out';
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA apus FROM PUBLIC;

DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('apus_submitter', 'apus_worker', 'apus_reader')) < 3 THEN
        RETURN;
    END IF;
    GRANT USAGE ON SCHEMA apus TO apus_submitter, apus_worker, apus_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA apus TO apus_submitter, apus_worker, apus_reader;
    GRANT EXECUTE ON FUNCTION apus.queue_depth() TO apus_submitter, apus_worker, apus_reader;

    -- COPY of pictures between open_job and close_job.
    GRANT INSERT ON apus.input TO apus_submitter;
    GRANT EXECUTE ON FUNCTION
        apus.submit(text, text[], integer, jsonb, integer, text, text, integer, integer),
        apus.open_job(text, integer, jsonb, integer, text, text, integer), apus.close_job(bigint, integer),
        apus.prepare_partitions(), apus.pause(bigint), apus.resume(bigint), apus.cancel(bigint),
        apus.delete_job(bigint), apus.retry(bigint)
        TO apus_submitter;

    GRANT INSERT, UPDATE ON apus.worker TO apus_worker;
    GRANT UPDATE ON apus.chunk, apus.job TO apus_worker;
    GRANT INSERT ON apus.outcome, apus.attempt, apus.provenance TO apus_worker;
    GRANT EXECUTE ON FUNCTION
        apus.settle_chunk(bigint, apus.chunk_state, timestamptz, integer, integer, integer), apus.reap(),
        apus.promote(), apus.end_job(bigint, apus.stage, text, text), apus.lock_job(bigint)
        TO apus_worker;
END $$;
