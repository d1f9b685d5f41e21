drop table restore_sentinels;
drop table restore_audits;
