"""Definitions and their versions."""

from dengta.studio.models.definition import Definition, DefinitionVersion

__all__ = ["Definition", "DefinitionVersion"]
