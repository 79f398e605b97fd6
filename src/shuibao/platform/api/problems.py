"""What went wrong, for programs: RFC 9457 with a code, the fields concerned and the request's number."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as NotValid

from shuibao.platform.home.problems import Problem, problem_of
from shuibao.platform.home.request_id import current
from shuibao.science.errors import DomainError

MEDIA_TYPE = "application/problem+json"


class Fault(NamedTuple):
    """A value that cannot be taken: where it stands, what kind of fault, what to do."""

    field: str
    code: str
    detail: str


class Refused(Exception):
    """An answer that is a problem."""

    def __init__(
        self,
        code: str,
        problem: Problem,
        faults: tuple[Fault, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(problem.detail)
        self.code, self.problem, self.faults, self.headers = code, problem, faults, headers or {}


NOT_FOUND = Problem(404, "没有这个对象", "地址写错了，或者它不在你能看的范围内。")
NOT_SIGNED_IN = Problem(401, "需要登录", "请在 Authorization 头里写 Bearer 令牌，或先在网页上登录。")
WRONG_METHOD = Problem(405, "不能用这个方法", "这个地址不接受这种请求方法，可用的写在 Allow 头里。")

EXPECTED = (Refused, ValidationError, HttpError, Http404, ObjectDoesNotExist, PermissionDenied, DomainError)
"""What may go wrong without a fault of ours."""

_WORDS = {
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这一项，请删去。",
    "string_type": "应为文本。",
    "string_unicode": "不是有效的文本。",
    "string_too_long": "不能超过 {max_length} 个字。",
    "string_too_short": "至少 {min_length} 个字。",
    "literal_error": "可以是 {expected}。",
    "enum": "可以是 {expected}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "too_short": "至少 {min_length} 项。",
    "too_long": "不能超过 {max_length} 项。",
    "finite_number": "应为有限的数。",
}
_KINDS = {
    "int": "应为整数。",
    "float": "应为数值。",
    "bool": "应为 true 或 false。",
    "date": "应为日期，如 2026-11-22。",
    "datetime": "应为时间，如 2026-11-22T08:00:00+08:00。",
    "uuid": "应为 UUID。",
    "list": "应为列表。",
    "dict": "应为对象。",
    "model": "应为对象。",
}


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The problem as it is sent."""
    body: dict[str, Any] = {
        "type": "about:blank",
        **refused.problem._asdict(),
        "code": refused.code,
        "errors": [fault._asdict() for fault in refused.faults],
        "instance": request.path,
        "request_id": current(),
    }
    return JsonResponse(
        body,
        status=refused.problem.status,
        content_type=MEDIA_TYPE,
        headers=dict(refused.headers),
        json_dumps_params={"ensure_ascii": False},
    )


def refused_by(raised: Exception) -> Refused | None:
    """What an exception means to a program; None for a fault of ours."""
    if isinstance(raised, Refused):
        return raised
    if isinstance(raised, NotValid):
        return invalid(*(_fault(error) for error in raised.errors))
    if isinstance(raised, ValidationError):
        return invalid(*(Fault("", "invalid", text) for text in raised.messages))
    if isinstance(raised, AuthenticationError):
        return Refused("not_signed_in", NOT_SIGNED_IN, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(raised, HttpError):
        return Refused("unreadable", Problem(400, "请求读不懂", "请求体不是正确的 JSON（UTF-8）。"))
    if isinstance(raised, Http404 | ObjectDoesNotExist):
        return Refused("not_found", NOT_FOUND)
    problem = problem_of(raised)
    if problem is None:
        return None
    return Refused(_code_of(raised) if isinstance(raised, DomainError) else "not_allowed", problem)


def invalid(*faults: Fault) -> Refused:
    """The refusal of values, each named."""
    said = "；".join(f"{fault.field}：{fault.detail}" if fault.field else fault.detail for fault in faults)
    return Refused("invalid", Problem(422, "有的值不合要求", said), faults)


def _fault(error: Mapping[str, Any]) -> Fault:
    """A fault that pydantic found, in our words."""
    kind, context = str(error["type"]), error.get("ctx", {})
    words = _WORDS.get(kind) or _KINDS.get(kind.split("_")[0], "值不合要求。")
    field = ".".join(str(part) for part in error["loc"][1:] if part not in ("payload", "asked"))
    return Fault(field, kind, words.format(**context))


def _code_of(raised: DomainError) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(raised).__name__).lower()
