"""Starting Django outside the web server: for the commands and the workers."""

import importlib.util
import os

from shuibao.science.errors import DomainError

SETTINGS = "shuibao.platform.settings"


class NotConfigured(DomainError):
    """The platform cannot start: a package or a setting is missing."""


def start_django() -> None:
    """Makes settings and models usable. Raises NotConfigured with what to set or install."""
    if importlib.util.find_spec("django") is None:
        raise NotConfigured("平台没有安装。请安装 shuibao[platform]（命令行的分析功能不需要它）。")
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        django.setup()
    except ImproperlyConfigured as problem:
        raise NotConfigured(str(problem)) from problem
