-- A key of one application may also read and push what belongs to none, such as the images that all build on.
alter table access_key add shared boolean not null default false check (not shared or application is not null);
