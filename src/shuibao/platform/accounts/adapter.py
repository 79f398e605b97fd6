"""What allauth asks us: messages in our words, lockout and failures in the log, who keeps a second factor."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from shuibao.platform.accounts import signin_log
from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.policy import policy
from shuibao.platform.accounts.sealed import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name; nobody opens an account for himself."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或口令不对。连续输错会锁定账号。"),
        "too_many_login_attempts": _("输错次数太多，已锁定。请 %s 分钟后再试，或请管理员发设置口令的链接。")
        % policy().lockout_minutes,
        "rate_limited": _("操作太频繁，请稍后再试。"),
        "enter_current_password": _("现口令不对，请重新输入。"),
        "incorrect_password": _("口令不对，请重新输入。"),
        "invalid_password_reset": _("链接无效或已用过，请管理员重新生成。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: accounts are made by administrators."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our pages say themselves what happened."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the attempt. Raises ValidationError for an account or address that is locked."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            signin_log.locked(str(credentials.get("username", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Writes the failure into the log."""
        signin_log.failed(str(credentials.get("username", "")))

    def unlock(self, username: str) -> None:
        """Forgets the account's wrong attempts: its owner has set a password by a link."""
        self._delete_login_attempts_cached_email(self.request, username=username)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse | None:
        """The page for an ended account, or None: the sign-in goes on."""
        if isinstance(user, User) and not user.may_sign_in:
            signin_log.refused(user)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        """The page asked for, in the person's language."""
        response = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, samesite="Lax")
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not while the obligatory second factor is being set up: nothing else can be done before."""
        user = self.request.user
        if app == "allauth.mfa" and isinstance(user, User) and user.needs_second_factor:
            return self.request.session.get("second_factor_set_up") != user.pk and _has_totp(user)
        return super().is_reauthentication_required(app=app, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: secrets sealed in the database, kept by those who need it."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("你的角色必须使用第二因子，不能停用。换手机请管理员重置。"),
        "cannot_generate_recovery_codes": _("请先设置验证器，再生成恢复码。"),
        "incorrect_code": _("验证码不对或已用过。请用验证器上的新验证码。"),
    }

    def encrypt(self, text: str) -> str:
        """The secret as it stands in the database."""
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself."""
        return unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether its owner may do without."""
        return not authenticator.user.needs_second_factor


def _has_totp(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
