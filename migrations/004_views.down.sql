DROP VIEW apus.worker_share, apus.job_progress, apus.predictions, apus.results;
