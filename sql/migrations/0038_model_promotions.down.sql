drop table model_promotions;
