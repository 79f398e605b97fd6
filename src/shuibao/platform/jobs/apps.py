"""Jobs as a Django application: when all is loaded, every kind of job is known."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Jobs, their log, the worker that executes them."""

    name = "shuibao.platform.jobs"
    label = "jobs"
    verbose_name = "作业"

    def ready(self) -> None:
        """Loads the kinds of this app, and those that other apps bring in a module `job_kinds`."""
        kinds = import_module("shuibao.platform.jobs.kinds")
        for module in pkgutil.iter_modules(kinds.__path__):
            import_module(f"{kinds.__name__}.{module.name}")
        autodiscover_modules("job_kinds")
