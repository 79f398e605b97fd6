"""A person's tokens: made on one's own page, shown once, used by programs, ended."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.api.models import ApiToken
from shuibao.platform.api.services import MOST_ALIVE, make_token
from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.models import Event

Program = Callable[..., Client]
MakeUser = Callable[..., User]
PAGE = "/account/tokens/"


def made_on_the_page(client: Client) -> str:
    answer = client.post(PAGE, {"name": "汇交", "scope": "read", "days": "30"})
    assert answer.status_code == 200, answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    secret: str = answer.context["secret"]
    assert secret in answer.content.decode()
    return secret


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    secret = made_on_the_page(client)
    assert secret not in client.get(PAGE).content.decode()
    kept = ApiToken.objects.values().get()
    assert secret not in map(str, kept.values())
    assert Client().get("/api/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    assert secret not in str(list(Event.objects.values()))
    assert Event.objects.get(verb="tokens.made").by == engineer


def test_an_ended_token_is_of_no_use(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    program = Client(headers={"Authorization": f"Bearer {made_on_the_page(client)}"})
    token = ApiToken.objects.get()
    assert client.post(f"{PAGE}{token.pk}/end/").status_code == 302
    assert program.get("/api/me").status_code == 401
    assert client.post(f"{PAGE}{token.pk}/end/").status_code == 409
    assert Event.objects.filter(verb="tokens.ended").count() == 1


def test_nobody_sees_or_ends_the_token_of_another(
    client: Client, engineer: User, make_user: MakeUser
) -> None:
    token = make_token("汇交用的", "read", 30, by=engineer, has_second_factor=False).token
    client.force_login(make_user("administrator", Role.ADMINISTRATOR))
    assert "汇交用的" not in client.get(PAGE).content.decode()
    assert client.post(f"{PAGE}{token.pk}/end/").status_code == 404
    assert Client().get(PAGE).status_code == 302


def test_an_expired_token_is_of_no_use(program: Program, engineer: User, yesterday: object) -> None:
    assert program(engineer, expires_at=yesterday).get("/api/me").status_code == 401


def test_the_token_of_an_ended_account_is_of_no_use(program: Program, engineer: User) -> None:
    client = program(engineer)
    User.objects.filter(pk=engineer.pk).update(is_active=False)
    assert client.get("/api/me").status_code == 401


def test_a_token_made_without_second_factor_does_not_serve_one_who_needs_it_now(
    program: Program, engineer: User, regions: Any
) -> None:
    weak, strong = program(engineer, has_second_factor=False), program(engineer)
    assert weak.get("/api/me").status_code == 200
    Grant.objects.create(user=engineer, role=Role.DUTY, region_id="140800", valid_from="2020-01-01")
    assert (weak.get("/api/me").status_code, weak.get("/api/me").json()["code"]) == (403, "second_factor")
    assert strong.get("/api/me").status_code == 200
    assert weak.get("/ogc/collections").status_code == 403


def test_a_wrong_token_is_refused_even_beside_a_session(client: Client, engineer: User) -> None:
    client.force_login(engineer)
    for said in ("Bearer shuibao_wrong", "Bearer", "Basic eDp5"):
        answer = client.get("/api/regions", headers={"Authorization": said})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(("scope", "days"), [("all", "30"), ("read", "3650"), ("read", "")])
def test_a_token_that_cannot_be_is_refused_on_the_page(
    client: Client, engineer: User, scope: str, days: str
) -> None:
    client.force_login(engineer)
    assert client.post(PAGE, {"name": "x", "scope": scope, "days": days}).status_code == 422
    assert not ApiToken.objects.exists()


def test_a_person_has_so_many_tokens_at_most(engineer: User) -> None:
    for number in range(MOST_ALIVE):
        make_token(f"{number}", "read", 1, by=engineer, has_second_factor=False)
    with pytest.raises(Conflict):
        make_token("one more", "read", 1, by=engineer, has_second_factor=False)


def test_the_page_says_when_a_token_was_last_used(client: Client, program: Program, engineer: User) -> None:
    program(engineer).get("/api/me")
    assert ApiToken.objects.get().last_used_at is not None


def test_one_who_asks_too_often_is_told_when_to_come_back(
    program: Program, engineer: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuibao.platform.api.rates.time.time", lambda: 1_800_000_010.0)
    settings.API_PER_MINUTE = {"token": 30, "address": 1000}
    hasty, other = program(engineer), program(engineer)
    answers = [hasty.get("/api/me") for _ in range(31)]
    assert [a.status_code for a in answers[:29]] == [200] * 29
    last = answers[-1]
    assert (last.status_code, last.json()["code"]) == (429, "too_many")
    assert 1 <= int(last["Retry-After"]) <= 60
    assert other.get("/api/me").status_code == 200


def test_visitors_are_counted_by_their_address(
    client: Client, regions: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shuibao.platform.api.rates.time.time", lambda: 1_800_000_130.0)
    settings.API_PER_MINUTE = {"token": 1000, "address": 20}
    codes = [client.get("/api/regions", REMOTE_ADDR="10.0.0.7").status_code for _ in range(25)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert client.get("/api/regions", REMOTE_ADDR="10.0.0.8").status_code == 200
