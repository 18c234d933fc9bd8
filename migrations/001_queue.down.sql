-- Removes the queue and every result in it.
DROP TABLE apus.attempt, apus.outcome, apus.input, apus.provenance, apus.chunk, apus.worker, apus.job, apus.model_name;
DROP TYPE apus.worker_state, apus.stage, apus.outcome_status, apus.chunk_state, apus.job_state;
