"""The shell and the home page as a Django application."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Shell, home page, search."""

    name = "shuibao.platform.home"
    label = "home"
    verbose_name = "首页"
