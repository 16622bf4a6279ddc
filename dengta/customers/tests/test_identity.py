"""Who is this? The rules of domain 2.1, batches, and two workers at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from dengta.core import scope
from dengta.core.models import EventRow
from dengta.core.testing import count_queries
from dengta.customers import operations
from dengta.customers.models import ContactPoint, Customer, Suggestion
from dengta.customers.tests.factories import fresh_phone, make_customer
from dengta.customers.types import Candidate


def register(system, *candidates, **options):
    return operations.register(candidates, store_id=None, by=system, **options)


def test_identify_knows_a_mobile_first_then_a_union_id(group_scope, system):
    wang = make_customer(group_scope.group, phone="+8613800000001")
    li = make_customer(group_scope.group, phone="", unionid="union-li")

    found = operations.identify([
        Candidate(phones=["+8613800000001"], unionid="union-li"),
        Candidate(phones=["+8613800000002"], unionid="union-li"),
        Candidate(phones=["+8613800000003"]),
    ])

    assert [(one.customer_id, one.how) for one in found] == [(wang.pk, "mobile"), (li.pk, "unionid"), (None, "")]
    assert found[0].hints == [(li.pk, "unionid")]


def test_other_matches_only_raise_a_suggestion(group_scope, system):
    known = make_customer(group_scope.group, phone="+862158888888", wecom="wm-1", wechat="wang_88",
                          email="w@example.com")
    newcomers = [
        Candidate(name="A", phones=["+8613800000011", "+862158888888"]),
        Candidate(name="B", phones=["+8613800000012"], wecom="wm-1"),
        Candidate(name="C", phones=["+8613800000013"], wechat="wang_88"),
        Candidate(name="D", phones=["+8613800000014"], email="w@example.com"),
    ]

    made = register(system, *newcomers)

    assert all(one.is_new for one in made)
    assert set(Suggestion.objects.values_list("first_id", "why")) >= {
        (known.pk, "landline"), (known.pk, "wecom"), (known.pk, "wechat"), (known.pk, "email")}
    assert ContactPoint.objects.live().filter(kind="wechat").get().customer_id == known.pk
    assert ContactPoint.objects.live().filter(kind="landline").count() == 2


def test_somebody_with_nothing_but_a_known_account_is_its_owner(group_scope, system):
    known = make_customer(group_scope.group, wechat="wang_88")

    (one,) = register(system, Candidate(name="Wang", wechat="wang_88"))

    assert (one.customer_id, one.is_new, one.how) == (known.pk, False, "wechat")


def test_register_makes_one_customer_of_one_phone_in_a_batch(group_scope, system):
    phone = fresh_phone()

    made = register(system, Candidate(name="", phones=[phone]), Candidate(name="王小明", phones=[phone]),
                    Candidate(name="李四", phones=[phone]))

    assert [one.is_new for one in made] == [True, False, False]
    assert len({one.customer_id for one in made}) == 1
    assert ContactPoint.objects.filter(customer_id=made[0].customer_id).count() == 1
    assert EventRow.objects.filter(key="customers.customer.registered").count() == 1


def test_a_batch_leaves_what_one_by_one_would_leave(group_scope, system):
    def people(start: str) -> list[Candidate]:
        return [
            Candidate(name="A", phones=[f"+861380000{start}1"]),
            Candidate(name="B", phones=[f"+861380000{start}2"], unionid=f"u{start}"),
            Candidate(name="C", phones=[f"+861380000{start}1", f"+861380000{start}3"], unionid=f"u{start}"),
            Candidate(name="D", phones=[f"+861380000{start}3"], wechat=f"wx{start}aa"),
            Candidate(name="E", phones=[f"+861380000{start}4"], wechat=f"wx{start}aa", email=f"{start}@x.cn"),
            Candidate(name="F", email=f"{start}@x.cn"),
        ]

    def left(made: list) -> tuple:
        order = {pk: place for place, pk in enumerate(dict.fromkeys(one.customer_id for one in made))}
        points = ContactPoint.objects.filter(customer_id__in=order).order_by("kind", "customer_id", "shown")
        pairs = Suggestion.objects.filter(first_id__in=order)
        return ([(order[one.customer_id], one.is_new, one.how) for one in made],
                [(p.kind, order[p.customer_id], p.is_primary) for p in points],
                sorted((order[s.first_id], order[s.second_id], s.why) for s in pairs),
                [(c.name, c.phone_shown[-1:]) for c in Customer.objects.filter(pk__in=order).order_by("pk")])

    together = register(system, *people("111"))
    one_by_one = [register(system, one)[0] for one in people("222")]

    assert left(together)[0] == left(one_by_one)[0]
    assert left(together)[2:3] == left(one_by_one)[2:3]
    assert len(left(together)[1]) == len(left(one_by_one)[1])


def test_register_adds_what_the_file_of_a_known_customer_lacks(group_scope, system):
    phone = fresh_phone()
    known = make_customer(group_scope.group, name="陈静", phone=phone)

    register(system, Candidate(name="陈女士", phones=[phone, "+8613900009999"], gender="female", wechat="chen_jing"))

    known.refresh_from_db()
    assert (known.name, known.gender) == ("陈静", "female")
    assert sorted(known.contact_points.values_list("kind", flat=True)) == ["mobile", "mobile", "wechat"]


def test_the_number_of_statements_does_not_depend_on_the_batch(group_scope, system):
    known = [make_customer(group_scope.group, phone=fresh_phone()) for _ in range(3)]
    shown = [one.contact_points.get().value for one in known]

    def batch(size: int, old: list[str]) -> list[Candidate]:
        return [Candidate(name=f"N{n}", phones=[fresh_phone()], email=f"s{size}@x.cn") for n in range(size)] + [
            Candidate(name="K", phones=[one], gender="male") for one in old]

    with count_queries() as few:
        register(system, *batch(2, shown[:1]))
    with count_queries() as many:
        register(system, *batch(200, shown))

    assert len(few) == len(many)
    assert len(many) <= 10


def test_values_are_sealed_and_shown_masked(group_scope, system):
    made = make_customer(group_scope.group, phone="+8613812345678", wechat="wang_88")

    with connection.cursor() as cursor:
        cursor.execute("select array_agg(p::text) from customers_contactpoint p where customer_id = %s", [made.pk])
        stored = " ".join(cursor.fetchone()[0])
    assert "13812345678" not in stored
    assert "wang_88" not in stored
    assert made.phone_shown == "138****5678"
    assert made.contact_points.get(kind="mobile").value == "+8613812345678"


def test_stopped_names_employees_listed_numbers_and_restricted_customers(group_scope, system, north_consultant):
    quiet = make_customer(group_scope.group)
    quiet.restrict(by=system, kind="do_not_call", reason="asked")

    assert operations.stopped([
        Candidate(phones=[north_consultant.employee.mobile]),
        Candidate(phones=["+8613700000001"]),
        Candidate(phones=[quiet.contact_points.get().value]),
        Candidate(wechat="somebody"),
    ]) == ["employee", "", "do_not_call", ""]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_new_phone_make_one_customer(house, system):
    phones = [fresh_phone() for _ in range(40)]
    barrier, results, errors = threading.Barrier(2), {}, []

    def work(name: str, mine: list[str]) -> None:
        try:
            with scope.open(house.group.pk):
                barrier.wait(5)
                results[name] = operations.register(
                    [Candidate(name=name, phones=[one], wechat=f"wx_{name}{n:04d}") for n, one in enumerate(mine)],
                    store_id=None, by=system)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work, args=one) for one in (("a", phones), ("b", phones[::-1]))]
    for one in workers:
        one.start()
    for one in workers:
        one.join(20)

    assert errors == []
    with scope.open(house.group.pk):
        assert Customer.objects.count() == 40
        assert [one.customer_id for one in results["a"]] == [one.customer_id for one in results["b"]][::-1]
        assert sum(one.is_new for found in results.values() for one in found) == 40
        assert EventRow.objects.filter(key="customers.customer.registered").count() == 40
        assert ContactPoint.objects.filter(kind="wechat").count() == 80
