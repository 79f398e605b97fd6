"""Sign-in pages: allauth's, with the demo's accounts and codes where the demo runs."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.totp.views import ActivateTOTPView

from shuibao.platform.accounts.demo import PASSWORD, demo_code, demo_people
from shuibao.platform.accounts.policy import policy


class SignInView(LoginView):
    """User name and password; in the demo also everyone who may be tried."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the demo's people."""
        return super().get_context_data(**kwargs) | {
            "demo_people": demo_people(),
            "demo_password": PASSWORD,
            "policy": policy(),
        }


class CodeView(AuthenticateView):
    """The second factor."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and in the demo the code."""
        person = self.stage.login.user
        return super().get_context_data(**kwargs) | {"demo_code": _shown(person)}


class CodeAgainPage(CodeAgainView):
    """The second factor once more."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and in the demo the code."""
        return super().get_context_data(**kwargs) | {"demo_code": _shown(self.request.user)}


class FirstCodeView(ActivateTOTPView):
    """Setting up the authenticator, which some have to."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The QR code, and whether the role asks for it."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"is_obligatory": self.request.user.needs_second_factor}


def _shown(person: Any) -> str:
    return demo_code(person.username) if person.is_demo else ""
