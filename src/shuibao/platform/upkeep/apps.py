"""Upkeep as a Django application: it brings the demo's kinds of jobs."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """Checks, backup, restore, demo."""

    name = "shuibao.platform.upkeep"
    label = "upkeep"
    verbose_name = "维护"
