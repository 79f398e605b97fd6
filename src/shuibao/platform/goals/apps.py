"""Plans, tasks and targets as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class GoalsConfig(AppConfig):
    """Plans, tasks, quarterly reports, targets."""

    name = "shuibao.platform.goals"
    label = "goals"
    verbose_name = "考核与任务"

    def ready(self) -> None:
        """Puts its pages into the rail and starts the daily look at the quarter."""
        import_module("shuibao.platform.goals.tools")
        import_module("shuibao.platform.goals.services.quarters")
