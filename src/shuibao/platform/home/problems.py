"""One place that turns what went wrong into an answer: a page for people, problem+json for programs."""

import logging
import secrets
from collections.abc import Callable
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from shuibao.platform.core.errors import NotAllowed
from shuibao.science.errors import DomainError

logger = logging.getLogger("shuibao.web")
Respond = Callable[[HttpRequest], HttpResponse]


class Problem(NamedTuple):
    """Status, what happened, and what to do about it."""

    status: int
    title: str
    detail: str


NOT_FOUND = Problem(404, "没有这个页面", "地址写错了，或者它不在你能看的范围内。可以用上方的搜索找。")


class RequestId:
    """Gives every request a number that stands in the answer, on the error page and in the log."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.number = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-Id"] = request.number  # type: ignore[attr-defined]
        return response


class Problems:
    """Answers what services refuse: not visible 404, not allowed 403, not possible now 409."""

    def __init__(self, get_response: Respond) -> None:
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
    if isinstance(raised, NotAllowed):
        return Problem(403, "不能进行此操作", str(raised))
    if isinstance(raised, PermissionDenied):
        return Problem(403, "不能进行此操作", str(raised) or "你的账号没有这里的权限。请联系本单位管理员。")
    if isinstance(raised, DomainError):
        return Problem(409, "现在不能这样做", str(raised))
    return None


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """problem+json for programs (RFC 9457), a page for people."""
    number = getattr(request, "number", "")
    if request.path.startswith(("/api/", "/ogc")):
        body = {"type": "about:blank", **problem._asdict(), "instance": request.path, "request_id": number}
        return JsonResponse(body, status=problem.status, content_type="application/problem+json")
    facts = {"problem": problem, "number": number, "rail": ""}
    return render(request, "home/problem.html", facts, status=problem.status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return answer(request, NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return answer(
        request, Problem(400, "这个请求读不懂", "请返回上一页重试；反复出现请把下面的编号告诉管理员。")
    )


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    found = problem_of(exception)
    return answer(request, found or Problem(403, "不能进行此操作", "你的账号没有这里的权限。"))


def broken(request: HttpRequest) -> HttpResponse:
    """500: says nothing about the inside, but the number under which the log has it."""
    logger.error("request %s failed", getattr(request, "number", ""))
    detail = "程序出错，已记入日志。请稍后再试；反复出现请把下面的编号告诉管理员。"
    return answer(request, Problem(500, "出错了", detail))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or a page that was open too long."""
    return answer(
        request, Problem(403, "这个表单已失效", "页面开得太久，或浏览器禁用了 Cookie。请刷新页面再提交。")
    )
