"""Rows of another group do not exist. Keys stand outside: they tell the intake which group is meant."""

from django.db import migrations

from dengta.core.rls import ProtectByGroup


class Migration(migrations.Migration):
    dependencies = [("market", "0001_initial")]
    operations = [ProtectByGroup("channel", "campaign")]
