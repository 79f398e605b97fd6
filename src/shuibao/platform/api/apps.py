"""The interface for programs as a Django application."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Operations for programs, and the tokens they sign in with."""

    name = "shuibao.platform.api"
    label = "api"
    verbose_name = "接口"
