"""Whether the platform answers: for monitors, without a word about its inside."""

from typing import Literal

from django.db import Error, connection
from django.http import HttpRequest
from ninja import Router, Schema

from shuibao.platform.api.problems import Refused
from shuibao.platform.api.schemas import ProblemOut
from shuibao.platform.home.problems import Problem

router = Router(tags=["状态"])


class HealthOut(Schema):
    """The platform answers, and so does its database."""

    status: Literal["ok"]


@router.get(
    "",
    response={200: HealthOut, 503: ProblemOut},
    auth=None,
    summary="运行状态",
    operation_id="health",
    url_name="health",
)
def health(request: HttpRequest) -> dict[str, str]:
    """平台和数据库都能应答时为 ok，否则 503。"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as problem:
        raise Refused("database", Problem(503, "数据库没有应答", "请稍后再试。")) from problem
    return {"status": "ok"}
