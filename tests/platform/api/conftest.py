"""Programs with a token, people in a browser, and a register that may be written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from pytest_django import Settings

from shuibao.platform import urls
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.api.build import api_for
from shuibao.platform.api.services import make_token
from shuibao.platform.api.urls import addresses
from shuibao.platform.registers.registry import register_named

Program = Callable[..., Client]


@pytest.fixture(autouse=True)
def a_fresh_minute(db: None) -> None:
    """Nobody has asked anything yet."""
    cache.clear()


@pytest.fixture
def program() -> Program:
    """A client that sends a token of a person."""

    def of(person: User, scope: str = "write", **facts: object) -> Client:
        made = make_token("测试", scope, 30, by=person, has_second_factor=True)
        if facts:
            type(made.token).objects.filter(pk=made.token.pk).update(**facts)
        return Client(headers={"Authorization": f"Bearer {made.secret}"})

    return of


@pytest.fixture
def yesterday() -> object:
    """A moment that is over."""
    return timezone.now() - timedelta(days=1)


@pytest.fixture
def engineer(make_user: Callable[..., User]) -> User:
    """A monitoring engineer of Yuncheng."""
    return make_user("engineer", Role.ENGINEER)


class Site:
    """All addresses, with an API in which organisations may be written."""

    handler404 = urls.handler404
    handler500 = urls.handler500

    def __init__(self) -> None:
        organisations = register_named("organisations")
        assert organisations is not None
        fields = ("code", "name", "short_name", "kind", "region", "parent", "valid_from")
        api = api_for([replace(organisations, editable=fields)])
        ours = path("api/", include((addresses(api), "api")))
        others = [p for p in urls.urlpatterns if str(p.pattern) != "api/"]
        self.urlpatterns = [ours, *others]


@pytest.fixture
def writable_site(settings: Settings) -> None:
    """Organisations have a form here."""
    settings.ROOT_URLCONF = Site()
