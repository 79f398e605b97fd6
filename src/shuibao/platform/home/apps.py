"""The shell and the home page as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Shell, home page, search."""

    name = "shuibao.platform.home"
    label = "home"
    verbose_name = "首页"

    def ready(self) -> None:
        """Starts to note when people were here before."""
        import_module("shuibao.platform.home.last_visit")
