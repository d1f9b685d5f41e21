drop table feature_skew_checks;
drop table served_feature_vectors;
