-- name: lock_migrations
SELECT pg_advisory_xact_lock(7306093011);

-- name: has_migrations
SELECT to_regclass('apus.schema_migration') IS NOT NULL AS is_there;

-- name: make_migrations
CREATE TABLE IF NOT EXISTS apus.schema_migration (
    name text PRIMARY KEY,
    -- SHA-256 of the up script.
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

-- name: applied_migrations
SELECT name, checksum, applied_at FROM apus.schema_migration ORDER BY name;

-- name: add_migration
-- $1 name, $2 checksum.
INSERT INTO apus.schema_migration (name, checksum) VALUES ($1, $2);

-- name: remove_migration
-- $1 name.
DELETE FROM apus.schema_migration WHERE name = $1;

-- name: make_schema
CREATE SCHEMA IF NOT EXISTS apus;

-- name: copy_model_names
COPY apus.model_name (name, in_chans) FROM STDIN (FORMAT binary);

-- name: clear_model_names
DELETE FROM apus.model_name;
