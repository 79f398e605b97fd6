"""Notices as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The outbox, its channels, and what administrators are told of."""

    name = "shuibao.platform.notices"
    label = "notices"
    verbose_name = "通知"

    def ready(self) -> None:
        """Makes known what is done when rows are due or given up."""
        import_module("shuibao.platform.notices.alarms")
