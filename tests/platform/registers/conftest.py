"""Registers as the tests of lists, pages and copies need them: real ones, and one that each test declares."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
import shapely
from django.test import Client

from shuibao.platform.accounts.models import Grant, Organisation, User
from shuibao.platform.accounts.roles import VERBS, Role
from shuibao.platform.core.models import Region
from shuibao.platform.registers import registry
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.registry import register_named

Declare = Callable[..., Register]


@pytest.fixture
def county_shapes(regions: dict[str, Region]) -> dict[str, Region]:
    """The regions with square boundaries, side by side: 0.1 degrees wide each."""
    for place, code in enumerate(("140802", "140822", "141002")):
        regions[code].boundary = shapely.box(111 + place / 10, 35, 111.1 + place / 10, 35.1)
        regions[code].save()
    return regions


@pytest.fixture
def companies(regions: dict[str, Region]) -> dict[str, Organisation]:
    """A company in two counties of one city and in another city."""
    return {
        code: Organisation.objects.create(
            code=f"c-{code}", name=f"{regions[code].name}建设公司", kind="company", region_id=code
        )
        for code in ("140802", "140822", "141002")
    }


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Declares a register like a real one, but for some parts, for one test."""

    def declared(like: str, **parts: object) -> Register:
        real = register_named(like)
        assert real is not None
        made = replace(real, **parts)
        monkeypatch.setitem(registry._REGISTERS, made.name, made)
        return made

    return declared


@pytest.fixture
def may(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Gives a role more verbs for one test."""

    def give(role: Role, *verbs: str) -> None:
        monkeypatch.setitem(VERBS, role, (*VERBS[role], *verbs))

    return give


@pytest.fixture
def as_role(make_user: Callable[..., User]) -> Callable[..., Client]:
    """A browser in which a person with a role in a region is signed in."""

    def signed_in(role: Role, code: str = "140800", name: str = "") -> Client:
        client = Client()
        user = make_user(name or f"{role}-{code}", role, code)
        client.force_login(user)
        session = client.session
        session["second_factor"] = user.pk
        session.save()
        return client

    return signed_in


@pytest.fixture
def grant_of() -> Callable[..., Grant]:
    """Gives a person one more role."""

    def give(user: User, role: Role, code: str) -> Grant:
        return Grant.objects.create(user=user, role=role, region_id=code, valid_from=date(2020, 1, 1))

    return give
