"""Sign-ins in the log: who and what, no address, no attempted name of an account that does not exist."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.cache import cache
from django.dispatch import receiver
from django.http import HttpRequest

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.policy import policy
from shuibao.platform.core.events import record

SIGN_IN_VERBS = ("people.signed_in", "people.signed_out", "people.sign_in_failed", "people.locked")
NO_ACCOUNT = 0


def failed(username: str) -> None:
    """Writes that a password was wrong."""
    record(_named(username), "people.sign_in_failed", "登录失败：用户名或口令不对")


def locked(username: str) -> None:
    """Writes that an account is locked, once for each lock."""
    person = _named(username)
    if cache.add(f"accounts.locked.{person.pk}", True, timeout=policy().lockout_minutes * 60):
        record(person, "people.locked", f"输错次数太多，锁定 {policy().lockout_minutes} 分钟")


def refused(person: User) -> None:
    """Writes that an ended account tried to sign in."""
    record(person, "people.sign_in_refused", "登录被拒：账号已停用")


@receiver(user_logged_in)
def _signed_in(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    record(user, "people.signed_in", "登录", by=user)


@receiver(user_logged_out)
def _signed_out(sender: object, request: HttpRequest, user: User | None, **_facts: Any) -> None:
    if user is not None:
        record(user, "people.signed_out", "退出", by=user)


@receiver(password_changed)
def _password_changed(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    record(user, "people.password_changed", "改了口令", by=user)


@receiver(password_reset)
def _password_set(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    record(user, "people.password_set", "用链接设置了口令", by=user)
    get_adapter().unlock(user.username)
    cache.delete(f"accounts.locked.{user.pk}")


@receiver(authenticator_used)
def _second_factor_used(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    request.session["second_factor"] = user.pk


@receiver(authenticator_added)
def _second_factor_added(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **_facts: Any
) -> None:
    if authenticator.type != Authenticator.Type.TOTP:
        return  # the recovery codes that come with it
    request.session["second_factor"] = request.session["second_factor_set_up"] = user.pk
    record(user, "people.second_factor_added", "设置了第二因子", by=user)


@receiver(authenticator_removed)
def _second_factor_removed(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    record(user, "people.second_factor_removed", "停用了第二因子", by=user)


@receiver(authenticator_reset)
def _recovery_codes_made(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    record(user, "people.recovery_codes_made", "重新生成了恢复码", by=user)


@receiver(authentication_failed)
def _second_factor_failed(sender: object, request: HttpRequest, user: User, **_facts: Any) -> None:
    record(user, "people.sign_in_failed", "登录失败：验证码不对")


def _named(username: str) -> User:
    """The person with that user name, or a stand-in for nobody: a guessed name is nobody's data to keep."""
    return User.objects.filter(username__iexact=username).first() or User(pk=NO_ACCOUNT)
