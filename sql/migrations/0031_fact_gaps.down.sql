-- Without what is compared there is no place for line-ups, injuries and weather.
delete from reconciliation_gaps g using reconciliations r
where r.id = g.reconciliation_id and r.kind in ('lineups', 'injuries', 'weather');
delete from reconciliations where kind in ('lineups', 'injuries', 'weather');

alter table reconciliations drop constraint reconciliations_kind_check;
alter table reconciliations add constraint reconciliations_kind_check check (kind in ('matches', 'scores', 'prices'));
