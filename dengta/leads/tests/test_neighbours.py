"""What other rooms ask of this one: hand-over, merging, forgetting, transfers, rules of the studio, panels."""

from __future__ import annotations

import pytest

from dengta.core import scope
from dengta.core.access import visible
from dengta.core.registry import registry
from dengta.core.verbs import NotAllowed
from dengta.customers.tests.factories import make_customer
from dengta.customers.types import ForgetPart, MergePart
from dengta.leads.models import AgentRecord, IntentLevel, Lead, LeadTransfer, Opportunity, SlaRule
from dengta.leads.operations import refresh_records
from dengta.leads.pipeline.rulebook import NOUN
from dengta.leads.studio import dealings_of, last_messages
from dengta.leads.tests import factories
from dengta.org.tests.factories import make_employee
from dengta.org.types import Handover
from dengta.studio.types import FieldSet


def part(kind, key):
    return registry.get(kind, key)


def test_a_leaver_hands_leads_and_customers_to_successors(desk, group_scope):
    factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    for _n in range(4):
        factories.make_lead(desk.channel, desk.agent.employee)
    heirs = [make_employee(desk.house.north, "dcc_agent", desk.house.north_invite) for _n in range(2)]

    assert part(Handover, "leads.lead").count(desk.agent.employee) == 4
    for key in ("leads.lead", "leads.opportunity"):
        part(Handover, key).move(desk.agent.employee, heirs, "even", desk.cast.group_admin.actor)

    assert [Lead.objects.held().owned_by(one.pk).count() for one in heirs] == [2, 2]
    assert sum(Opportunity.objects.owned_by(one.pk).count() for one in heirs) == 1


def test_merging_customers_closes_the_second_open_file_and_unmerging_opens_it_again(desk, group_scope):
    first = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    second = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    keep, drop = first.customer_id, second.customer_id
    merge = part(MergePart, "leads.opportunity")

    data = merge.move(keep, drop)
    second.refresh_from_db()
    assert (second.state, second.customer_id) == ("merged", keep)
    merge.unmove(keep, drop, data)

    second.refresh_from_db()
    assert (second.state, second.customer_id) == ("following", drop)


def test_forgetting_leaves_counts_and_no_words(desk, group_scope):
    lead = factories.receive(desk.channel, name="王小明", message="我家住在…")

    part(ForgetPart, "leads.words").run(lead.customer_id)

    lead.refresh_from_db()
    assert (lead.name, lead.message, lead.phone_shown) == ("", "", "")
    assert lead.channel_id == desk.channel.pk


def test_a_transfer_moves_the_lead_to_the_other_stores_pool(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    lead.ask_transfer(by=desk.supervisor.actor, to_store=desk.house.south, reason="lives there")
    transfer = LeadTransfer.objects.get()

    with pytest.raises(NotAllowed):
        transfer.accept(by=desk.supervisor.actor)
    with scope.narrow(desk.cast.south_manager.actor.stores):
        assert visible(LeadTransfer, desk.cast.south_manager.actor).count() == 1
        transfer.accept(by=desk.cast.south_manager.actor)

    lead.refresh_from_db()
    assert (lead.store_id, lead.state, lead.owner_id) == (desk.house.south.pk, "pool", None)
    assert visible(Lead, desk.cast.south_manager.actor).filter(pk=lead.pk).exists()
    assert not visible(Lead, desk.supervisor.actor).filter(pk=lead.pk).exists()


def test_a_refused_transfer_brings_the_lead_back(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    lead.ask_transfer(by=desk.agent.actor, to_store=desk.house.south, reason="lives there")

    LeadTransfer.objects.get().refuse(by=desk.cast.south_manager.actor, reason="no such car")

    lead.refresh_from_db()
    assert (lead.state, lead.owner_id) == ("assigned", desk.agent.pk)


def test_every_fact_is_a_field_and_every_field_a_fact(desk, group_scope):
    lead = factories.receive(desk.channel, series="X5")
    fields = registry.get(FieldSet, NOUN)

    (facts,) = fields.facts([lead])
    assert set(facts) == set(fields.by_code)
    assert list(fields.find(lead.number, Lead.objects.all())) == [lead]


def test_records_of_people_are_counted_per_series_and_in_all(desk, group_scope):
    factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    factories.make_lead(desk.channel, desk.agent.employee)

    refresh_records(desk.house.group.pk)
    refresh_records(desk.house.group.pk)

    rows = {
        row.series_id: (row.assigned, row.converted) for row in AgentRecord.objects.filter(employee_id=desk.agent.pk)
    }
    assert rows == {None: (2, 1), desk.series.pk: (1, 1)}


def test_the_first_store_is_protected_if_the_group_wants_it(desk, group_scope):
    desk.house.group.settings = {"leads.sister_store": "protect"}
    desk.house.group.save()
    opportunity = factories.make_opportunity(desk.channel, desk.agent.employee, desk.series)
    phone = opportunity.customer.contact_points.live().get().value
    from dengta.market.tests.factories import make_channel  # noqa: PLC0415

    message = factories.make_message(make_channel(desk.house.south), phone=phone, series="X5")
    factories.take_in(desk.house.group.pk)

    message.refresh_from_db()
    assert (message.state, message.opportunity_id) == ("duplicate", opportunity.pk)


def test_panels_show_what_their_reader_may_see(desk, group_scope):
    lead = factories.make_lead(desk.channel, desk.agent.employee)
    factories.make_message(desk.channel, phone="1")
    factories.take_in(desk.house.group.pk)

    assert dealings_of(lead.customer, desk.agent.actor)["leads"] == [lead]
    assert dealings_of(make_customer(desk.house.group), desk.agent.actor) is None
    shown = last_messages(desk.channel, desk.cast.marketer.actor)
    assert (len(shown["messages"]), len(shown["failures"])) == (2, 1)


def test_a_test_message_goes_the_whole_way_and_reaches_nobody(desk, group_scope):
    from dengta.leads.models import InboxMessage  # noqa: PLC0415

    row = InboxMessage.send_test(by=desk.cast.marketer.actor, channel=desk.channel)
    factories.take_in(desk.house.group.pk)

    row.refresh_from_db()
    assert (row.state, row.code) == ("accepted", "test")
    assert Lead.objects.open().count() == 0


def test_promises_and_levels_are_changed_by_the_group_only(desk, group_scope):
    rule = SlaRule.objects.first()
    with pytest.raises(NotAllowed):
        rule.change(by=desk.supervisor.actor, minutes=1, calendar="business")
    level = IntentLevel.objects.get(code="A")

    level.change(by=desk.cast.group_admin.actor, interval_hours=24)

    level.refresh_from_db()
    assert level.interval_hours == 24


def test_a_lead_typed_by_hand_goes_the_same_way(desk, group_scope):
    lead = Lead.receive(
        by=desk.agent.actor, name="赵六", phone="138 1111 2222", series=desk.series, mine=True, consent=True
    )
    again = Lead.receive(by=desk.agent.actor, phone="13811112222")

    assert (lead.state, lead.owner_id, lead.channel.kind) == ("assigned", desk.agent.pk, "manual")
    assert (again.state, again.duplicate_of_id) == ("duplicate", lead.pk)
