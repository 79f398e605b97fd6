"""Every address of the platform, asked by people whom it does not concern: nothing may come through.

An address that visitors may open needs a line in `OPEN`.
"""

import io
import zipfile
from collections.abc import Callable
from fnmatch import fnmatch
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role

MARK = "leak7mark"

OPEN = (
    "/section/*",  # empty frames for visitors
    "/search/*",  # what it finds is checked for marks
    "/region/",
    "/year/",
    "/account/",  # leads to the own page, which asks for a sign-in
    "/account/login/",
    "/account/logout/",  # signs nobody out
    "/account/inactive/",  # says that an account has ended, not whose
    "/account/password/set/*",  # the link is the key; a wrong one says so
    "/admin/jsi18n/",
    "/admin/logout/",
    "/language/",
    "/map/boundaries.json",  # boundaries are public
    "/registers/regions/*",  # names, codes and boundaries are public
    "/registers/rules/*",  # so are rules
    "/api/",  # leads to the documentation
    "/api/docs*",
    "/api/health",  # says that it works, and nothing else
    "/api/regions*",
    "/api/registers/regions*",
    "/api/registers/rules*",
    "/api/openapi.json",
    "/ogc/*",  # open collections only: what they hold is checked for marks
)


def _content(answer: HttpResponseBase) -> bytes:
    """All that was sent, a workbook unpacked."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if not body.startswith(b"PK"):
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


def _ask(client: Client, address: Any) -> tuple[int, str, bytes]:
    answer = getattr(client, address.method)(address.path)
    return answer.status_code, answer.headers.get("Location", ""), _content(answer)


def _fault(address: Any, status: int, where: str, body: bytes, *, visitor: bool) -> str:
    """What is wrong with an answer to an outsider; empty when nothing is."""
    if status >= 500:
        return f"{status}"
    if MARK.encode() in body.replace(address.path.encode(), b"") or MARK in where.replace(address.path, ""):
        return f"{status} shows what belongs to others"
    is_refused = status in (401, 403, 404, 405) or where.startswith(("/account/login/", "/admin/login/"))
    if visitor and not is_refused and not any(fnmatch(address.path, known) for known in OPEN):
        return f"{status} is open to visitors and not listed"
    return ""


@pytest.mark.slow
def test_no_address_shows_or_changes_what_belongs_to_others(
    addresses: list[Any],
    outsiders: dict[str, User | None],
    rows_of_others: Callable[[], list[dict[str, Any]]],
) -> None:
    before = rows_of_others()
    faults = []
    for who, outsider in outsiders.items():
        client = Client(raise_request_exception=False)
        if outsider is not None:
            client.force_login(outsider)
        for address in addresses:
            fault = _fault(address, *_ask(client, address), visitor=outsider is None)
            if fault:
                faults.append(f"{who}: {address.method} {address.path} ({address.name}): {fault}")
    assert not faults, "\n".join(faults)
    assert rows_of_others() == before


@pytest.mark.parametrize(
    "name", ["accounts:person", "jobs:detail", "registers:detail", "registers:list", "notices:list"]
)
def test_those_whom_it_concerns_do_see_it(world: Any, addresses: list[Any], name: str) -> None:
    client = Client()
    client.force_login(world.person)
    pages = [address for address in addresses if address.name == name and address.method == "get"]
    assert any(MARK.encode() in _ask(client, page)[2].replace(page.path.encode(), b"") for page in pages)


def test_an_ended_grant_opens_nothing(world: Any, make_user: Callable[..., User]) -> None:
    former = make_user("former", None, "141002")
    Grant.objects.create(
        user=former, role=Role.SUPERVISOR, region_id="140802", valid_from="2020-01-01", valid_to="2021-01-01"
    )
    client = Client()
    client.force_login(former)
    assert client.get(reverse("accounts:person", args=[world.person.pk])).status_code == 404
    assert client.get(reverse("jobs:detail", args=[world.job.pk])).status_code == 404
