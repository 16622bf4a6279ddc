"""The event log: partitioned by month, append-only, walled between groups."""

from django.db import migrations

FORWARD = """
create sequence core_event_id_seq;
create table core_event (
    id bigint not null default nextval('core_event_id_seq'),
    at timestamptz not null,
    group_id bigint not null,
    store_id bigint,
    key text not null,
    subject_type text not null,
    subject_id bigint not null,
    party_id bigint,
    actor_kind text not null,
    actor_id bigint,
    actor_label text not null default '',
    employee_id bigint,
    payload jsonb not null default '{}',
    request_id text not null default '',
    tx bigint not null default (pg_current_xact_id()::text::bigint),
    primary key (id, at)
) partition by range (at);
alter sequence core_event_id_seq owned by core_event.id;
create index core_event_subject on core_event (subject_type, subject_id, at desc, id desc);
create index core_event_party on core_event (party_id, at desc, id desc) where party_id is not null;
create index core_event_tx on core_event (group_id, tx, id);
create index core_event_key on core_event (group_id, key, at desc);
create table core_event_other partition of core_event default;
alter table core_event enable row level security;
alter table core_event force row level security;
create policy group_wall on core_event
    using (group_id = (select nullif(current_setting('dengta.group', true), '')::bigint))
    with check (group_id = (select nullif(current_setting('dengta.group', true), '')::bigint));

create function core_event_partition(month date) returns void language plpgsql as $$
declare
    name text := 'core_event_' || to_char(month, 'YYYY_MM');
    begins timestamptz := month::timestamp at time zone 'utc';
    ends timestamptz := (month + interval '1 month') at time zone 'utc';
begin
    if to_regclass(name) is not null then
        return;
    end if;
    -- events of that month that came before their partition lie in the default one: they move along
    lock table core_event_other in access exclusive mode;
    execute format('create table %I (like core_event including defaults)', name);
    if exists (select from core_event_other where at >= begins and at < ends) then
        perform set_config('dengta.rewrite_events', 'on', true);
        execute format(
            'with moved as (delete from core_event_other where at >= %L and at < %L returning *)'
            ' insert into %I select * from moved', begins, ends, name);
        perform set_config('dengta.rewrite_events', '', true);
    end if;
    execute format('alter table core_event attach partition %I for values from (%L) to (%L)', name, begins, ends);
end $$;

create function core_event_is_final() returns trigger language plpgsql as $$
begin
    if current_setting('dengta.rewrite_events', true) = 'on' then
        return case when tg_op = 'DELETE' then old else new end;
    end if;
    raise exception 'events are append-only';
end $$;
create trigger core_event_final before update or delete on core_event
    for each row execute function core_event_is_final();
"""

BACKWARD = """
drop table core_event;
drop function core_event_is_final();
drop function core_event_partition(date);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
