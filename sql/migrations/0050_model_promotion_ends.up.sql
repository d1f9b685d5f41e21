-- Append-only: what became of each decision about what serves. A decision is committed before the registry is touched; one without a line here is still to be
-- carried out, and the next command does it.
create table model_promotion_ends (
  promotion_id bigint primary key references model_promotions (id),
  -- overtaken: the registry pointed elsewhere by then, so it was never carried out.
  outcome varchar(10) not null check (outcome in ('done', 'overtaken')),
  ended_at timestamptz not null default now()
);

-- Until now the registry had moved before a decision was committed.
insert into model_promotion_ends (promotion_id, outcome, ended_at) select id, 'done', decided_at from model_promotions;

create trigger tr_model_promotion_ends_append_only before update or delete on model_promotion_ends
  for each statement execute function refuse_change_of_history();
