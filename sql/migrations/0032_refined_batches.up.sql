-- What each batch of refine came to, written with its rows: the attempt after one whose worker was killed before it could answer gives that answer.
create table refined_batches (
  -- Which activity of which run: `workflow/run/activity`.
  task_key varchar(400) collate "C" primary key,
  claimed_count integer not null check (claimed_count >= 0),
  done_count integer not null check (done_count >= 0),
  held_count integer not null check (held_count >= 0),
  -- Matches whose prices were told; none where the batch was of matches.
  match_count integer not null check (match_count >= 0),
  created_at timestamptz not null default now(),
  constraint ck_refined_batches_counts check (claimed_count = done_count + held_count)
);
