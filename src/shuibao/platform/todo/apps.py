"""待办 as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class TodoConfig(AppConfig):
    """The list of what is due, and its reminders."""

    name = "shuibao.platform.todo"
    label = "todo"
    verbose_name = "待办"

    def ready(self) -> None:
        """Makes known what is done when a reminder is due."""
        import_module("shuibao.platform.todo.reminding")
