create table employee (
  number text primary key check (number <> ''),
  name   text not null check (name <> ''),
  team   text not null default '',
  email  text not null default ''
);

insert into employee (number, name, team, email) values
  ('E1001', '김하루', '플랫폼', 'haru@example.com'),
  ('E1002', '이보람', '데이터', 'boram@example.com');
