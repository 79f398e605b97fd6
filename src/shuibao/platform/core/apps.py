"""The core as a Django application."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Regions, events, due rows, attachments."""

    name = "shuibao.platform.core"
    label = "core"
    verbose_name = "基础"
