"""One place that turns what went wrong into an answer: a page for people, problem+json for programs."""

from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.home.request_id import current
from shuibao.science.errors import DomainError

Text = str | Promise


class Problem(NamedTuple):
    """Status, what happened, and what to do about it."""

    status: int
    title: Text
    detail: Text


UNREADABLE = Problem(400, _("这个请求读不懂"), _("请返回上一页重试；反复出现请把下面的编号告诉管理员。"))
DENIED = Problem(403, _("不能进行此操作"), _("你的账号没有这里的权限。请联系本单位管理员。"))
STALE_FORM = Problem(
    403,
    _("这个表单已失效"),
    _("页面开得太久，或浏览器禁用了 Cookie。请返回上一页刷新后再提交，已填的内容可先复制下来。"),
)
NOT_FOUND = Problem(404, _("没有这个页面"), _("地址写错了，或者它不在你能看的范围内。可以用搜索找。"))
BROKEN = Problem(500, _("出错了"), _("程序出错，已记入日志。请稍后再试；反复出现请把下面的编号告诉管理员。"))


class Problems:
    """Answers what services refuse: not visible 404, not allowed 403, not possible now 409."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, raised: Exception) -> HttpResponse | None:
        """The answer to an exception of a view; None leaves it to Django, which logs it (500)."""
        problem = problem_of(raised)
        return None if problem is None else answer(request, problem)


def problem_of(raised: Exception) -> Problem | None:
    """What an exception of the domain means to the person who asked."""
    if isinstance(raised, ObjectDoesNotExist | Http404):
        return NOT_FOUND
    if isinstance(raised, NotAllowed | PermissionDenied):
        return DENIED._replace(detail=str(raised) or DENIED.detail)
    if isinstance(raised, DomainError):
        return Problem(409, _("现在不能这样做"), str(raised))
    return None


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """problem+json for programs (RFC 9457), a page for people."""
    if request.path.startswith(("/api/", "/ogc")):
        body = {
            "type": "about:blank",
            "status": problem.status,
            "title": str(problem.title),
            "detail": str(problem.detail),
            "instance": request.path,
            "request_id": current(),
        }
        return JsonResponse(body, status=problem.status, content_type="application/problem+json")
    facts = {"problem": problem, "number": current(), "rail": "", "shell": _shell(request, problem)}
    return render(request, "home/problem.html", facts, status=problem.status)


def _shell(request: HttpRequest, problem: Problem) -> str:
    """The shell with search and rail for people inside; after a crash the one that asks no database."""
    user = getattr(request, "user", None)
    is_inside = problem is not BROKEN and user is not None and user.is_authenticated
    return "shell/page.html" if is_inside else "shell/bare.html"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return answer(request, NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return answer(request, UNREADABLE)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return answer(request, problem_of(exception) or DENIED)


def broken(request: HttpRequest) -> HttpResponse:
    """500: says nothing about the inside, but the number under which the log has it."""
    return answer(request, BROKEN)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or from a page that was open too long."""
    return answer(request, STALE_FORM)
