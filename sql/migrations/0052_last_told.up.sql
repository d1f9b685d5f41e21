-- When a prediction was told last, where it was told more than once: one that was told, was followed by another and is told again stands once, and is the last one all the same.
alter table prediction_keys add column last_told_at timestamptz;
