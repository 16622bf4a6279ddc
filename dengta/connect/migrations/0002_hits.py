"""The counters of the rate limiter: unlogged, because a crash may forget them."""

from django.db import migrations

CREATE = """
create unlogged table connect_hit (
    key text not null, minute bigint not null, slot smallint not null, hits integer not null,
    primary key (key, minute, slot)
) with (fillfactor = 50)
"""


class Migration(migrations.Migration):
    dependencies = [("connect", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, "drop table connect_hit")]
