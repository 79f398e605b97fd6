"""Accounts as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, organisations, posts, grants."""

    name = "shuibao.platform.accounts"
    label = "accounts"
    verbose_name = "机构和人员"

    def ready(self) -> None:
        """Writes sign-ins into the log; the back office has no sign-in of its own without second factor."""
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        import_module("shuibao.platform.accounts.signin_log")
        admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
