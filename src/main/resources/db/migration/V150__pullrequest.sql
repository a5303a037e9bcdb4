-- Pull requests. Where a branch stands is git's to say; a row holds where it was last seen, and what people decided.
create table pull_request (
  id bigint generated always as identity primary key,
  repository text not null,
  number integer not null check (number > 0),
  -- release: from the integration branch to production; return: a delivered hotfix back into the integration branch
  purpose text not null check (purpose in ('change', 'hotfix', 'release', 'return')),
  kind text not null,
  title text not null check (title <> ''),
  body text not null,
  source text not null,
  target text not null check (target <> source),
  author text not null,
  state text not null check (state in ('draft', 'open', 'merging', 'merged', 'closed')),
  -- the newest commit of the source that was seen
  head text not null,
  -- the newest commit of the target that was seen; of a merged one before the merge, null where the target was new
  base text,
  merge_how text check (merge_how in ('commit', 'squash', 'rebase', 'by-hand')),
  -- made before the target moves, so that a merge that was cut short is told from one that was not taken
  merge_commit text,
  -- of a merge on its way: when somebody began to carry it out
  merging_since timestamptz,
  merging_by text,
  ended_by text,
  ended_at timestamptz,
  close_reason text check (close_reason in ('by-hand', 'branch-deleted', 'nothing-left')),
  -- a release whose commit was not delivered and tested before, by whose word
  override_reason text,
  override_by text,
  override_commit text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (repository, number),
  check ((state in ('merged', 'closed')) = (ended_at is not null)),
  check ((ended_at is null) = (ended_by is null)),
  check ((state in ('merging', 'merged')) = (merge_commit is not null)),
  check ((state = 'closed') = (close_reason is not null)),
  check ((state = 'merging') = (merging_since is not null) and (merging_since is null) = (merging_by is null)),
  check ((override_reason is null) = (override_by is null) and (override_by is null) = (override_commit is null))
);
create unique index one_open_pull_request on pull_request (repository, source, target)
  where state in ('draft', 'open', 'merging');
create index pull_request_open on pull_request (repository) where state in ('draft', 'open', 'merging');

create table pull_request_comment (
  id bigint generated always as identity primary key,
  pull_request bigint not null references pull_request on delete cascade,
  author text not null,
  text text not null check (text <> ''),
  -- on a line of a file as it was at this commit; null for one on the whole
  commit_id text,
  path text,
  line integer check (line > 0),
  old_side boolean not null default false,
  reply_to bigint references pull_request_comment on delete cascade,
  resolved_by text,
  created_at timestamptz not null,
  check ((path is null) = (line is null) and (path is null) = (commit_id is null))
);
create index pull_request_comment_of on pull_request_comment (pull_request, id);

create table pull_request_review (
  id bigint generated always as identity primary key,
  pull_request bigint not null references pull_request on delete cascade,
  reviewer text not null,
  verdict text not null check (verdict in ('approved', 'changes-requested')),
  text text not null,
  -- what was looked at: a newer head makes an approval stale
  commit_id text not null,
  -- that tests of the base may be edited or deleted
  allows_test_changes boolean not null default false,
  created_at timestamptz not null
);
create index pull_request_review_of on pull_request_review (pull_request, id);

-- What happened, oldest first; ids ascend in the order of commits (a lock is held while they are given).
create table pull_request_event (
  id bigint generated always as identity primary key,
  pull_request bigint references pull_request on delete cascade,
  repository text not null,
  number integer not null,
  at timestamptz not null,
  kind text not null,
  caused_by text not null,
  facts json not null
);
create index pull_request_event_of on pull_request_event (pull_request, id);

-- Merged hotfixes on their way to a tag and back into the integration branch.
create table hotfix (
  id bigint generated always as identity primary key,
  pull_request bigint not null unique references pull_request on delete cascade,
  repository text not null,
  version text not null,
  branch text not null,
  head text not null,
  merge_commit text not null,
  author text not null,
  state text not null check (state in ('delivering', 'not-delivered', 'delivered', 'returning', 'done')),
  -- why it is not delivered, or why there is no tag
  problem text,
  tagged boolean not null default false,
  -- the pull request that brings it back
  return_number integer,
  -- the conflict that was told last, as the two commits that stand against each other
  told_conflict text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check (state <> 'not-delivered' or problem is not null),
  check (state <> 'returning' or return_number is not null)
);
create index hotfix_open on hotfix (repository) where state <> 'done';

alter table room_message drop constraint room_message_kind_check;
alter table room_message add constraint room_message_kind_check check (kind in ('started', 'retried', 'approvalWanted',
  'approved', 'rejected', 'expired', 'succeeded', 'failed', 'stopped', 'superseded', 'invalidDeclaration', 'note',
  'pullRequestOpened', 'pullRequestReviewed', 'pullRequestMerged', 'pullRequestClosed',
  'hotfixTagged', 'hotfixNotDelivered', 'hotfixConflicts', 'hotfixReturned'));
