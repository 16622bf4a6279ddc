"""A year of a dealer group, written by one statement per table: leads, ledger, dealings, opportunities, work, events.

Not through verbs, on purpose: living a million leads through the verbs takes hours, and what is measured afterwards
depends on the rows, not on how they came. The columns come from the models, so that a new column gets its default.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Model

from dengta.customers.models import Dealing
from dengta.leads.models import InboxMessage, Lead, LeadAssignment, Opportunity
from dengta.work.models import Clock, Task

# The latest 15 % of the leads hold all that is open; the rest is history.
PLAN = """
create unlogged table bench_lead as
with h as (
    select i, hashint8(i) & 2147483647 as h1, hashint8(i + 1000003) & 2147483647 as h2,
        hashint8(i + 2000003) & 2147483647 as h3
    from generate_series(1, %(size)s) i
), r as (
    select *, case when i > %(size)s * 0.85 then mod(h2, 10000) else 9999 end as r from h
), placed as (
    select *, case when r < 3480 then 'assigned' when r < 4350 then 'contacting' when r < 5550 then 'pool'
            when r < 6550 then 'nurturing' when r < 6680 then 'invalid_pending'
            when mod(h3, 100) < 18 then 'invalid' when mod(h3, 100) < 32 then 'duplicate' else 'converted' end as state,
        case when r >= 4350 and r < 5050 then %(stores)s else mod(h1, %(stores)s) end as s,
        mod(h3, 10) as p,
        case when mod(i, 10) < 8 then i else 1 + mod(h2, %(size)s) end as customer_id,
        case mod(h3, 5) when 0 then 'high' when 1 then 'medium' else 'low' end as band,
        now() - (%(size)s - i) * interval '365 days' / %(size)s as at
    from r
)
select placed.*, t.store_id, t.channel_id, t.employee_id, t.employee_name, t.team_id, t.brand_id, t.series_id,
    t.series_name, c.name, c.city, c.phone_shown,
    case when state in ('pool', 'nurturing', 'duplicate') then null else t.employee_id end as owner_id,
    case when state in ('pool', 'nurturing', 'duplicate') then null else t.team_id end as owner_team_id
from placed join bench_staff t using (s, p) join customers_customer c on c.id = placed.customer_id
order by i
"""
HELD = "('assigned', 'contacting')"
CLOSED = "('converted', 'invalid')"
REACHED = "state not in ('assigned', 'pool', 'duplicate')"
LEADS: dict[str, str] = {
    "id": "i", "store_id": "store_id", "customer_id": "customer_id", "name": "name", "city": "city",
    "phone_shown": "phone_shown", "channel_id": "channel_id", "external_id": "'b' || i", "brand_id": "brand_id",
    "inbox_message_id": "i", "series_id": "series_id", "series_text": "series_name", "asked_at": "at",
    "received_at": "at", "score": "case band when 'high' then 82 when 'medium' then 61 else 38 end", "band": "band",
    "score_detail": "'{\"raw\": 60, \"rows\": []}'::jsonb", "message": "'想了解一下落地价'",
    "state": "state", "owner_id": "owner_id", "team_id": "owner_team_id",
    "assigned_at": "case when owner_id is not null then at + interval '5 minutes' end",
    "first_attempt_at": f"case when {REACHED} then at + interval '20 minutes' end",
    "first_contact_at": f"case when {REACHED} then at + interval '20 minutes' end",
    "attempts": f"case when {REACHED} then 2 else 0 end",
    "next_at": "case when state = 'contacting' then now() + mod(h2, 9000) * interval '1 minute' end",
    "due_at": f"case when state in {HELD} then now() + (mod(h2, 9000) - 300) * interval '1 minute' end",
    "breached_at": "case when state = 'assigned' and mod(h2, 20) = 0 then at + interval '15 minutes' end",
    "pooled_at": "case when state = 'pool' then at end",
    "pool_reason": "case when state = 'pool' then 'full' else '' end",
    "invalid_reason": "case when state = 'invalid' then 'no_intention' else '' end",
    "closed_at": f"case when state in {CLOSED} then least(at + interval '3 days', now()) end",
}  # fmt: skip
LEDGER: dict[str, str] = {
    "store_id": "store_id", "lead_id": "i", "to_owner_id": "owner_id", "how": "'rule'",
    "candidates": "'{\"columns\": [], \"rows\": []}'::jsonb", "by_label": "'leads.intake'",
    "at": "at + interval '5 minutes'",
}  # fmt: skip
DEALINGS: dict[str, str] = {
    "store_id": "store_id", "customer_id": "customer_id", "source": "'leads.lead'", "source_id": "i",
    "owner_id": "owner_id", "team_id": "owner_team_id", "at": "at",
}  # fmt: skip
INBOX: dict[str, str] = {
    "id": "i", "store_id": "store_id", "receipt": "gen_random_uuid()", "channel_id": "channel_id",
    "external_id": "'b' || i", "identity": "'b' || i",
    "fields": "jsonb_build_object('name', name, 'phone', phone_shown, 'city', city, 'series', series_name)",
    "state": "case when state = 'duplicate' then 'duplicate' else 'accepted' end", "lead_id": "i",
    "customer_id": "customer_id", "received_at": "at", "processed_at": "at + interval '1 second'",
}  # fmt: skip
OPPORTUNITIES: dict[str, str] = {
    "store_id": "store_id", "customer_id": "customer_id", "brand_id": "brand_id", "series_id": "series_id",
    "name": "name", "phone_shown": "phone_shown", "lead_id": "i", "channel_id": "channel_id", "owner_id": "owner_id",
    "original_owner_id": "owner_id", "team_id": "owner_team_id", "city": "city", "level": "'B'",
    "state": "case when mod(i, 10) < 8 and mod(h2 / 10, 5) = 0 then 'following' when mod(h2 / 10, 5) = 1 then 'won' "
             "else 'lost' end",
    "opened_at": "at", "last_contact_at": "at",
    "due_at": "case when mod(i, 10) < 8 and mod(h2 / 10, 5) = 0 then now() + mod(h2, 9000) * interval '1 minute' end",
}  # fmt: skip
TASKS: dict[str, str] = {
    "store_id": "store_id", "subject_type": "'leads.lead'", "subject_id": "i", "party_id": "customer_id",
    "party_name": "name", "kind": "case when state = 'assigned' then 'leads.first_contact' else 'leads.next_contact' "
    "end", "owner_id": "owner_id", "team_id": "owner_team_id",
    "due_at": "now() + (mod(h2, 9000) - 300) * interval '1 minute'",
}  # fmt: skip
CLOCKS: dict[str, str] = {  # far away, so that the bench does not measure the breach of last year's promises
    "store_id": "store_id", "subject_type": "'leads.lead'", "subject_id": "i", "party_id": "customer_id",
    "party_name": "name", "kind": "kind", "owner_id": "owner_id", "team_id": "owner_team_id", "started_at": "at",
    "due_at": "now() + interval '4000 days'",
}  # fmt: skip
EVENTS = """
insert into core_event (at, group_id, store_id, key, subject_type, subject_id, party_id, actor_kind, actor_label,
    employee_id, payload)
select least(at + case k when 1 then interval '0' when 2 then interval '5 minutes' when 3 then interval '20 minutes'
        when 4 then interval '1 day' else interval '3 days' end, now()),
    %(group)s, store_id,
    case when k = 1 then 'leads.lead.received' when k = 2 then 'leads.lead.assigned' else 'leads.lead.contacted' end,
    'leads.lead', i, customer_id, case when k < 3 then 'system' else 'employee' end,
    case when k < 3 then 'leads.intake' else employee_name end, case when k >= 3 then employee_id end,
    case when k = 1 then jsonb_build_object('channel_name', 'JSON', 'series_name', series_name, 'score', 60,
            'band', band, 'state', state, 'message_id', i)
        when k = 2 then jsonb_build_object('to_id', employee_id, 'to_name', employee_name, 'from_id', null,
            'reason', '', 'how', 'rule')
        else jsonb_build_object('channel', 'call', 'channel_label', '电话', 'result', 'connected', 'talk_seconds', 95,
            'content', '介绍了车型和优惠,客户有兴趣', 'attempt', k - 2, 'reached', true, 'valid', true) end
from bench_lead cross join generate_series(1, 5) k
order by i, k
"""


def plan(size: int, stores: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLAN, {"size": size, "stores": stores})
        cursor.execute("analyze bench_lead")


def write(group_id: int) -> None:
    """Everything that follows from the plan, table by table."""
    fill(InboxMessage, INBOX, "bench_lead", group_id)
    fill(Lead, LEADS, "bench_lead", group_id)
    fill(LeadAssignment, LEDGER, "bench_lead where owner_id is not null", group_id)
    fill(Dealing, DEALINGS, "bench_lead", group_id)
    fill(Opportunity, OPPORTUNITIES, "bench_lead where state = 'converted' and mod(h2, 10) = 0", group_id)
    fill(Task, TASKS, f"bench_lead where state in {HELD}", group_id)
    fill(Clock, CLOCKS, "bench_lead cross join (values ('leads.first_contact'), ('leads.recall')) k(kind) "
                        "where state = 'assigned'", group_id)
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, {"group": group_id})
        cursor.execute("update customers_customer c set last_dealing_at = l.at from (select customer_id, max(at) at "
                       "from bench_lead group by 1) l where c.id = l.customer_id")


def fill(model: type[Model], columns: dict[str, str], source: str, group_id: int) -> None:
    """`insert … select`: the given expressions, and the default of every other column that must have a value."""
    names, values, params = ["group_id"], ["%s"], [group_id]
    for field in model._meta.concrete_fields:
        if field.column in columns:
            names.append(field.column)
            values.append(columns[field.column].replace("%", "%%"))
        elif field.column != "group_id" and not field.primary_key and not field.null:
            names.append(field.column)
            values.append("now()" if getattr(field, "auto_now_add", False) else "%s")
            params += [] if getattr(field, "auto_now_add", False) else [_default(field)]
    with connection.cursor() as cursor:
        cursor.execute(f"insert into {model._meta.db_table} ({', '.join(names)}) "
                       f"select {', '.join(values)} from {source}", params)


def _default(field: Any) -> Any:
    if isinstance(field, DateTimeField) or not (field.has_default() or field.empty_strings_allowed):
        raise LookupError(f"The bench must say what {field} is")
    return field.get_db_prep_save(field.get_default(), connection)
