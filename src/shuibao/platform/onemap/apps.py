"""The one map as a Django application."""

from django.apps import AppConfig


class OnemapConfig(AppConfig):
    """The map's page, tiles and statistics. It keeps nothing of its own."""

    name = "shuibao.platform.onemap"
    label = "onemap"
    verbose_name = "一张图"
