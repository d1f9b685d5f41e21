drop table restore_audits;
