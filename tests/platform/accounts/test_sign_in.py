from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.utils import timezone

from shuibao.platform import settings as shipped
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.policy import policy
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.models import Event

SignIn = Callable[..., Client]
MakeUser = Callable[..., User]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def verbs_about(person: User) -> list[str]:
    return list(
        Event.objects.filter(about_type="accounts.user", about_key=str(person.pk))
        .order_by("number")
        .values_list("verb", flat=True)
    )


def test_the_right_password_signs_in_and_is_logged(make_user: MakeUser, sign_in: SignIn) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    assert is_signed_in(sign_in("officer"))
    assert verbs_about(officer) == ["people.signed_in"]


def test_signing_out_is_logged(make_user: MakeUser, sign_in: SignIn) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    client = sign_in("officer")
    client.post("/account/logout/")
    assert not is_signed_in(client)
    assert verbs_about(officer) == ["people.signed_in", "people.signed_out"]


def test_a_wrong_password_says_so_and_is_logged_without_what_was_typed(
    make_user: MakeUser, client: Client
) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    page = client.post("/account/login/", {"login": "officer", "password": "wrong-Guess-1"})
    assert "用户名或口令不对" in page.content.decode()
    assert verbs_about(officer) == ["people.sign_in_failed"]
    written = str(list(Event.objects.values()))
    assert "officer" not in written
    assert "wrong-Guess-1" not in written
    assert "127.0.0.1" not in written


def test_a_name_that_nobody_has_is_not_kept(db: None, client: Client) -> None:
    client.post("/account/login/", {"login": "13800001234", "password": "wrong-Guess-1"})
    event = Event.objects.get()
    assert (event.verb, event.about_key) == ("people.sign_in_failed", "0")
    assert "13800001234" not in str(Event.objects.values().get())


def test_after_five_wrong_attempts_even_the_right_password_is_refused(
    make_user: MakeUser, sign_in: SignIn
) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    for _ in range(policy().lockout_attempts):
        sign_in("officer", "wrong-Guess-1")
    client = sign_in("officer")
    page = client.post("/account/login/", {"login": "Officer", "password": "longEnough-4711"})
    assert not is_signed_in(client)
    assert f"请 {policy().lockout_minutes} 分钟后再试" in page.content.decode()
    assert verbs_about(officer).count("people.locked") == 1


def test_a_lock_ends_after_its_minutes(
    make_user: MakeUser, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("officer", Role.SUPERVISOR)
    for _ in range(policy().lockout_attempts):
        sign_in("officer", "wrong-Guess-1")
    assert not is_signed_in(sign_in("officer"))
    later = timezone.now().timestamp() + policy().lockout_minutes * 60 + 1
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: later)
    assert is_signed_in(sign_in("officer"))


def test_a_lock_of_one_account_leaves_others_alone(make_user: MakeUser, sign_in: SignIn) -> None:
    make_user("officer", Role.SUPERVISOR)
    make_user("colleague", Role.SUPERVISOR)
    for _ in range(policy().lockout_attempts):
        sign_in("officer", "wrong-Guess-1")
    assert is_signed_in(sign_in("colleague"))


def test_one_address_that_guesses_at_many_accounts_is_locked(make_user: MakeUser, sign_in: SignIn) -> None:
    make_user("officer", Role.SUPERVISOR)
    for number in range(policy().lockout_address_attempts):
        sign_in(f"guess{number}", "wrong-Guess-1")
    assert not is_signed_in(sign_in("officer"))


def test_an_ended_account_cannot_sign_in(make_user: MakeUser, sign_in: SignIn) -> None:
    gone = make_user("gone", Role.SUPERVISOR, is_active=False)
    client = sign_in("gone")
    assert not is_signed_in(client)
    assert verbs_about(gone) == ["people.sign_in_refused"]


def test_a_session_ends_with_its_account(make_user: MakeUser, sign_in: SignIn) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    client = sign_in("officer")
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert client.get("/account/profile/").status_code == 302


def test_nobody_opens_an_account_for_himself(db: None, client: Client) -> None:
    assert client.get("/account/signup/").status_code == 404
    assert "注册" not in client.get("/account/login/").content.decode()


def test_a_session_lasts_as_long_as_the_rule_says(make_user: MakeUser, sign_in: SignIn) -> None:
    make_user("officer", Role.SUPERVISOR)
    session = sign_in("officer").session
    assert session.get_expire_at_browser_close()
    left = session.get_expiry_age()
    assert left == policy().idle_minutes * 60 == shipped.SESSION_COOKIE_AGE


def test_presence_is_noted_and_prolongs_the_session(make_user: MakeUser, sign_in: SignIn) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    client = sign_in("officer")
    long_ago = timezone.now() - timedelta(minutes=20)
    User.objects.filter(pk=officer.pk).update(last_seen_at=long_ago)
    stored = client.session.model.objects
    stored.update(expire_date=timezone.now() + timedelta(minutes=5))
    client.get("/account/profile/")
    officer.refresh_from_db()
    assert officer.last_seen_at is not None and officer.last_seen_at > long_ago
    assert stored.get().expire_date > timezone.now() + timedelta(minutes=policy().idle_minutes - 1)


def test_a_page_that_polls_by_itself_keeps_nobody_signed_in(make_user: MakeUser, sign_in: SignIn) -> None:
    officer = make_user("officer", Role.SUPERVISOR)
    sign_in("officer").get("/account/profile/", headers={"X-Polling": "1"})
    officer.refresh_from_db()
    assert officer.last_seen_at is None


@pytest.mark.parametrize(
    "weak",
    ["Short-1", "alllowercase", "lowerAndUpper", "12345678910", "officer-One"],
)
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(weak, User(username="officer-one", name="某人"))


@pytest.mark.parametrize("strong", ["longEnough-4711", "三川河_Water9x", "lower-and-9digits"])
def test_a_password_of_three_kinds_is_enough(strong: str) -> None:
    validate_password(strong, User(username="officer", name="某人"))


def test_passwords_are_kept_as_argon2() -> None:
    assert shipped.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_the_back_office_has_no_sign_in_of_its_own(client: Client, db: None) -> None:
    request = RequestFactory().get("/admin/login/")
    request.user = AnonymousUser()
    answer = admin.site.login(request)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")
