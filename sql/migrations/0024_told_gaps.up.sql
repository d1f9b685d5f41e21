-- What is compared: the lists of matches of a source, the scores of its feed, or its prices. One row a run, source and kind.
alter table reconciliations
  add column kind varchar(20) not null default 'matches' check (kind in ('matches', 'scores', 'prices'));
alter table reconciliations alter column kind drop default;
alter table reconciliations drop constraint uq_reconciliations_run;
alter table reconciliations add constraint uq_reconciliations_run unique (run_id, data_source, kind);

-- Of scores and prices `match_key` is our id of the match, `uri` the kind itself, and `content` what the source says (empty: nothing).
-- `source_says` of prices is {"sourceId", "missing", "outdated"}, the last two being lists of `raw_odds_data.record_key`.
-- New are `untold`, a match that is over and of which the feed tells no result, and `lost`, one that was played without any price of a
-- source that gave prices of its fellows.
alter table reconciliation_gaps drop constraint reconciliation_gaps_kind_check;
alter table reconciliation_gaps add constraint reconciliation_gaps_kind_check
  check (kind in ('missing_in_bronze', 'differing_in_bronze', 'missing_in_silver', 'differing_in_silver', 'held',
    'listed_no_more', 'untold', 'lost'));

-- Whether an earlier run has left the same gap.
create index idx_reconciliation_gaps_match on reconciliation_gaps (match_key, kind);
