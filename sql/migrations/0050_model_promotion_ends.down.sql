drop table model_promotion_ends;
