-- What whoever follows a match goes by. One row a match that is or was followed; its version rises whenever the plan changes.
create table match_plans (
  match_id bigint primary key references match_registry (id),
  version integer not null default 1 check (version >= 1),
  kickoff timestamptz not null,
  kickoff_precision varchar(10) not null check (kickoff_precision in ('minute', 'day')),
  -- ahead: to be played, or in play; over: it has a result; off: nobody knows when it is played, or that it ever will be.
  state varchar(10) not null check (state in ('ahead', 'over', 'off')),
  -- The last version that the workflow of the match was told, and the clock by which it goes (null: real time).
  told_version integer,
  told_clock jsonb,
  -- The last version with which it ended. Below told_version the match is being followed.
  ended_version integer,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint ck_match_plans_versions check (told_version <= version and ended_version <= told_version)
);

create index idx_match_plans_followed on match_plans (match_id) where told_version > coalesce(ended_version, 0);

create trigger tr_set_updated_at before update on match_plans for each row execute function set_updated_at();
