-- A person's word to a shift on its way: give green all of the traffic now.
alter table deployment add column shift_at_once boolean not null default false;
