-- Append-only: how each source was at each check, with what it was judged by. Kept for 30 days.
create table provider_health (
  id bigint generated always as identity primary key,
  data_source varchar(100) not null,
  -- By the clock of the check; created_at is the real time.
  checked_at timestamptz not null,
  state varchar(20) not null check (state in ('healthy', 'degraded', 'dying', 'unclear', 'unused')),
  -- Shares from 0 to 1; null where too little was told to judge by.
  parse_yield double precision check (parse_yield between 0 and 1),
  agreement double precision check (agreement between 0 and 1),
  correction_rate double precision check (correction_rate between 0 and 1),
  -- How long nothing new came while matches were on, in parts of what is borne: from 1 on the source is dying.
  silence double precision check (silence >= 0),
  -- [{"measure", "figure", "limit", "says"}]; empty where nothing is wrong.
  reasons jsonb not null,
  -- The counts and times behind the figures.
  measures jsonb not null,
  created_at timestamptz not null default now()
);

create index idx_provider_health_source on provider_health (data_source, checked_at);

create trigger tr_provider_health_append_only before update on provider_health
  for each statement execute function refuse_change_of_history();
