"""Imports as a Django application."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Files on their way into a register."""

    name = "shuibao.platform.registers.importing"
    label = "importing"
    verbose_name = "导入"
