"""Registers as a Django application: when all is loaded, every app's register.py has spoken."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class RegistersConfig(AppConfig):
    """Declarations, saved views, imports."""

    name = "shuibao.platform.registers"
    label = "registers"
    verbose_name = "台账"

    def ready(self) -> None:
        """Loads the declarations."""
        autodiscover_modules("register")
