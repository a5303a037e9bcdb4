-- How a repository treats tags that exist, and which of its images expire. Null is MUTABLE and no policy.
alter table image_repository
  add column tag_mutability text not null default 'MUTABLE'
    check (tag_mutability in ('MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION')),
  add column mutability_filters text[] not null default '{}',
  add column lifecycle_policy text;

create index manifest_blob_needed on manifest_blob (blob);
