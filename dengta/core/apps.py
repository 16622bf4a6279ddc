"""The floor of the house. Start-up: load every room's plug, register all verbs, freeze the registry."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps

from dengta.core.registry import registry
from dengta.core.verbs import register_verbs

PLUGS = ("events", "reactions", "jobs", "studio", "seeds")


class CoreConfig(AppConfig):
    name = "dengta.core"
    label = "core"

    def ready(self) -> None:
        """Import what the rooms offer, lowest room first, then freeze. Core is last in INSTALLED_APPS."""
        for config in apps.get_app_configs():
            if not config.name.startswith("dengta."):
                continue
            for plug in PLUGS:
                if find_spec(f"{config.name}.{plug}"):
                    import_module(f"{config.name}.{plug}")
        register_verbs(apps.get_models())
        registry.freeze()
