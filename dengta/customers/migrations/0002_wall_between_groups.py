from django.db import migrations

from dengta.core.rls import ProtectByGroup


class Migration(migrations.Migration):
    """No customer of another group exists, whatever the query says."""

    dependencies = [("customers", "0001_initial")]

    operations = [
        ProtectByGroup(
            "Customer", "ContactPoint", "Consent", "Dealing", "DailyCount", "StopEntry", "MergeRecord", "Suggestion",
            "Relation", "Tag", "TagAssignment",
        )
    ]
