drop table gold_inputs;
