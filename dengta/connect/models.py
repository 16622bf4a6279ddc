"""What connections need to remember for a few minutes. No business rows, so outside of the wall between groups."""

from django.db import models


class Nonce(models.Model):
    """A signed request that was already received; the same one again is a replay."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest[:12]
