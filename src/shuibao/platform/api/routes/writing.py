"""New, changed and ended records of a register that has a form."""

from typing import Any

from django.db import models
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Body, Header, Router, Status
from pydantic import Field

from shuibao.platform.api.authentication import PERSON
from shuibao.platform.api.problems import invalid
from shuibao.platform.api.register_rows import faults_of, record_asked, record_out, writable_by
from shuibao.platform.api.register_schemas import Shapes, can_end
from shuibao.platform.api.schemas import PROBLEMS, Strict
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.forms import form_of
from shuibao.platform.registers.services import change, create, end, version_of
from shuibao.platform.registers.table import key_of


class Ending(Strict):
    """Why a record ends."""

    reason: str = Field(min_length=1, max_length=200, description="终止的原因")


def add_writing(router: Router, register: Register, shapes: Shapes) -> None:
    """Adds the operations that write; none for a register without a form."""
    if shapes.made is None:
        return
    _add_new(router, register, shapes)
    _add_change(router, register, shapes)
    if can_end(register):
        _add_end(router, register, shapes)


def _add_new(router: Router, register: Register, shapes: Shapes) -> None:
    New: Any = shapes.made

    @router.post(
        "",
        response={201: shapes.record, **PROBLEMS},
        auth=PERSON,
        summary=f"{register.title}：新增",
        operation_id=f"{register.name}_create",
        url_name=f"{register.name}-new",
    )
    def new(request: HttpRequest, response: HttpResponse, payload: Body[New]) -> Status:
        """登记一条记录；它的地址在 Location 头里。"""
        writable_by(request, register)
        form = _valid(register, request, payload.dict(exclude_unset=True), None)
        made = create(register, form.save(commit=False), by=request.user)
        response["Location"] = reverse(f"api:{register.name}-one", args=[key_of(register, made)])
        return Status(201, record_out(request, register, made))


def _add_change(router: Router, register: Register, shapes: Shapes) -> None:
    Change: Any = shapes.changed

    @router.patch(
        "/{key}",
        response={200: shapes.record, **PROBLEMS},
        auth=PERSON,
        summary=f"{register.title}：修改",
        operation_id=f"{register.name}_change",
        url_name=f"{register.name}-change",
    )
    def patch(
        request: HttpRequest,
        key: str,
        payload: Body[Change],
        if_match: str | None = Header(None, alias="If-Match", max_length=40),
    ) -> dict[str, Any]:
        """只改送来的字段，其余不动。带 If-Match 时，别人已改过的不会被覆盖（409）。"""
        row = record_asked(request, register, key)
        writable_by(request, register)
        seen = version_of(row) if if_match is None else if_match.strip('"')
        now = model_to_dict(row, fields=register.editable)
        form = _valid(register, request, {**now, **payload.dict(exclude_unset=True)}, row)
        changed = change(register, form.instance, form.changed_data, by=request.user, seen=seen)
        return record_out(request, register, changed)


def _add_end(router: Router, register: Register, shapes: Shapes) -> None:
    @router.post(
        "/{key}/end",
        response={200: shapes.record, **PROBLEMS},
        auth=PERSON,
        summary=f"{register.title}：终止",
        operation_id=f"{register.name}_end",
        url_name=f"{register.name}-end",
    )
    def finish(request: HttpRequest, key: str, payload: Ending) -> dict[str, Any]:
        """写明原因，终止一条记录；它和它的历史仍可查。"""
        record_asked(request, register, key)
        writable_by(request, register)
        ended = end(register, key, by=request.user, reason=payload.reason)
        return record_out(request, register, ended)


def _valid(register: Register, request: HttpRequest, values: Any, row: models.Model | None) -> Any:
    """The register's own form, filled in. Raises Refused (422) with what it finds wrong."""
    form = form_of(register, request.user, row)(values, instance=row)
    if not form.is_valid():
        raise invalid(*faults_of(form))
    return form
