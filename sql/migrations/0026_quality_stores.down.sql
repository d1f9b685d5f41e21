drop table validations_store;
drop table checkpoint_store;
drop table expectations_store;
