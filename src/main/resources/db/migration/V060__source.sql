-- A branch that moved, recorded before anything follows from it. The newest row of a branch is where it was last seen.
create table ref_trigger (
  id bigint generated always as identity primary key,
  repository text not null,
  branch text not null,
  old_commit text,
  new_commit text,
  moved_by text not null,
  -- Shared by the executions that this move starts; by it a start that was cut short finds what it had started.
  group_id uuid not null unique,
  outcome text not null default 'recorded'
    check (outcome in ('recorded', 'started', 'nothing', 'invalid', 'deleted', 'overtaken')),
  recorded_at timestamptz not null default now(),
  handled_at timestamptz,
  check ((outcome = 'recorded') = (handled_at is null)),
  check (old_commit is distinct from new_commit)
);

create index ref_trigger_branch on ref_trigger (repository, branch, id desc);
create index ref_trigger_open on ref_trigger (repository, id) where outcome = 'recorded';
