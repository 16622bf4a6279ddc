"""Tables of the org room."""

from dengta.org.models.account import Account, ApiToken
from dengta.org.models.calendar import BusinessDay, Shift
from dengta.org.models.employee import Employee, Position
from dengta.org.models.role import Role
from dengta.org.models.structure import Brand, Department, Group, LegalEntity, Store, StoreBrand, Team

__all__ = [
    "Account",
    "ApiToken",
    "Brand",
    "BusinessDay",
    "Department",
    "Employee",
    "Group",
    "LegalEntity",
    "Position",
    "Role",
    "Shift",
    "Store",
    "StoreBrand",
    "Team",
]
