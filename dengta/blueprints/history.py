"""Twelve months of one store, lived through the verbs: messages come in, people call, files are opened, visits kept.

The clock of the process is set to each moment while it is lived, so that the same rules hold as on any day. Names are
put together by chance; phone numbers begin with 140 0, which China gives to machines, never to people.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from dengta.core import bulk, scope
from dengta.core.actors import Actor
from dengta.core.inputs import BadInput
from dengta.core.verbs import NotAllowed
from dengta.leads.models import InboxMessage, Lead, Opportunity
from dengta.leads.operations import pipe
from dengta.leads.types import HELD, LeadState, OpportunityState, PoolReason
from dengta.market.models import Campaign, Channel
from dengta.org.models import Employee, Store
from dengta.org.operations import actor_for, store_calendar
from dengta.org.seeds.demo import GIVEN, SURNAMES
from dengta.vehicles.models import Series
from dengta.work.models import Appointment

CITIES = ("临江", "临江", "临江", "海宁", "湖州", "嘉善", "宁海", "绍兴")
NEEDS = (
    "家用代步,看重空间", "上下班通勤,省油", "换车,想要智能驾驶", "二孩家庭,要七座", "商务接待", "女士用车,好停车",
    "长途多,看重续航", "给父母买,安全第一",
)  # fmt: skip
ASKED = (
    "想了解一下落地价", "这周末可以试驾吗", "有没有现车", "置换补贴有多少", "贷款利率多少", "", "", "和竞品比哪个好",
)  # fmt: skip
SAID = (
    "介绍了车型和优惠,客户有兴趣", "约好再联系", "客户在开会,稍后再打", "发了车型资料", "客户还在比较",
    "确认了预算和用途",
)  # fmt: skip
NONSENSE = "12345"  # what some people write instead of a phone number
WINDOWS = (3, 7, 10, 15, 25, 30, 45, 60, 90, 120, 180)
REASONS = ("no_intention", "bought_other", "wrong_number", "other_city", "denies")
DAWN = timedelta(hours=8, minutes=30)
LIVE_DAYS = 3  # the last days are left as they are at this moment: on lists, with clocks running


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """The clock of this process shows another time; only for a process that does nothing but live the past."""
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def person(chance: random.Random) -> tuple[str, str]:
    """A name and a phone number that belong to nobody."""
    name = chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2, 2))))
    return name, f"1400{chance.randrange(10_000_000):07d}"


def message(
    chance: random.Random, channel: Channel, moment: datetime, series: list[str] | None = None
) -> dict[str, Any]:
    """What a sender writes, in the names of the intake contract."""
    name, phone = person(chance)
    names = series if series is not None else list(Series.objects.values_list("name", flat=True))
    low = chance.choice((8, 10, 12, 15, 18, 20, 25, 30)) * 10_000
    fields: dict[str, Any] = {"name": name, "phone": phone, "at": moment.isoformat(), "consent": True,
                              "city": chance.choice(CITIES), "message": chance.choice(ASKED)}
    if names and chance.random() < 0.85:
        fields["series"] = chance.choice(names)
    if chance.random() < 0.55:
        fields |= {"budget_low": low, "budget_high": low + 50_000}
    if chance.random() < 0.6:
        fields["purchase_within_days"] = chance.choice(WINDOWS)
    extra = {key: True for key, share in (("test_drive", 0.2), ("trade_in", 0.2), ("finance_interest", 0.2))
             if chance.random() < share}
    return fields | ({"extra": extra} if extra else {})


class Past:
    """One store's year. `todo` is a heap of (moment, order, what to do); everything happens in order of time."""

    def __init__(self, group_id: int, store_id: int, chance: random.Random) -> None:
        self.group_id, self.store_id, self.chance = group_id, store_id, chance
        self.now = timezone.now()
        self.todo: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.order = count()
        self.asked_again = False
        self.reported: list[int] = []
        self.neglected: list[int] = []
        self.earlier: list[dict[str, Any]] = []
        self.actors: dict[int, Actor] = {}

    def live(self, leads: int, *, months: int) -> None:
        """Every lead of the year in the order of days; what lies ahead of now is not lived."""
        with scope.open(self.group_id):
            self._look_around()
        for day, number in self._days(leads, months):
            with scope.open(self.group_id):
                self._live_day(day, number)

    def _look_around(self) -> None:
        self.store = Store.objects.get(pk=self.store_id)
        self.hours = store_calendar(self.store)
        brands = list(self.store.brands.values_list("pk", flat=True))
        self.series = list(Series.objects.filter(brand_id__in=brands).values_list("name", flat=True))
        channels = Channel.objects.filter(store=self.store, kind__in=("json", "adf", "form")).order_by("pk")
        self.channels = list(channels)
        self.campaigns = dict(Campaign.objects.filter(channel__store=self.store).values_list("channel_id", "pk"))
        self.supervisor = self._supervisor()

    def _supervisor(self) -> Actor:
        codes = ("dcc_supervisor", "showroom_manager", "store_gm")
        people = {e.role.code: e for e in Employee.objects.filter(store=self.store, role__code__in=codes)
                  .select_related("role")}
        return actor_for(next(people[code] for code in codes if code in people))

    def _days(self, leads: int, months: int) -> Iterator[tuple[date, int]]:
        """Days with their number of leads: more at week-ends and towards today."""
        last = timezone.localdate(self.now)
        days = [last - timedelta(days=n) for n in range(30 * months, -1, -1)]
        weights = [self._weight(day, last) * (0.7 + 0.6 * place / len(days)) for place, day in enumerate(days)]
        drawn = self.chance.choices(range(len(days)), weights=weights, k=leads)
        per_day = [0] * len(days)
        for place in drawn:
            per_day[place] += 1
        yield from zip(days, per_day, strict=True)

    def _weight(self, day: date, last: date) -> float:
        """Week-ends are busy. Before the last six weeks the inquiries of a week are lived on three of its days."""
        if day.weekday() >= 5:
            return 1.4
        return 1.0 if last - day < timedelta(days=42) or day.weekday() == self.store_id % 5 else 0.0

    def _live_day(self, day: date, number: int) -> None:
        start = datetime.combine(day, datetime.min.time(), self.hours.tz)
        opening = self.hours.next_opening(start)
        if number:
            moments = sorted(start + timedelta(minutes=self.chance.randrange(-150, 9 * 60 + 20)) + DAWN
                             for _n in range(number))
            moments = [m for m in moments if m < self.now]
            if moments:
                self.plan(min(max(opening, moments[-1]), self.now), lambda at_, m=moments: self.take_in(m, at_))
        if self.reported or self.neglected or self.asked_again or day.weekday() == 0:
            self.plan(start + timedelta(hours=17, minutes=30), self.tidy_up)
        end = min(start + timedelta(days=1), self.now)
        while self.todo and self.todo[0][0] < end:
            moment, _order, act = heapq.heappop(self.todo)
            with at(moment):
                act(moment)

    def plan(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self.todo, (moment, next(self.order), act))

    # -- what happens --------------------------------------------------------------------------------------------------
    def take_in(self, moments: list[datetime], moment: datetime) -> None:
        """The messages of a day go through the pipeline; some are from people who asked before, some are nonsense."""
        rows = []
        for asked in moments:
            channel = self.chance.choice(self.channels)
            fields = message(self.chance, channel, asked, self.series)
            if self.earlier and self.chance.random() < 0.07:
                fields |= {k: self.chance.choice(self.earlier[-200:])[k] for k in ("name", "phone")}
            if self.chance.random() < 0.02:
                fields["phone"] = NONSENSE
            self.earlier.append(fields)
            rows.append(InboxMessage(group_id=self.group_id, store_id=self.store_id, channel=channel, fields=fields,
                                     campaign_id=self.campaigns.get(channel.pk), received_at=asked))
        bulk.create(InboxMessage, rows)
        messages = pipe(rows, store_id=self.store_id, by=Actor.system(self.group_id, "leads.intake"))
        for one in messages:
            if one.lead is not None and one.lead.state == LeadState.ASSIGNED:
                self.give_fate(one.lead, moment)
            elif one.surviving_lead_id or one.opportunity_id:
                self.asked_again = True

    def give_fate(self, lead: Lead, moment: datetime) -> None:
        """How fast somebody calls, and what becomes of it. The last days stay open."""
        fast = self.chance.random()
        wait = 3 if fast < 0.45 else 9 if fast < 0.7 else 25 if fast < 0.9 else 100
        first = self._in_hours(moment + timedelta(minutes=self.chance.uniform(1, wait)))
        is_live = moment > self.now - timedelta(days=LIVE_DAYS)
        if is_live and self.chance.random() < 0.35:
            return
        draw = self.chance.random()
        fate = ("convert" if draw < 0.36 else "invalid" if draw < 0.64 else "nurture" if draw < 0.78 else "open")
        if fate == "open" and not is_live:
            self.neglected.append(lead.pk)
            return
        self.plan(first, lambda m: self.call(lead, m, fate))

    def call(self, lead: Lead, moment: datetime, fate: str) -> None:
        """Verbs read the lead again: what somebody else did with it meanwhile makes them refuse."""
        by = self._actor(lead.owner_id)
        tomorrow = self._in_hours(moment + timedelta(days=1))
        reached = fate != "open" or self.chance.random() < 0.5
        given = {"channel": "call", "result": "connected" if reached else "no_answer",
                 "talk_seconds": self.chance.choice((60, 120, 190, 240, 320)) if reached else 0,
                 "next_at": tomorrow, "content": self.chance.choice(SAID) if reached else ""}
        if reached:
            given |= {"need": self.chance.choice(NEEDS), "budget_high": lead.budget_high or 150_000}
        if self._done(lead.log_contact, by, **given):
            self.plan(moment + timedelta(minutes=self.chance.randrange(4, 30)), lambda m: self.settle(lead, m, fate))

    def settle(self, lead: Lead, moment: datetime, fate: str) -> None:
        if lead.owner_id is None:
            return
        by = self._actor(lead.owner_id)
        if fate == "invalid":
            if self._done(lead.mark_invalid, by, reason=self.chance.choice(REASONS)):
                self.reported.append(lead.pk)
        elif fate == "nurture":
            self._done(lead.nurture, by, reason="半年后再考虑")
        elif fate == "convert":
            self.convert(lead, by, moment)

    def tidy_up(self, moment: datetime) -> None:
        """In the evening the supervisor looks at what was reported, and what nobody called goes back."""
        Lead.approve_invalid.many(self.reported, by=self.supervisor)
        clocks = Actor.system(self.group_id, "leads.clocks")
        Lead.recall.many(self.neglected, by=clocks)
        self.reported, self.neglected, self.asked_again = [], [], False
        self.let_go(moment, clocks)

    def let_go(self, moment: datetime, clocks: Actor) -> None:
        """What nobody follows any more goes into the pool, as it would by the clocks."""
        stale = Lead.objects.filter(store_id=self.store_id, state__in=HELD, assigned_at__lt=moment - timedelta(days=4))
        Lead.release.many(list(stale.values_list("pk", flat=True)), by=clocks, reason=PoolReason.RECALLED.value)
        old = Opportunity.objects.filter(store_id=self.store_id, last_valid_at__lt=moment - timedelta(days=21))
        arrived = old.filter(state=OpportunityState.ARRIVED)
        for row in arrived:
            self._done(row.end_visit, clocks, reason="还要和家人商量", next_at=moment + timedelta(hours=20))
        waiting = old.filter(state=OpportunityState.FOLLOWING).values_list("pk", flat=True)
        Opportunity.to_pool.many(list(waiting), by=clocks, reason="21 天没有有效跟进")

    def convert(self, lead: Lead, by: Actor, moment: datetime) -> None:
        series = lead.series or self._any_series()
        done = self._done(
            lead.convert, by, name=lead.name or "客户", series=series, within_days=lead.within_days or 30,
            city=lead.city or CITIES[0], next_at=self._in_hours(moment + timedelta(days=1)), consented=True,
            need=lead.need or NEEDS[0], budget_high=lead.budget_high)
        if done and self.chance.random() < 0.62:
            file = lead.opportunity
            later = self._in_hours(moment + timedelta(hours=self.chance.randrange(3, 70)))
            self.plan(later, lambda m: self.invite(file, m))

    def invite(self, row: Opportunity, moment: datetime) -> None:
        if row.state != OpportunityState.FOLLOWING or row.owner_id is None:
            return
        by = self._actor(row.owner_id)
        starts = self._visit_time(moment)
        kind = self.chance.choice(("showroom", "showroom", "test_drive"))
        if self._done(row.book_visit, by, starts_at=starts, kind=kind):
            visit, shows = row.appointment_id, self.chance.random() < 0.7
            self.plan(starts + timedelta(minutes=self.chance.randrange(-10, 25)), lambda m: self.visit(visit, m, shows))

    def visit(self, pk: int, moment: datetime, shows: bool) -> None:
        row = Appointment.objects.filter(pk=pk).first()
        if row is None or row.owner_id is None:
            return
        if not self._done(row.keep if shows else row.mark_no_show, self.supervisor):
            return
        customer = Opportunity.objects.filter(pk=row.subject_id, appointment_id=pk).first()
        if customer is not None and shows:
            self._done(customer.arrive, Actor.system(self.group_id, "leads.clocks"), at=moment)
        elif customer is not None:
            self._done(customer.miss_visit, Actor.system(self.group_id, "leads.clocks"))

    # -- small things --------------------------------------------------------------------------------------------------
    def _done(self, verb: Callable, by: Actor, **given: Any) -> bool:
        """People run into refusals too; then nothing has happened."""
        try:
            verb(by=by, **given)
        except (NotAllowed, BadInput):
            return False
        return True

    def _actor(self, employee_id: int) -> Actor:
        if employee_id not in self.actors:
            self.actors[employee_id] = actor_for(Employee.objects.get(pk=employee_id))
        return self.actors[employee_id]

    def _any_series(self) -> Series:
        return Series.objects.get(name=self.chance.choice(self.series))

    def _in_hours(self, moment: datetime) -> datetime:
        if self.hours.is_open(moment):
            return moment
        return self.hours.next_opening(moment) + timedelta(minutes=self.chance.randrange(1, 45))

    def _visit_time(self, moment: datetime) -> datetime:
        """A full or half hour in the middle of an opening day, one to five days ahead."""
        local = moment.astimezone(self.hours.tz) + timedelta(days=self.chance.randrange(1, 6))
        wanted = local.replace(hour=self.chance.randrange(9, 17), minute=self.chance.choice((0, 30)), second=0,
                               microsecond=0)
        return wanted if self.hours.is_open(wanted) else self.hours.next_opening(wanted) + timedelta(hours=1)
