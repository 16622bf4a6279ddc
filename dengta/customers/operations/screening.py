"""Numbers that never become leads: our own people, those who said no, competitors, media."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from dengta.core import scope
from dengta.customers.types import PHONE_KINDS, Candidate, StopReason
from dengta.customers.types.sealing import fingerprint
from dengta.org.models import Employee
from dengta.org.types import EmployeeStatus

STOPPED = """
    select s.value_hash, s.kind from unnest(%(hashes)s::bytea[]) u(h) join customers_stopentry s
        on s.group_id = %(group)s and s.value_hash = u.h and s.removed_at is null
    union all
    select p.value_hash, c.restriction from unnest(%(hashes)s::bytea[]) u(h)
    join customers_contactpoint p on p.group_id = %(group)s and p.value_hash = u.h and p.removed_at is null
        and p.kind in ('mobile', 'unionid', 'wecom', 'wechat')
    join customers_customer c on c.group_id = %(group)s and c.id = p.customer_id and c.restriction <> ''
"""


def stopped(candidates: Sequence[Candidate]) -> list[str]:
    """Per candidate the reason (`StopReason`) why they must not become a lead, or "". Two statements."""
    group_id = scope.current().group_id
    values = [candidate.values() for candidate in candidates]
    phones = {value for found in values for kind, value, _virtual in found if kind in PHONE_KINDS}
    ours = set(Employee.objects.filter(mobile__in=phones).exclude(status=EmployeeStatus.LEFT)
               .values_list("mobile", flat=True)) if phones else set()
    hashes = {(kind, value): fingerprint(group_id, kind, value) for found in values for kind, value, _virtual in found}
    listed: dict[bytes, str] = {}
    if hashes:
        with connection.cursor() as cursor:
            cursor.execute(STOPPED, {"group": group_id, "hashes": list(hashes.values())})
            listed = {bytes(hashed): reason for hashed, reason in cursor.fetchall()}
    answers = []
    for found in values:
        reasons = [StopReason.EMPLOYEE.value for _kind, value, _virtual in found if value in ours]
        reasons += [listed[hashes[kind, value]] for kind, value, _virtual in found if hashes[kind, value] in listed]
        answers.append(reasons[0] if reasons else "")
    return answers
