from django.db import migrations

from dengta.core.rls import ProtectByGroup

FINAL = """
create function studio_version_is_final() returns trigger language plpgsql as $$
begin
  if old.state <> 'draft' and (new.body is distinct from old.body or new.number <> old.number
                               or new.definition_id <> old.definition_id) then
    raise exception 'A published version is final (studio_definitionversion %)', old.id;
  end if;
  return new;
end $$;
create trigger studio_version_is_final before update on studio_definitionversion
  for each row execute function studio_version_is_final();
"""


class Migration(migrations.Migration):
    """The wall between groups, and the promise that a published version never changes."""

    dependencies = [("studio", "0001_initial")]

    operations = [
        ProtectByGroup("Definition", "DefinitionVersion"),
        migrations.RunSQL(FINAL, "drop trigger studio_version_is_final on studio_definitionversion;"
                                 "drop function studio_version_is_final();"),
    ]
