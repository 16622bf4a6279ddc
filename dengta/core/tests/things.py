"""A noun without a table, for tests of buttons: an unmanaged proxy with three verbs."""

from django.contrib.auth.models import Group

from dengta.core.inputs import Text
from dengta.core.verbs import verb


class Thing:
    """Looks like a row to tags and verbs: it has a store, a state and verbs, and borrows a model's name."""

    _meta = Group._meta
    store_id, team_id, owner_id, state = 1, 1, 1, "open"

    def __init__(self, pk):
        self.pk = pk

    @verb(label="Mend", inputs=[Text("how")])
    def mend(self, *, by, how):
        """Needs an input."""

    @verb(label="Drop", confirm="It is gone for good.")
    def drop(self, *, by):
        """Asks first."""

    @verb(label="Close", from_states=["done"])
    def close(self, *, by):
        """Not possible now."""
