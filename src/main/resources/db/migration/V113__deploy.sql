-- A person's word to a deployment on its way: stop it, or go on from where it waits.
alter table deployment
  add column stop_reason text,
  add column continued boolean not null default false,
  add column waits_since timestamptz,
  -- A stopped one may say why, too; a failed one always does.
  drop constraint deployment_check1,
  add constraint deployment_error check (
    case status when 'Failed' then error is not null when 'Stopped' then true else error is null end);

-- Since when green has its share, so that a wait goes on where a dead control left it.
alter table service add column green_weight_since timestamptz;

-- A hook that is called answers by itself or later, by this id.
alter table lifecycle_event
  add column attempt integer not null default 0,
  add column hook_execution uuid unique,
  add column hook_status text check (hook_status in ('Succeeded', 'Failed'));
