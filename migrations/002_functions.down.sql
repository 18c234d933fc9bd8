DROP FUNCTION apus.queue_depth(), apus.retain(interval), apus.retry(bigint), apus.delete_job(bigint),
    apus.cancel(bigint), apus.end_job(bigint, apus.stage, text, text), apus.resume(bigint), apus.pause(bigint),
    apus.refuse_state(apus.job, text), apus.lock_job(bigint),
    apus.submit(text, text[], integer, jsonb, integer, text, text, integer, integer),
    apus.close_job(bigint, integer), apus.open_job(text, integer, jsonb, integer, text, text, integer),
    apus.option_names(), apus.nearest_model_names(text), apus.prepare_partitions(),
    apus.ensure_partitions(bigint), apus.partition_span();
