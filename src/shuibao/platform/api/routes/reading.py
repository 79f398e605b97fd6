"""The list of a register, one object, its history."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from shuibao.platform.api.authentication import ANYBODY, PERSON
from shuibao.platform.api.openapi import FOR_ANYBODY
from shuibao.platform.api.register_rows import (
    fetched,
    open_to,
    record_asked,
    record_out,
    row_out,
    rows_asked,
)
from shuibao.platform.api.register_schemas import Shapes
from shuibao.platform.api.schemas import PROBLEMS
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.ordering import ordering
from shuibao.platform.registers.paging import Rows
from shuibao.platform.registers.past import changes_of
from shuibao.platform.registers.services import version_of


class ChangeOut(Schema):
    """One field of one change; the first entry of all, with no field, says when the record was made."""

    at: datetime
    by: str
    kind: str
    field: str
    before: str
    after: str
    reason: str


def add_reading(router: Router, register: Register, shapes: Shapes) -> None:
    """Adds the operations that read."""
    _add_list(router, register, shapes)
    _add_record(router, register, shapes)
    if hasattr(register.model, "history"):
        _add_history(router, register)


def _add_list(router: Router, register: Register, shapes: Shapes) -> None:
    Asked: Any = shapes.asked

    @router.get(
        "",
        response={200: shapes.page, **PROBLEMS},
        auth=ANYBODY,
        openapi_extra=FOR_ANYBODY,
        summary=f"{register.title}：查询",
        operation_id=f"{register.name}_list",
        url_name=f"{register.name}-list",
    )
    def listing(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
        """按条件筛选、排序、分页；total 是符合条件的总数。"""
        open_to(request, register)
        rows = rows_asked(request, register, shapes.asked.model_fields)
        order = (asked.sort,) if asked.sort else register.order
        first = (asked.page - 1) * asked.per
        found = fetched(register, rows).order_by(*ordering(register.model, (*order, "pk")))
        return {
            "total": rows.count(),
            "page": asked.page,
            "per": asked.per,
            "items": [row_out(register, row) for row in Rows(found)[first : first + asked.per]],
        }


def _add_record(router: Router, register: Register, shapes: Shapes) -> None:
    @router.get(
        "/{key}",
        response={200: shapes.record, **PROBLEMS},
        auth=ANYBODY,
        openapi_extra=FOR_ANYBODY,
        summary=f"{register.title}：一条",
        operation_id=f"{register.name}_read",
        url_name=f"{register.name}-one",
    )
    def read(request: HttpRequest, response: HttpResponse, key: str) -> dict[str, Any]:
        """一条记录的全部内容。看不到的与没有的一样：404。ETag 是它现在的版本，修改时可用 If-Match 带回。"""
        row = record_asked(request, register, key)
        response["ETag"] = f'"{version_of(row)}"'
        return record_out(request, register, row)


def _add_history(router: Router, register: Register) -> None:
    @router.get(
        "/{key}/history",
        response={200: list[ChangeOut], **PROBLEMS},
        auth=PERSON,
        summary=f"{register.title}：历史",
        operation_id=f"{register.name}_history",
        url_name=f"{register.name}-history",
    )
    def history(request: HttpRequest, key: str) -> list[dict[str, Any]]:
        """每一次改动：时间、人员、字段、前、后，新的在前。"""
        row = record_asked(request, register, key)
        if not request.user.is_authenticated:
            raise Http404
        return [change._asdict() for change in changes_of(register, row)]
