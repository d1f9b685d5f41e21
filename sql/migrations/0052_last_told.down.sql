alter table prediction_keys drop column last_told_at;
