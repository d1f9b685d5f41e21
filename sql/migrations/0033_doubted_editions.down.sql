-- What was doubted has no place any more to say so: the editions stand, and their payloads are refined with the rest.
update raw_match_data set process_status = 'pending', processed = false, process_error = null
where process_status = 'held' and match_time is not null
  and id in (
    select m.raw_id from source_editions e join edition_rows m on m.edition_id = e.id where e.doubt_finding_id is not null
  );
alter table source_editions drop column doubt_finding_id, drop column results;
