-- Line-ups, injuries and weather of the matches that were played are compared too. Of injuries `uri` is the list that was asked for, as `39/2025-26`, and
-- `source_says` is as of prices, of `raw_injuries_data.record_key`.
alter table reconciliations drop constraint reconciliations_kind_check;
alter table reconciliations add constraint reconciliations_kind_check
  check (kind in ('matches', 'scores', 'prices', 'lineups', 'injuries', 'weather'));
