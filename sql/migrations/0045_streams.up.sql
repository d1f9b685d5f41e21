-- What is to be published on Kafka, written in the transaction of the row of bronze that says it: a broker that is away loses nothing.
-- Rows go to the broker in the order of their ids: of one match they are written one transaction after the other.
create table stream_outbox (
  id bigint generated always as identity primary key,
  data_type varchar(20) not null check (data_type in ('match', 'odds', 'scores', 'processed')),
  data_source varchar(100) not null,
  -- The match, as its source names it: what has one key is in one partition, in order.
  message_key varchar(300) not null,
  -- The row of bronze; null where `message` says all.
  dedup_key bytea,
  collected_at timestamptz,
  message jsonb,
  -- Null: not published yet.
  relayed_at timestamptz,
  -- Why it was not published although its turn had come.
  problem text,
  created_at timestamptz not null default now(),
  constraint ck_stream_outbox_says check ((dedup_key is null) = (message is not null) and (dedup_key is null) = (collected_at is null))
);

create index idx_stream_outbox_waiting on stream_outbox (id) where relayed_at is null;
create index idx_stream_outbox_relayed on stream_outbox (relayed_at) where relayed_at is not null;

-- How far a group of consumers has brought a partition to bronze, written with the rows themselves: after a crash it is this that is
-- true, and what Kafka was not told any more is told again to no effect.
create table stream_offsets (
  consumer_group varchar(200) not null,
  topic varchar(249) not null,
  partition_no integer not null check (partition_no >= 0),
  next_offset bigint not null check (next_offset >= 0),
  -- When the newest message that was handled was published.
  newest_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_stream_offsets primary key (consumer_group, topic, partition_no)
);

create trigger tr_set_updated_at before update on stream_offsets for each row execute function set_updated_at();
