"""The shapes of a register's operations, made from its declaration."""

from datetime import date
from typing import Any, NamedTuple

from django.db import models
from ninja import Schema
from pydantic import Field, create_model

from shuibao.platform.api.register_values import (
    choices_of,
    literal_of,
    shown_fields,
    type_at,
    type_of_field,
)
from shuibao.platform.api.schemas import Strict
from shuibao.platform.registers.declaration import Filter, Register
from shuibao.platform.registers.filtering import SEARCH, links_of
from shuibao.platform.registers.services import ending_of
from shuibao.platform.registers.values import field_at, head

MOST_ROWS = 200
LAST_PAGE = 100_000


class Shapes(NamedTuple):
    """What goes in and comes out of a register's operations. made, changed: None where nothing is written."""

    asked: type[Schema]
    filters: type[Schema]
    page: type[Schema]
    record: type[Schema]
    made: type[Schema] | None
    changed: type[Schema] | None


def shapes_of(register: Register) -> Shapes:
    """All shapes of a register."""
    name = "".join(part.title() for part in register.name.replace("-", "_").split("_"))
    row = create_model(
        f"{name}Row", __base__=Schema, __doc__=register.title, **_outs(register, register.exported)
    )
    page: type[Schema] = create_model(
        f"{name}Page",
        __base__=Schema,
        total=(int, ...),
        page=(int, ...),
        per=(int, ...),
        items=(list[row], ...),  # type: ignore[valid-type]
    )
    filters = _filters(register)
    asked: type[Schema] = create_model(f"{name}Asked", __base__=Schema, **filters, **_paging(register))
    writes = bool(register.editable)
    return Shapes(
        asked,
        create_model(f"{name}Filters", __base__=Schema, **filters),
        page,
        _record(register, name),
        create_model(f"{name}New", __base__=Strict, **_ins(register, True)) if writes else None,
        create_model(f"{name}Change", __base__=Strict, **_ins(register, False)) if writes else None,
    )


def parameters_of(register: Register, chip: Filter) -> dict[str, Any]:
    """The query's parameters for one chip of the filter line."""
    label = head(register, chip.field)
    if chip.kind == "number":
        ends = ((f"{chip.field}_min", "不小于"), (f"{chip.field}_max", "不大于"))
        return {name: (float | None, Field(None, description=f"{label}，{word}")) for name, word in ends}
    if chip.kind == "date":
        ends = ((f"{chip.field}_after", "不早于"), (f"{chip.field}_before", "不晚于"))
        return {name: (date | None, Field(None, description=f"{label}，{word}")) for name, word in ends}
    if chip.kind == "flag":
        return {chip.field: (literal_of(("yes", "no")) | None, Field(None, description=label))}
    if chip.kind == "region":
        return {chip.field: (str | None, Field(None, description=f"{label}：代码，含其下各级"))}
    words = choices_of(field_at(register.model, chip.field))
    kind = literal_of(words) if words else str
    return {chip.field: (list[kind], Field([], description=_described(label, words)))}  # type: ignore[valid-type]


def _filters(register: Register) -> dict[str, Any]:
    found: dict[str, Any] = {SEARCH: (str | None, Field(None, max_length=100, description="搜索"))}
    for chip in register.filters:
        found |= parameters_of(register, chip)
    for name in links_of(register):
        key = type_of_field(register.model._meta.get_field(name))  # type: ignore[arg-type]
        about = f"{head(register, name)}的编号"
        found[name] = (key | None, Field(None, description=about))
    return found


def _paging(register: Register) -> dict[str, Any]:
    fields = [
        column.field
        for column in register.columns
        if column.is_sortable and field_at(register.model, column.field) is not None
    ]
    order = literal_of([*fields, *(f"-{field}" for field in fields)])
    return {
        "sort": (order | None, Field(None, description="排序；前加 - 为倒序")),
        "page": (int, Field(1, ge=1, le=LAST_PAGE, description="第几页")),
        "per": (int, Field(50, ge=1, le=MOST_ROWS, description="每页几条")),
    }


def _outs(register: Register, paths: tuple[str, ...]) -> dict[str, Any]:
    """Fields of what comes out. key stands in the object's address, title is what it is called."""
    found: dict[str, Any] = {
        "key": (str, Field(description="编号，用在地址里")),
        "title": (str, Field(description="名称")),
    }
    for path in paths:
        words = choices_of(field_at(register.model, path))
        about = _described(head(register, path), words)
        found[path] = (type_at(register, path), Field(description=about))
    return found


def _record(register: Register, name: str) -> type[Schema]:
    more: dict[str, Any] = {
        "page": (str, Field(description="网页地址")),
        "feature": (str | None, Field(description="图形的地址（OGC API）")),
    }
    outs = _outs(register, shown_fields(register))
    made: type[Schema] = create_model(
        f"{name}Record", __base__=Schema, __doc__=register.title, **outs, **more
    )
    return made


def _ins(register: Register, is_new: bool) -> dict[str, Any]:
    return {name: _in(register.model._meta.get_field(name), is_new) for name in register.editable}  # type: ignore[arg-type]


def _in(field: "models.Field[Any, Any]", is_new: bool) -> Any:
    words = choices_of(field)
    kind: Any = literal_of(words) if words else type_of_field(field)
    if field.null and kind is not Any:
        kind = kind | None
    is_needed = is_new and not (field.blank or field.null or field.has_default())
    about = _described(str(field.verbose_name), words)
    longest = field.max_length if kind is str else None
    return (kind, Field(... if is_needed else None, description=about, max_length=longest))


def _described(label: str, words: dict[str, str]) -> str:
    listed = "、".join(f"{value} {word}" for value, word in words.items())
    return f"{label}：{listed}" if listed else label


def can_end(register: Register) -> bool:
    """Whether records of the register are ended one by one."""
    return bool(register.editable) and ending_of(register) is not None
