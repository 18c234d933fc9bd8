DROP FUNCTION apus.promote(), apus.reap(), apus.take_from_dead(bigint),
    apus.settle_chunk(bigint, apus.chunk_state, timestamptz, integer, integer, integer);
