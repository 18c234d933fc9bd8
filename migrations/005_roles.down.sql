-- The roles stay: other databases of the cluster may use them, and grants go with what was granted.
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA apus TO PUBLIC;
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('apus_submitter', 'apus_worker', 'apus_reader')) = 3 THEN
        REVOKE ALL ON ALL TABLES IN SCHEMA apus FROM apus_submitter, apus_worker, apus_reader;
        REVOKE ALL ON ALL FUNCTIONS IN SCHEMA apus FROM apus_submitter, apus_worker, apus_reader;
        REVOKE ALL ON SCHEMA apus FROM apus_submitter, apus_worker, apus_reader;
    END IF;
END $$;
