drop table refined_batches;
