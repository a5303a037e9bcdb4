-- Reports of every format, and what tests covered of each source file.
alter table report add column format text not null default 'JUNITXML'
  check (format in ('JUNITXML', 'CUCUMBERJSON', 'TESTNGXML', 'NUNITXML', 'NUNIT3XML', 'VISUALSTUDIOTRX',
    'CLOVERXML', 'COBERTURAXML', 'JACOCOXML', 'SIMPLECOV'));
alter table report alter column format drop default;

create table report_coverage (
  build text not null,
  report text not null,
  position integer not null,
  path text not null,
  lines_covered integer not null check (lines_covered >= 0),
  lines_missed integer not null check (lines_missed >= 0),
  branches_covered integer not null check (branches_covered >= 0),
  branches_missed integer not null check (branches_missed >= 0),
  primary key (build, report, position),
  foreign key (build, report) references report on delete cascade
);
