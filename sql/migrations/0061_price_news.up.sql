-- Matches near their kick-off whose prices have changed: `version` is raised in the transaction of each batch of refine that changed them, `predicted_version` once a
-- prediction was made of what was there then. A mark that is raised meanwhile stays one.
create table price_news (
  match_id bigint not null references match_registry (id) on delete cascade,
  version bigint not null default 1,
  predicted_version bigint not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint pk_price_news primary key (match_id),
  constraint ck_price_news_order check (predicted_version between 0 and version)
);

create index idx_price_news_waiting on price_news (match_id) where version > predicted_version;

create trigger tr_set_updated_at before update on price_news for each row execute function set_updated_at();
