"""The nouns of the vehicles room."""

from dengta.vehicles.models.series import Series, recognise

__all__ = ["Series", "recognise"]
