"""What a lead is worth and who gets it: the edges of the bands (F-058), seniors first (F-059), fair and explained."""

from __future__ import annotations

from dengta.core import scope
from dengta.core.actors import Actor
from dengta.core.models import EventRow
from dengta.leads.jobs import rescore
from dengta.leads.models import Lead, LeadAssignment
from dengta.leads.tests import factories
from dengta.org.tests.factories import make_employee
from dengta.studio.models import Definition
from tests.stories.conftest import HOT, Hand, work_on

POINTS = {"上海": 80, "杭州": 79.9, "南京": 50, "苏州": 49.9}


def publish_scores_by_city(group_id: int, high: float = 80, medium: float = 50) -> None:
    """The group's own score table: so many points for each city, and where the bands begin."""
    by = Actor.system(group_id)
    with scope.open(group_id):
        table = Definition.objects.get(noun="leads.lead", code="lead-score")
        table.draft(by=by)
        body = table.open_draft().body
        body["columns"] = ["city"]
        body["rows"] = [{"id": f"r{n}", "when": {"city": {"op": "is", "v": city}}, "then": {"points": points}}
                        for n, (city, points) in enumerate(POINTS.items())]
        body["bands"] = [{"from": high, "value": "high"}, {"from": medium, "value": "medium"}, {"value": "low"}]
        table.save_draft(by=by, body=body)
        table.publish(by=by, accept=True)


def bands(group_id: int) -> dict[str, str]:
    with scope.open(group_id):
        return dict(Lead.objects.open().values_list("city", "band"))


def test_the_edges_of_the_bands_and_moving_them(desk):
    group_id = desk.house.group.pk
    publish_scores_by_city(group_id)

    for city in POINTS:
        factories.receive(desk.channel, city=city)
    closed = factories.receive(desk.channel, city="上海", phone=desk.cast.north_manager.employee.mobile)

    assert bands(group_id) == {"上海": "high", "杭州": "medium", "南京": "medium", "苏州": "low"}
    with scope.open(group_id):
        scores = dict(Lead.objects.open().values_list("city", "score"))
    assert {city: str(score) for city, score in scores.items()} == {
        "上海": "80.0", "杭州": "79.9", "南京": "50.0", "苏州": "49.9"}

    # The bounds are data: a published change counts for the leads that are open, and only for those.
    publish_scores_by_city(group_id, high=79.9, medium=49.9)
    work_on()
    rescore(group_id)
    assert bands(group_id) == {"上海": "high", "杭州": "high", "南京": "medium", "苏州": "medium"}
    with scope.open(group_id):
        told = EventRow.objects.filter(key="leads.lead.rescored")
        assert sorted((e.payload["band_before"], e.payload["band"]) for e in told) == [
            ("low", "medium"), ("medium", "high")]
        before = closed.band
        closed.refresh_from_db()
        assert closed.band == before


def test_a_hot_lead_goes_to_a_senior_although_a_junior_has_nothing_to_do(desk):
    group_id = desk.house.group.pk
    junior = make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Juno Junior", level="junior",
                           max_open_leads=50)
    for _n in range(5):
        factories.make_lead(desk.channel, desk.agent.employee)

    lead = factories.receive(desk.channel, **HOT)

    with scope.open(group_id):
        line = LeadAssignment.objects.get(lead=lead)
        assert (lead.band, lead.owner_id) == ("high", desk.agent.pk)
        assert [row[0] for row in line.candidates["rows"]] == [desk.agent.pk]
        assert [junior.pk, "level"] in line.candidates["left_out"]
    page = Hand(desk.supervisor).sees(f"/leads/{lead.pk}/")
    assert "Juno Junior" in page  # the page says who was considered, and why not
    assert "Nina Agent" in page


def test_without_a_senior_who_has_room_a_hot_lead_waits_for_one(desk):
    make_employee(desk.house.north, "dcc_agent", desk.house.north_invite, name="Juno Junior", level="junior")
    with scope.open(desk.house.group.pk):
        desk.agent.employee.go_on_leave(by=desk.cast.group_admin.actor)

    lead = factories.receive(desk.channel, **HOT)

    assert (lead.state, lead.owner_id, lead.pool_reason) == ("pool", None, "nobody")
