"""Changes and questions over many customers at once; the doors for rooms above."""

from dengta.customers.models.finding import index
from dengta.customers.operations.consents import consent
from dengta.customers.operations.dealings import link, relink, unlink
from dengta.customers.operations.exports import tell_export
from dengta.customers.operations.identity import LostRace, identify, register
from dengta.customers.operations.lookup import Known, hint, hint_url, who_has
from dengta.customers.operations.merging import moving, preview
from dengta.customers.operations.screening import stopped
from dengta.customers.operations.suspecting import suspect

__all__ = [
    "Known", "LostRace", "consent", "hint", "hint_url", "identify", "index", "link", "moving", "preview", "register",
    "relink", "stopped", "suspect", "tell_export", "unlink", "who_has",
]
