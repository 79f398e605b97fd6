"""Copies of a register as files, under the same filter as the list."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Query, Router, Schema

from shuibao.platform.api.authentication import PERSON
from shuibao.platform.api.register_rows import open_to, rows_asked
from shuibao.platform.api.register_schemas import Shapes
from shuibao.platform.api.register_values import literal_of
from shuibao.platform.api.schemas import PROBLEMS
from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.export import forms_for, forms_of, is_allowed
from shuibao.platform.registers.export_files import MEDIA
from shuibao.platform.registers.views.copying import take_copy

_OBJECT: dict[str, str] = {"type": "object"}
_BYTES = {"type": "string", "format": "binary"}


class CopyOut(Schema):
    """Where a copy is to be had."""

    form: str
    media_type: str
    href: str


def add_exports(router: Router, register: Register, shapes: Shapes) -> None:
    """Adds the links and the files."""
    _add_links(router, register, shapes)
    _add_files(router, register, shapes)


def _add_links(router: Router, register: Register, shapes: Shapes) -> None:
    Filters: Any = shapes.filters

    @router.get(
        "/exports",
        response={200: list[CopyOut], **PROBLEMS},
        auth=PERSON,
        summary=f"{register.title}：导出链接",
        operation_id=f"{register.name}_exports",
        url_name=f"{register.name}-exports",
    )
    def links(request: HttpRequest, asked: Query[Filters]) -> list[dict[str, str]]:
        """可以导出的格式和地址，带着同样的筛选条件。"""
        _allow(request, register)
        rows_asked(request, register, shapes.filters.model_fields)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return [
            {
                "form": form,
                "media_type": MEDIA[form],
                "href": request.build_absolute_uri(reverse(f"api:{register.name}-copy", args=[form]) + query),
            }
            for form in forms_for(register, request.user)
        ]


def _add_files(router: Router, register: Register, shapes: Shapes) -> None:
    Filters: Any = shapes.filters
    forms = forms_of(register)
    Form: Any = literal_of(forms)
    media = {MEDIA[form]: {"schema": _OBJECT if form == "geojson" else _BYTES} for form in forms}

    @router.get(
        "/exports/{form}",
        response={200: None, **PROBLEMS},
        auth=PERSON,
        openapi_extra={"responses": {200: {"content": media}}},
        summary=f"{register.title}：导出",
        operation_id=f"{register.name}_copy",
        url_name=f"{register.name}-copy",
    )
    def copy(request: HttpRequest, form: Form, asked: Query[Filters]) -> HttpResponseBase:
        """一份文件，写有导出人、时间和条件；导出会记入日志。"""
        _allow(request, register)
        rows_asked(request, register, shapes.filters.model_fields)
        return take_copy(request, name=register.name, form=form)


def _allow(request: HttpRequest, register: Register) -> None:
    open_to(request, register)
    if not is_allowed(register, request.user):
        raise NotAllowed(register.verb("export"), register.title)
