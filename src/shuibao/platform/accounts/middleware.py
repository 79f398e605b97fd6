"""Between request and page: who was here when, and the second factor before anything else."""

from collections.abc import Callable
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from shuibao.platform.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]

NOTED_EVERY = timedelta(minutes=1)
MACHINES = ("/api/", "/ogc/")
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_authenticate",
        "mfa_reauthenticate",
        "set_language",
        "jsi18n",
    }
)


def presence(answer: Answer) -> Answer:
    """Keeps `last_seen_at` and, by touching the session, the idle time; both at most once a minute.

    A request that polls by itself says so with the header X-Polling and does not count as presence.
    """

    def note(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and "X-Polling" not in request.headers:
            _note_presence(request, request.user)
        return answer(request)

    return note


def _note_presence(request: HttpRequest, user: User) -> None:
    now = timezone.now()
    if user.last_seen_at is None or now - user.last_seen_at >= NOTED_EVERY:
        User.objects.filter(pk=user.pk).update(last_seen_at=now)
        request.session.modified = True  # saved again, it expires the idle time from now


def second_factor(answer: Answer) -> Answer:
    """Leads those who need a second factor to set it up, or to show it, before any other page."""

    def guard(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, AnonymousUser) or request.session.get("second_factor") == user.pk:
            return answer(request)
        if not user.needs_second_factor or _is_open(request.path_info):
            return answer(request)
        return _to_second_factor(request, user)

    return guard


def _is_open(path: str) -> bool:
    try:
        return resolve(path).url_name in WITHOUT_SECOND_FACTOR
    except Resolver404:
        return False


def _to_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    if request.path_info.startswith(MACHINES):
        problem = {"title": _("需要第二因子"), "status": 403, "detail": _("请先在网页上用验证码登录。")}
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    has_one = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    page = reverse("mfa_reauthenticate" if has_one else "mfa_activate_totp")
    wanted = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}")
