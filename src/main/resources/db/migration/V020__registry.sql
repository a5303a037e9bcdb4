-- Image repositories. Blobs themselves are files named by their digest; a row says that one is there and how long.

create table image_repository (
  name       text primary key check (length(name) <= 256),
  created_at timestamptz not null default now()
);

create table blob (
  digest     text primary key check (digest ~ '^sha256:[0-9a-f]{64}$'),
  size_bytes bigint not null check (size_bytes >= 0),
  stored_at  timestamptz not null default now()
);

-- Which repository may read which blob; a push, or a mount from another repository, adds it.
create table repository_blob (
  repository text not null references image_repository on delete cascade,
  digest     text not null references blob,
  added_at   timestamptz not null default now(),
  primary key (repository, digest)
);
create index repository_blob_digest on repository_blob (digest);

create table manifest (
  repository    text not null references image_repository,
  digest        text not null check (digest ~ '^sha256:[0-9a-f]{64}$'),
  media_type    text not null,
  content       bytea not null,
  artifact_type text,
  annotations   text,
  subject       text,
  size_bytes    bigint not null check (size_bytes >= 0),
  pushed_at     timestamptz not null default now(),
  primary key (repository, digest)
);
create index manifest_subject on manifest (repository, subject) where subject is not null;

-- What a manifest needs stays as long as it does.
create table manifest_blob (
  repository text not null,
  manifest   text not null,
  blob       text not null,
  primary key (repository, manifest, blob),
  foreign key (repository, manifest) references manifest (repository, digest) on delete cascade,
  foreign key (repository, blob) references repository_blob (repository, digest)
);
create index manifest_blob_blob on manifest_blob (repository, blob);

create table manifest_child (
  repository text not null,
  manifest   text not null,
  child      text not null,
  primary key (repository, manifest, child),
  foreign key (repository, manifest) references manifest (repository, digest) on delete cascade,
  foreign key (repository, child) references manifest (repository, digest)
);
create index manifest_child_child on manifest_child (repository, child);

create table tag (
  repository text not null,
  name       text not null check (length(name) <= 128),
  manifest   text not null,
  updated_at timestamptz not null default now(),
  primary key (repository, name),
  foreign key (repository, manifest) references manifest (repository, digest) on delete cascade
);
create index tag_manifest on tag (repository, manifest);

-- Why an image must stay, such as a deployment that runs it.
create table image_pin (
  reason     text not null,
  repository text not null,
  manifest   text not null,
  pinned_at  timestamptz not null default now(),
  primary key (reason, repository, manifest),
  foreign key (repository, manifest) references manifest (repository, digest)
);
create index image_pin_manifest on image_pin (repository, manifest);

-- Uploads that go on; their bytes lie beside the blobs until they are whole.
create table blob_upload (
  id         uuid primary key,
  repository text not null references image_repository on delete cascade,
  started_at timestamptz not null default now()
);
