"""Who does something, and how far each of their rights reaches. Computed once per request by the org room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Model, Q

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Reach:
    """Where one permission holds. Empty means nowhere."""

    everything: bool = False
    stores: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    own: bool = False
    pool: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.everything or self.stores or self.teams or self.own or self.pool)

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            self.everything or other.everything,
            self.stores | other.stores,
            self.teams | other.teams,
            self.own or other.own,
            self.pool | other.pool,
        )


NOWHERE = Reach()
EVERYWHERE = Reach(everything=True)


@dataclass(frozen=True)
class Actor:
    """A person, a token, a rule or the system itself. `stores` None means every store of the group."""

    kind: str
    id: int | None
    label: str
    group_id: int
    employee_id: int | None = None
    stores: frozenset[int] | None = None
    grants: Mapping[str, Reach] = field(default_factory=dict)
    language: str = "zh-hans"
    all_powerful: bool = False

    @classmethod
    def system(cls, group_id: int, label: str = "system") -> Actor:
        """Dengta's own hand: timers, the intake pipeline, set-up."""
        return cls("system", None, label, group_id, all_powerful=True)

    def reach(self, permission: str) -> Reach:
        """The union of what is granted by name, by `app.model.*`, by `app.*` and by `*`."""
        if self.all_powerful:
            return EVERYWHERE
        app, _, rest = permission.partition(".")
        model = rest.partition(".")[0]
        found = NOWHERE
        for key in {permission, f"{app}.{model}.*", f"{app}.*", "*"}:
            if key in self.grants:
                found = found | self.grants[key]
        return found

    def may(self, permission: str) -> bool:
        return bool(self.reach(permission))


def covered(
    reach: Reach,
    actor: Actor,
    *,
    store: str | None = "store_id",
    team: str | None = "team_id",
    owner: str | None = "owner_id",
    pool: Q | None = None,
    walled: bool = True,
) -> Q:
    """The rows a reach covers, over plain columns. Name None for a column that the table has not.

    `walled`: rows of stores outside of the wall are never shown. A reach over all of its stores is then said by the
    store alone; more ways joined by OR would only keep the planner from reading a list in the order of its index.
    """
    if reach.everything:
        return Q()
    if walled and store == "store_id" and actor.stores and actor.stores <= reach.stores:
        return Q(store_id__in=actor.stores)
    found: list[Q] = []
    if store and reach.stores:
        found.append(Q(**{f"{store}__in": reach.stores}))
    if team and reach.teams:
        found.append(Q(**{f"{team}__in": reach.teams}))
    if owner and reach.own and actor.employee_id is not None:
        found.append(Q(**{owner: actor.employee_id}))
    if pool is not None and store and reach.pool:
        found.append(Q(**{f"{store}__in": reach.pool}) & pool)
    if not found:
        return NOTHING
    union = found[0]
    for part in found[1:]:
        union |= part
    return union


def covers(reach: Reach, actor: Actor, row: Model) -> bool:
    """The same answer for one row in memory; a row without the column is covered by any reach."""
    if reach.everything:
        return True
    owner = getattr(row, "owner_id", None)
    if not any(hasattr(row, name) for name in ("store_id", "team_id", "owner_id")):
        return bool(reach)
    return bool(
        getattr(row, "store_id", None) in reach.stores
        or getattr(row, "team_id", None) in reach.teams
        or (reach.own and owner is not None and owner == actor.employee_id)
        or (owner is None and getattr(row, "store_id", None) in reach.pool)
    )
