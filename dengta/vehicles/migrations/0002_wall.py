"""Rows of another group do not exist."""

from django.db import migrations

from dengta.core.rls import ProtectByGroup


class Migration(migrations.Migration):
    dependencies = [("vehicles", "0001_initial")]
    operations = [ProtectByGroup("series")]
