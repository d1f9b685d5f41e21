drop table prediction_keys;
drop table predictions;
drop table features;
