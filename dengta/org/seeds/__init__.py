"""What the org room brings along: roles for every dealer, and a demo group."""

from dengta.org.seeds.demo import CODE, Demo, demo
from dengta.org.seeds.roles import ROLES, reference

__all__ = ["CODE", "ROLES", "Demo", "demo", "reference"]
