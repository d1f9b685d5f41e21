-- How a table is watched since when, who changed it and why. Append-only: the newest counts; a table without a row is watched as the code says.
create table anomaly_configurations (
  id bigint generated always as identity primary key,
  table_name varchar(20) not null check (table_name in ('matches', 'odds', 'predictions')),
  -- What was changed, and all that counts from then on.
  change jsonb not null,
  configuration jsonb not null,
  by varchar(100) not null check (btrim(by) <> ''),
  why text not null check (btrim(why) <> ''),
  at timestamptz not null default now()
);

create index idx_anomaly_configurations_table on anomaly_configurations (table_name, id desc);

create trigger tr_anomaly_configurations_append_only before update or delete on anomaly_configurations
  for each statement execute function refuse_change_of_history();

-- Up to when each table was looked at, by the clock of the job. It moves with the detections that it stands for, in one transaction.
create table anomaly_watermarks (
  table_name varchar(20) primary key check (table_name in ('matches', 'odds', 'predictions')),
  detected_until timestamptz not null,
  run_id varchar(200) not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger tr_set_updated_at before update on anomaly_watermarks for each row execute function set_updated_at();

-- What is usual of each column, kept for an hour of the job's clock.
create table anomaly_baselines (
  table_name varchar(20) not null check (table_name in ('matches', 'odds', 'predictions')),
  column_name varchar(100) not null,
  window_from timestamptz not null,
  window_to timestamptz not null,
  computed_at timestamptz not null,
  -- {"count", "skipped", "mean", "deviation", "lowerQuartile", "median", "upperQuartile", "medianDeviation", "meanAbsoluteDeviation"}
  baseline jsonb not null,
  primary key (table_name, column_name)
);

-- Append-only: what each method found in a run. What people say of it stands at its finding.
create table anomaly_detections (
  id bigint generated always as identity primary key,
  run_id varchar(200) not null,
  table_name varchar(20) not null check (table_name in ('matches', 'odds', 'predictions')),
  method varchar(30) not null,
  anomaly_type varchar(30) not null check (anomaly_type in ('statistical_outlier', 'distribution_shift', 'feature_drift')),
  severity varchar(10) not null check (severity in ('critical', 'high', 'medium', 'low')),
  score double precision not null check (score >= 0),
  tested_count integer not null check (tested_count >= 0),
  anomalous_count integer not null check (anomalous_count between 0 and tested_count),
  skipped_count integer not null check (skipped_count >= 0),
  -- Ids of rows as they were then, the worst first.
  anomalous_records bigint[] not null,
  -- {"records": [{"id", "column", "value", "score"}], "features": [{"feature", "verdict", "score", …}]}
  details jsonb not null,
  window_from timestamptz not null,
  window_to timestamptz not null check (window_to >= window_from),
  -- By the clock of the job; created_at is the real time.
  detected_at timestamptz not null,
  -- Null where nothing asks for a person.
  finding_id bigint references data_quality_logs (id),
  created_at timestamptz not null default now(),
  constraint uq_anomaly_detections unique (run_id, table_name, method)
);

create index idx_anomaly_detections_time on anomaly_detections (detected_at desc, id desc);
create index idx_anomaly_detections_finding on anomaly_detections (finding_id) where finding_id is not null;

create trigger tr_anomaly_detections_append_only before update or delete on anomaly_detections
  for each statement execute function refuse_change_of_history();

-- Rows that features leave out. The row itself stays as it is, and is named by what it says, since a rebuild gives it another id.
create table quarantines (
  id bigint generated always as identity primary key,
  table_name varchar(20) not null check (table_name in ('matches', 'odds', 'predictions')),
  match_id bigint not null references match_registry (id),
  data_source varchar(100),
  bookmaker varchar(100),
  market_type varchar(50),
  line_value numeric(5, 2),
  collected_at timestamptz,
  recorded_at timestamptz,
  prediction_id bigint,
  -- Null where a person saw it.
  detection_id bigint references anomaly_detections (id),
  quarantined_by varchar(100) not null check (btrim(quarantined_by) <> ''),
  quarantined_why text not null check (btrim(quarantined_why) <> ''),
  quarantined_at timestamptz not null default now(),
  released_by varchar(100) check (btrim(released_by) <> ''),
  released_why text check (btrim(released_why) <> ''),
  released_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint ck_quarantines_released check (num_nulls(released_by, released_why, released_at) in (0, 3)),
  constraint ck_quarantines_row check (
    num_nulls(data_source, bookmaker, market_type, collected_at, recorded_at) = case table_name when 'odds' then 0 else 5 end
    and (table_name = 'predictions') = (prediction_id is not null)
    and (table_name = 'odds' or line_value is null))
);

create unique index uq_quarantines_standing on quarantines
  (table_name, match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at, prediction_id) nulls not distinct
  where released_at is null;
create index idx_quarantines_detection on quarantines (detection_id) where detection_id is not null;

create trigger tr_set_updated_at before update on quarantines for each row execute function set_updated_at();

-- Those that stand: what the lake is told.
create view quarantined_rows as
select id, table_name, match_id, data_source, bookmaker, market_type, line_value, collected_at, recorded_at, prediction_id, quarantined_at
from quarantines
where released_at is null;

-- The lake has no such table yet.
insert into lake_dirty_partitions (table_name, month) values ('quarantined_rows', date '1970-01-01');

-- One training for each period in which features drifted: whoever claims the period starts it.
create table drift_retrainings (
  period date primary key,
  run_id varchar(200) not null,
  workflow_id varchar(200) not null,
  asked_at timestamptz not null,
  created_at timestamptz not null default now()
);
