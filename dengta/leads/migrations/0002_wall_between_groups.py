"""Rows of another group do not exist, whatever the query says."""

from django.db import migrations

from dengta.core.rls import ProtectByGroup


class Migration(migrations.Migration):
    dependencies = [("leads", "0001_initial")]
    operations = [
        ProtectByGroup(
            "agentrecord", "followup", "importrow", "importrun", "inboxmessage", "intentlevel", "lead",
            "leadassignment", "leadtransfer", "levelchange", "opportunity", "slarule", "touchpoint",
        )
    ]
