"""Who is asking: a token's owner, a person signed in on the page, or a visitor."""

import hashlib
from collections.abc import Callable
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.errors import AuthenticationError
from ninja.utils import check_csrf

from shuibao.platform.api import rates
from shuibao.platform.api.models import ApiToken
from shuibao.platform.api.problems import Refused
from shuibao.platform.api.queries import is_weak, token_with
from shuibao.platform.api.services import note_use
from shuibao.platform.home.problems import Problem

READING = ("GET", "HEAD", "OPTIONS")


class Token:
    """`Authorization: Bearer …`: the request is its owner's, whatever session comes with it."""

    openapi_security_schema: ClassVar = {"type": "http", "scheme": "bearer"}

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        """The token; None without the header. Raises for one that is of no use here."""
        said = request.headers.get("Authorization", "")
        if not said:
            return None
        _count_address(request)
        kind, _, secret = said.partition(" ")
        token = token_with(secret.strip()) if kind.lower() == "bearer" else None
        if token is None:
            raise AuthenticationError
        rates.count(f"token-{token.pk}", settings.API_PER_MINUTE["token"])
        if is_weak(token):
            raise Refused("second_factor", _SECOND_FACTOR)
        if request.method not in READING and token.scope != ApiToken.Scope.WRITE:
            raise Refused("read_only", _READ_ONLY)
        note_use(token)
        request.user = token.owner
        return token


class Session:
    """The browser's session; what changes something must prove that it comes from our pages."""

    openapi_security_schema: ClassVar = {
        "type": "apiKey",
        "in": "cookie",
        "name": settings.SESSION_COOKIE_NAME,
    }
    csrf = True  # the documentation's page then sends it

    def __call__(self, request: HttpRequest) -> Any:
        """The person; None for a visitor."""
        if not request.user.is_authenticated:
            return None
        if request.method not in READING and check_csrf(request) is not None:
            raise Refused("csrf", _FORGED)
        rates.count(f"person-{request.user.pk}", settings.API_PER_MINUTE["token"])
        return request.user


class Visitor:
    """Anybody: what is open to the public is open to programs."""

    def __call__(self, request: HttpRequest) -> str:
        """The word for nobody in particular."""
        _count_address(request)
        return "visitor"


_SECOND_FACTOR = Problem(403, "需要第二因子", "这个令牌建立时没有验证第二因子。请在网页上重新建立一个。")
_READ_ONLY = Problem(403, "令牌只能读", "这个令牌的范围是“只读”。要写入，请建立“读写”的令牌。")
_FORGED = Problem(403, "缺少 CSRF 令牌", "用网页会话写入时须带 X-CSRFToken 头；程序请改用接口令牌。")

Way = Callable[[HttpRequest], Any]
PERSON: list[Way] = [Token(), Session()]
ANYBODY: list[Way] = [*PERSON, Visitor()]


def identify(request: HttpRequest) -> None:
    """Makes the request its asker's, for addresses that are not operations of the API."""
    for way in ANYBODY:
        if way(request):
            return


def _count_address(request: HttpRequest) -> None:
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:  # a proxy that does not say: all it brings are counted together
        address = ""
    who = hashlib.sha256(str(address).encode()).hexdigest()[:16]
    rates.count(f"address-{who}", settings.API_PER_MINUTE["address"])
