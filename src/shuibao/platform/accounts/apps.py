"""Accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organisations, posts, grants."""

    name = "shuibao.platform.accounts"
    label = "accounts"
    verbose_name = "机构和人员"
