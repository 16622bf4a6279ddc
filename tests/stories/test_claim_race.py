"""Two people see the same lead in the pool and press at the same moment: exactly one has it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from dengta.core import scope
from dengta.leads.models import LeadAssignment
from dengta.leads.tests import factories
from dengta.org.tests.cast import Member
from dengta.org.tests.factories import make_employee
from dengta.work.models import Clock, Task
from tests.stories.conftest import Hand, keys_of


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_at_once_exactly_one_gets_the_lead(desk):
    rival = Member(make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Rosa Rival"))
    hands = [Hand(desk.agent), Hand(rival)]

    for _round in range(5):
        lead = factories.make_lead(desk.channel)
        answers = at_once([lambda hand=hand, lead=lead: hand.does("claim", lead) for hand in hands])

        winner = next(n for n, answer in enumerate(answers) if answer.status_code == 204)
        loser = answers[1 - winner]
        assert sorted(answer.status_code for answer in answers) == [204, 409]
        assert hands[winner].member.employee.name in loser.content.decode()
        with scope.open(desk.house.group.pk):
            lead.refresh_from_db()
            assert (lead.state, lead.owner_id) == ("assigned", hands[winner].member.pk)
            assert LeadAssignment.objects.filter(lead=lead, how="claim").count() == 1
            assert Task.objects.open().about(lead).count() == 1
            assert Clock.objects.running().about(lead).filter(kind="leads.recall").count() == 1
        assert keys_of(lead).count("leads.lead.claimed") == 1


def at_once(calls):
    """Run every call in a thread of its own, all let go at the same moment."""
    answers, start = [None] * len(calls), threading.Barrier(len(calls))

    def run(place):
        try:
            start.wait(10)
            answers[place] = calls[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers
