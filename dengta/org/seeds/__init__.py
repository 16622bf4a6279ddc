"""What the org room brings along: roles for every dealer, and a demo group."""

from dengta.org.seeds.roles import ROLES, reference

__all__ = ["ROLES", "reference"]
