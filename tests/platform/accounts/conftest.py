"""Administrators, and a browser that signs in as people do."""

import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role

PASSWORD = "longEnough-4711"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_lock_from_before(db: None) -> None:
    cache.clear()


@pytest.fixture
def city_admin(make_user: Callable[..., User]) -> User:
    """The administrator of Yuncheng."""
    return make_user("cityadmin", Role.ADMINISTRATOR, "140800")


@pytest.fixture
def county_admin(make_user: Callable[..., User]) -> User:
    """The administrator of one county."""
    return make_user("countyadmin", Role.ADMINISTRATOR, "140802")


@pytest.fixture
def sign_in(client: Client) -> Callable[..., Client]:
    """Types user name and password into the sign-in page."""

    def typed(username: str, password: str = PASSWORD) -> Client:
        client.post("/account/login/", {"login": username, "password": password})
        return client

    return typed


@pytest.fixture
def code_at() -> Callable[[int], str]:
    """What an authenticator with the tests' secret shows some half minutes from now."""
    return lambda steps: format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


@pytest.fixture
def give_authenticator() -> Callable[[User], TOTP]:
    """Sets up somebody's second factor with the tests' secret."""
    return lambda person: TOTP.activate(person, SECRET)
