-- Whose review is asked for: until they judge after that.
create table pull_request_reviewer (
  pull_request bigint not null references pull_request on delete cascade,
  reviewer text not null,
  asked_by text not null,
  asked_at timestamptz not null,
  primary key (pull_request, reviewer)
);
create index pull_request_reviewer_is on pull_request_reviewer (reviewer);

-- Files that a person has looked at.
create table pull_request_viewed (
  pull_request bigint not null references pull_request on delete cascade,
  person text not null,
  path text not null,
  -- what was to be seen: with another one the file is to be looked at again
  content text not null,
  primary key (pull_request, person, path)
);
