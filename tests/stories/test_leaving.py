"""Somebody leaves: shut out at once, everything open goes to others, the history keeps the author (domain 1.5)."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.leads.models import Lead, Opportunity
from dengta.leads.tests import factories
from dengta.org.tests.cast import Member
from dengta.org.tests.factories import PASSWORD, make_employee
from dengta.work.models import Clock, Task
from tests.stories.conftest import Hand, keys_of, work_on


def test_whoever_leaves_loses_the_login_at_once_and_successors_get_what_is_open(desk):
    house, group_id = desk.house, desk.house.group.pk
    heirs = [Member(make_employee(house.north, "dcc_agent", house.north_invite, name=name, max_open_leads=100))
             for name in ("Hana Heir", "Hugo Heir")]
    fresh = [factories.make_lead(desk.channel, desk.agent.employee) for _n in range(4)]
    called = factories.make_lead(desk.channel, desk.agent.employee)
    with scope.open(group_id):
        factories.reach(called, desk.agent.actor, content="She wants the red one")
    opportunity = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    leaver = desk.agent
    browser = Client()
    browser.post("/accounts/login/", {"login": leaver.account.username, "password": PASSWORD})
    assert browser.get("/leads/").status_code == 200
    boss = Hand(desk.cast.north_gm)

    # The hand-over begins: no login, no new leads.
    assert boss.does("start_hand_over", leaver.employee, reason="new job", close_login="on").status_code == 204
    assert browser.get("/leads/").status_code == 302
    again = Client()
    again.post("/accounts/login/", {"login": leaver.account.username, "password": PASSWORD})
    assert again.get("/leads/").status_code == 302
    assert factories.receive(desk.channel).owner_id in {heir.pk for heir in heirs}
    assert boss.does("leave", leaver.employee).status_code == 409  # something is still open

    # Everything open is shared out evenly, with tasks, clocks and sight of the customers.
    answer = boss.client.post(f"/v/org/employee/{leaver.pk}/hand_over/", {
        "to": [heir.pk for heir in heirs], "rule": "even"}, headers={"HX-Request": "true"})
    assert answer.status_code == 204, answer.content.decode()
    work_on()
    with scope.open(group_id):
        passed_on = Lead.objects.held().filter(pk__in=[row.pk for row in (*fresh, called)])
        mine = {heir.pk: passed_on.owned_by(heir.pk).count() for heir in heirs}
        opportunity = Opportunity.objects.get(pk=opportunity.pk)
        called.refresh_from_db()
        heir = next(one for one in heirs if one.pk == called.owner_id)
        assert sorted(mine.values()) == [2, 3]
        assert opportunity.owner_id in mine
        assert opportunity.original_owner_id == leaver.pk
        assert not Lead.objects.open().owned_by(leaver.pk).exists()
        assert not Task.objects.open().filter(owner_id=leaver.pk).exists()
        assert not Clock.objects.running().filter(owner_id=leaver.pk).exists()
        assert called.state == "contacting"

    # The successor reads what was said and by whom, and goes on with it; a lead that was reached is not called twice.
    page = Hand(heir).sees(f"/leads/{called.pk}/")
    assert "She wants the red one" in page
    assert "Nina Agent" in page
    answer = Hand(heir).does("log_contact", called, channel="call", result="connected", talk_seconds=60,
                             next_at=timezone.now() + timedelta(days=2))
    assert answer.status_code == 204, answer.content.decode()

    # The last day. What was written keeps the name of who wrote it.
    assert boss.does("leave", leaver.employee, reason="new job").status_code == 204
    work_on()
    with scope.open(group_id):
        leaver.employee.refresh_from_db()
        leaver.account.refresh_from_db()
        wrote = EventRow.objects.for_subject(called).filter(key="leads.lead.contacted").order_by("at")
        assert (leaver.employee.status, leaver.account.is_active) == ("left", False)
        assert [row.employee_id for row in wrote] == [leaver.pk, heir.pk]
        assert Lead.objects.get(pk=called.pk).owner_id == heir.pk
    assert keys_of(leaver.employee)[-3:] == [
        "org.employee.hand_over_started", "org.employee.handed_over", "org.employee.left"]
