-- How often a person had the edge read the site's files anew.
alter table site add column readings integer not null default 0;
