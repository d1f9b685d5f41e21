-- Which snapshots of silver gold was built from, whether or not its rows changed by that: a build that changes none leaves no snapshot of its own.
create table gold_inputs (
  snapshot bigint primary key,
  -- The first that built from it.
  run_id varchar(200) not null,
  created_at timestamptz not null default now()
);
