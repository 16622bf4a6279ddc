"""The pages of the studio."""

from dengta.studio.views.definitions import definition, definitions, history, publish
from dengta.studio.views.editing import cell, edit, frame, outputs
from dengta.studio.views.trying import try_out

__all__ = ["cell", "definition", "definitions", "edit", "frame", "history", "outputs", "publish", "try_out"]
