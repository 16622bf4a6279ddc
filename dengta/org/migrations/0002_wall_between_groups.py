from django.db import migrations

from dengta.core.rls import ProtectByGroup


class Migration(migrations.Migration):
    """Group and Account stay outside: they are read before the group is known."""

    dependencies = [("org", "0001_initial")]

    operations = [
        ProtectByGroup(
            "LegalEntity",
            "Brand",
            "Store",
            "StoreBrand",
            "Department",
            "Team",
            "Role",
            "Employee",
            "Position",
            "Shift",
            "BusinessDay",
            "ApiToken",
        )
    ]
