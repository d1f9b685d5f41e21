drop index idx_reconciliation_gaps_match;

-- Without what is compared there is no place for scores and prices.
delete from reconciliation_gaps g using reconciliations r where r.id = g.reconciliation_id and r.kind <> 'matches';
delete from reconciliations where kind <> 'matches';
alter table reconciliation_gaps drop constraint reconciliation_gaps_kind_check;
alter table reconciliation_gaps add constraint reconciliation_gaps_kind_check
  check (kind in ('missing_in_bronze', 'differing_in_bronze', 'missing_in_silver', 'differing_in_silver', 'held',
    'listed_no_more'));

alter table reconciliations drop constraint uq_reconciliations_run;
alter table reconciliations drop column kind;
alter table reconciliations add constraint uq_reconciliations_run unique (run_id, data_source);
