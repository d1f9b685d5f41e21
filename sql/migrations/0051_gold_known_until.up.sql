-- Up to when everything that Postgres knew is in the gold built from this snapshot: as late as the last build that found it so. Null where a build was told twice and
-- nobody can say any more.
alter table gold_inputs add column known_until timestamptz;
update gold_inputs set known_until = created_at;
