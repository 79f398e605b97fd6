"""Which column of a file belongs to which field: guessed by name, changed by the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from shuibao.platform.registers.declaration import Importing, Register
from shuibao.platform.registers.importing.conversion import plain

_SYNONYMS: dict[str, tuple[str, ...]] = {
    "行政区": ("所在县", "县区", "县（市、区）", "行政区划", "行政区代码", "县代码", "adcode", "区县"),
    "行政区划代码": ("代码", "编码", "adcode", "县代码", "行政区代码", "district_adcode", "city_adcode"),
    "名称": ("名字", "name", "district_name", "city_name"),
    "编码": ("编号", "代码", "code", "id"),
    "经办人": ("填报人",),
    "来源": ("数据来源", "资料来源", "source"),
    "启用日期": ("开始日期", "生效日期", "起始日期"),
    "停用日期": ("结束日期", "失效日期", "终止日期"),
}


@dataclass(frozen=True)
class Target:
    """A field that a file may fill: its name, what people call it, whether it must be filled."""

    name: str
    label: str
    hint: str
    is_required: bool
    names: tuple[str, ...]


def targets(register: Register) -> tuple[Target, ...]:
    """The fields of a register that a file may fill, in the order they were declared."""
    return tuple(_target(register, name) for name in importing_of(register).fields)


def guess(register: Register, columns: Sequence[str]) -> dict[str, str]:
    """Field → column, each column at most once: by field name, by label, by what it is also called."""
    free = {_key(column): column for column in columns}
    found: dict[str, str] = {}
    wanted = targets(register)
    for rank in range(max((len(target.names) for target in wanted), default=0)):
        for target in wanted:
            if target.name not in found and rank < len(target.names):
                column = free.pop(_key(target.names[rank]), None)
                if column is not None:
                    found[target.name] = column
    return found


def missing(register: Register, mapping: Mapping[str, str]) -> list[Target]:
    """The required fields and keys that no column fills."""
    return [target for target in targets(register) if target.is_required and not mapping.get(target.name)]


def importing_of(register: Register) -> Importing:
    """What the register takes in. Raises LookupError for one that takes in nothing."""
    if register.importing is None:
        raise LookupError(register.name)
    return register.importing


def _target(register: Register, name: str) -> Target:
    declared = importing_of(register)
    field = register.model._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name))
    lookup = (declared.lookups or {}).get(name, "")
    names = (name, label, *([f"{name}_{lookup}", f"{name}_id"] if lookup else []), *_SYNONYMS.get(label, ()))
    required = name in declared.required or name in declared.key
    return Target(name, label, _hint(field, lookup), required, names)


def _hint(field: Any, lookup: str) -> str:
    if lookup and isinstance(field, models.ForeignKey):
        other = field.related_model._meta.get_field(lookup.split("__")[0])
        return f"写{getattr(other, 'verbose_name', lookup)}"
    if getattr(field, "flatchoices", None):
        return "、".join(str(label) for _, label in field.flatchoices)
    if isinstance(field, models.DateField):
        return "如 2026-11-22"
    return ""


def _key(name: str) -> str:
    """A name without blanks, units and case."""
    short = plain(name).lower().split("(")[0].split("[")[0]
    return short.replace(" ", "").replace("_", "").rstrip("*：:")
