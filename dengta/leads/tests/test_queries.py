"""Lists, lanes and look-ups are answered by an index, whatever the size of the table."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from dengta.core import scope
from dengta.core.access import visible
from dengta.core.testing import assert_no_seq_scan
from dengta.leads.models import InboxMessage, Lead, Opportunity
from dengta.leads.operations.inbox import LANES
from dengta.leads.pipeline.people import COUNTS
from dengta.leads.types import OPEN

BIG = {"leads_lead", "leads_inboxmessage", "leads_opportunity", "leads_leadassignment", "leads_touchpoint"}


def test_the_desk_and_the_pool_are_read_by_index(desk, group_scope):
    mine = Lead.objects.held().owned_by(desk.agent.pk).by_clock()[:50]
    pool = Lead.objects.in_pool().filter(store_id=desk.house.north.pk).order_by("-pooled_at", "-pk")[:50]
    recent = Lead.objects.filter(store_id=desk.house.north.pk).order_by("-received_at", "-pk")[:50]
    breaching = Lead.objects.breaching().filter(store_id=desk.house.north.pk)[:50]
    files = Opportunity.objects.worked().owned_by(desk.agent.pk).by_clock()[:50]

    for rows in (mine, pool, recent, breaching, files):
        assert_no_seq_scan(rows, BIG)


def test_what_a_batch_asks_is_read_by_index(desk, group_scope):
    customers = [1, 2, 3]
    assert_no_seq_scan(
        Lead.objects.filter(customer_id__in=customers, store_id=desk.house.north.pk, state__in=OPEN), BIG
    )
    assert_no_seq_scan(Opportunity.objects.filter(customer_id__in=customers), BIG)
    assert_no_seq_scan(InboxMessage.objects.queued().filter(store_id=desk.house.north.pk).order_by("pk")[:1000], BIG)


def test_counts_of_people_and_lanes_are_read_by_index(desk, group_scope):
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        for query, values in (
            (COUNTS, {"ids": [1, 2], "open": [9, 9], "daily": [9, 9], "today": timezone.now()}),
            (LANES, {"group": 1}),
        ):
            cursor.execute("explain " + query, values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert "Seq Scan on leads_" not in plan


def test_visibility_is_one_condition_over_plain_columns(desk, group_scope):
    rows = visible(Lead, desk.agent.actor)

    assert str(rows.query).count("SELECT") == 1
    assert scope.current().group_id == desk.house.group.pk
