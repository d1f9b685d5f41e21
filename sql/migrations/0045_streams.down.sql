drop table stream_offsets;
drop table stream_outbox;
