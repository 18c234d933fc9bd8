-- name: prepare_partitions
SELECT apus.prepare_partitions();

-- name: open_job
-- $1 model, $2 channels, $3 options, $4 priority, $5 label, $6 idempotency key, $7 most tries.
SELECT id, is_new FROM apus.open_job($1, $2, $3::text::jsonb, $4, $5, $6, $7);

-- name: copy_inputs
COPY apus.input (job_id, ordinal, uri, pixel_window, frame) FROM STDIN (FORMAT binary);

-- name: close_job
-- $1 job, $2 pictures a chunk or NULL.
SELECT apus.close_job($1, $2) AS pictures;

-- name: picture_count
-- $1 job.
SELECT picture_count FROM apus.job WHERE id = $1;

-- name: job_status
-- $1 job.
SELECT * FROM apus.job_progress WHERE job_id = $1;

-- name: list_jobs
-- $1 how many.
SELECT * FROM apus.job_progress ORDER BY job_id DESC LIMIT $1;

-- name: pause_job
-- $1 job.
SELECT apus.pause($1);

-- name: resume_job
-- $1 job.
SELECT apus.resume($1);

-- name: cancel_job
-- $1 job.
SELECT apus.cancel($1);

-- name: fail_job
-- $1 job, $2 stage, $3 code, $4 message.
SELECT apus.end_job($1, $2::text::apus.stage, $3, $4);

-- name: delete_job
-- $1 job.
SELECT apus.delete_job($1);

-- name: retry_job
-- $1 job.
SELECT apus.retry($1) AS pictures;

-- name: retain
-- $1 seconds.
SELECT apus.retain(make_interval(secs => $1)) AS jobs;

-- name: queue_depth
SELECT apus.queue_depth() AS depth;

-- name: results
-- $1 job, $2 the ordinal before the first, $3 how many.
SELECT * FROM apus.results WHERE job_id = $1 AND ordinal > $2 ORDER BY ordinal LIMIT $3;
