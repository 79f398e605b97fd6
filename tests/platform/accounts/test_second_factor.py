from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.test import Client

from shuibao.platform.accounts.models import Grant, User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.accounts.services import reset_second_factor
from shuibao.platform.core.models import Event

SignIn = Callable[..., Client]
MakeUser = Callable[..., User]
CodeAt = Callable[[int], str]
GiveAuthenticator = Callable[[User], object]

PROFILE = "/account/profile/"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.DUTY])
def test_who_needs_a_second_factor_sets_it_up_before_anything_else(
    make_user: MakeUser, sign_in: SignIn, role: Role
) -> None:
    make_user("guard", role)
    client = sign_in("guard")
    answer = client.get(PROFILE)
    assert answer.status_code == 302
    assert answer["Location"] == "/account/2fa/totp/activate/?next=%2Faccount%2Fprofile%2F"
    page = client.get(answer["Location"]).content.decode()
    assert "你的角色必须使用第二因子" in page


def test_machines_are_told_instead_of_led(make_user: MakeUser, sign_in: SignIn) -> None:
    make_user("guard", Role.DUTY)
    answer = sign_in("guard").get("/api/anything")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_who_does_not_need_one_is_not_asked(make_user: MakeUser, sign_in: SignIn) -> None:
    make_user("officer", Role.SUPERVISOR)
    assert sign_in("officer").get(PROFILE).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_platform_and_shows_recovery_codes(
    make_user: MakeUser, sign_in: SignIn
) -> None:
    guard = make_user("guard", Role.DUTY)
    client = sign_in("guard")
    client.get("/account/2fa/totp/activate/")
    secret = client.session[auth.SECRET_SESSION_KEY]
    code = auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
    answer = client.post("/account/2fa/totp/activate/", {"code": code})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    codes = client.get(answer["Location"])
    assert codes.status_code == 200
    assert len(codes.context["unused_codes"]) == 10
    assert client.get(PROFILE).status_code == 200
    assert secret not in str(Authenticator.objects.filter(user=guard).values_list("data", flat=True))
    assert Event.objects.filter(verb="people.second_factor_added").count() == 1


def test_the_code_is_asked_at_sign_in(
    make_user: MakeUser, sign_in: SignIn, give_authenticator: GiveAuthenticator, code_at: CodeAt
) -> None:
    give_authenticator(make_user("guard", Role.DUTY))
    client = sign_in("guard")
    assert "_auth_user_id" not in client.session
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    assert Event.objects.filter(verb="people.sign_in_failed").count() == 1
    client.post("/account/2fa/authenticate/", {"code": code_at(0)})
    assert client.get(PROFILE).status_code == 200


def test_a_code_works_once(
    make_user: MakeUser, sign_in: SignIn, give_authenticator: GiveAuthenticator, code_at: CodeAt
) -> None:
    give_authenticator(make_user("guard", Role.DUTY))
    code = code_at(0)
    sign_in("guard").post("/account/2fa/authenticate/", {"code": code})
    again = Client()
    again.post("/account/login/", {"login": "guard", "password": "longEnough-4711"})
    again.post("/account/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in again.session


def test_guessing_codes_locks(
    make_user: MakeUser, sign_in: SignIn, give_authenticator: GiveAuthenticator, code_at: CodeAt
) -> None:
    give_authenticator(make_user("guard", Role.DUTY))
    client = sign_in("guard")
    for _ in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": code_at(0)})
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_takes_the_place_of_the_telephone(
    make_user: MakeUser, sign_in: SignIn, give_authenticator: GiveAuthenticator
) -> None:
    guard = make_user("guard", Role.DUTY)
    give_authenticator(guard)
    code = RecoveryCodes.activate(guard).get_unused_codes()[0]
    client = sign_in("guard")
    client.post("/account/2fa/authenticate/", {"code": code})
    assert client.get(PROFILE).status_code == 200


def test_a_session_without_the_code_is_asked_for_it(
    make_user: MakeUser, sign_in: SignIn, give_authenticator: GiveAuthenticator, code_at: CodeAt
) -> None:
    guard = make_user("guard", Role.DUTY)
    client = sign_in("guard")
    give_authenticator(guard)
    answer = client.get(PROFILE)
    assert answer["Location"].startswith("/account/2fa/reauthenticate/")
    client.post(answer["Location"], {"code": code_at(0)})
    assert client.get(PROFILE).status_code == 200


def test_who_needs_it_cannot_switch_it_off(
    make_user: MakeUser, client: Client, give_authenticator: GiveAuthenticator, code_at: CodeAt
) -> None:
    guard = make_user("guard", Role.DUTY)
    give_authenticator(guard)
    client.force_login(guard)
    client.post("/account/2fa/reauthenticate/", {"code": code_at(0)})
    client.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=guard, type="totp").exists()


def test_who_is_promoted_in_mid_session_is_led_to_it(
    make_user: MakeUser, sign_in: SignIn, city_admin: User
) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    client = sign_in("officer")
    assert client.get(PROFILE).status_code == 200
    Grant.objects.create(user=officer, role=Role.DUTY, region_id="140800", valid_from="2024-01-18")
    assert client.get(PROFILE)["Location"].startswith("/account/2fa/totp/activate/")


def test_an_administrator_resets_a_lost_telephone(
    make_user: MakeUser, city_admin: User, give_authenticator: GiveAuthenticator
) -> None:
    guard = make_user("guard", Role.DUTY, "140802")
    give_authenticator(guard)
    reset_second_factor(guard.pk, by=city_admin)
    assert not Authenticator.objects.filter(user=guard).exists()
    assert Event.objects.get(verb="people.second_factor_reset").by == city_admin
