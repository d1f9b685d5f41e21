-- Who may ask the HTTP API. A key itself is told once, when it is made; here is only its SHA-256: a key is 256 random bits, which no dictionary holds.
create table api_keys (
  id bigint generated always as identity primary key,
  name varchar(100) not null,
  role varchar(10) not null check (role in ('reader', 'operator', 'admin')),
  -- The first characters of the key, by which a person recognises it.
  prefix varchar(12) not null,
  key_hash char(64) not null unique,
  created_by varchar(200) not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_by varchar(200),
  revoked_at timestamptz,
  constraint ck_api_keys_revoked check ((revoked_by is null) = (revoked_at is null)),
  constraint ck_api_keys_expires check (expires_at > created_at)
);
create unique index ux_api_keys_name on api_keys (name) where revoked_at is null;
