"""The rule book as a Django application."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    """Versions of rules and their uses."""

    name = "shuibao.platform.rulebook"
    label = "rulebook"
    verbose_name = "规则"
