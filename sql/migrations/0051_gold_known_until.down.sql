alter table gold_inputs drop column known_until;
