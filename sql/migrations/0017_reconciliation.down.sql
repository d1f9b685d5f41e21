drop table reconciliation_gaps;
drop table reconciliations;
