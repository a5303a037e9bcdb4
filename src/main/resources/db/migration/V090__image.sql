-- Which base image belongs to which commit: the last one in a history that touched what the base is made of.

create table base_image (
  application text not null,
  tier        text not null,
  commit_id   text not null,
  status      text not null check (status in ('Building', 'Ready', 'Failed')),
  execution   uuid not null,
  repository  text,
  digest      text,
  error       text,
  updated_at  timestamptz not null default now(),
  primary key (application, tier, commit_id),
  check ((status = 'Ready') = (digest is not null and repository is not null)),
  check ((status = 'Failed') = (error is not null))
);

-- What was built from what, newest build of each digest and commit.
create table built_image (
  repository      text not null,
  digest          text not null,
  application     text not null,
  commit_id       text not null,
  execution       uuid not null,
  base_repository text,
  base_digest     text,
  built_at        timestamptz not null default now(),
  primary key (repository, digest, commit_id),
  check ((base_repository is null) = (base_digest is null))
);
create index built_image_application on built_image (application, built_at);
