-- Append-only: who had which version of the model serve, when and why, and by which figures.
create table model_promotions (
  id bigint generated always as identity primary key,
  model_name varchar(100) not null,
  -- found: what served when a command came, and no command of this house had put there.
  action varchar(10) not null check (action in ('promote', 'rollback', 'split', 'found')),
  -- The version in production before and after; of a split the second version.
  version_from integer check (version_from > 0),
  version_to integer check (version_to > 0),
  -- The share of the matches that the second version serves.
  share double precision check (share > 0 and share < 1),
  decided_by varchar(200) not null,
  reason text not null,
  -- {"passed", "objections", "figures"}: what the gate said, also where it was overridden.
  gate jsonb,
  decided_at timestamptz not null default now(),
  constraint ck_model_promotions_version check (action = 'split' or version_to is not null),
  constraint ck_model_promotions_share check ((share is not null) = (action = 'split' and version_to is not null)),
  constraint ck_model_promotions_gate check ((gate is not null) = (action = 'promote'))
);

create trigger tr_model_promotions_append_only before update or delete on model_promotions
  for each statement execute function refuse_change_of_history();
