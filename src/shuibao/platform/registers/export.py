"""Handing rows out as a file: who may, what the copy says about itself, and the event that remembers it."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from shuibao.platform.core.errors import NotAllowed
from shuibao.platform.core.events import record
from shuibao.platform.core.visibility import reader_of
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.export_files import MEDIA, WITH_SHAPES, write
from shuibao.platform.registers.features import may_draw
from shuibao.science.errors import InputError

MOST = 200_000


@dataclass(frozen=True)
class Export:
    """A written file, its name for the person, and its media type."""

    file: Path
    name: str
    media_type: str


def export(register: Register, rows: "QuerySet[Any]", form: str, *, by: Any, condition: str) -> Export:
    """The rows as a file in a temporary folder that the caller removes. Recorded as an event.

    Raises NotAllowed without the export verb, and InputError for a form that is not offered or for more rows
    than a file may hold.
    """
    if not is_allowed(register, by):
        raise NotAllowed(register.verb("export"), register.title)
    offered = forms_for(register, by)
    if form not in offered:
        raise InputError(f"{register.title}不能导出为 {form}。可以选 {'、'.join(offered)}。")
    count = rows.count()
    if count > MOST:
        raise InputError(f"要导出 {count} {register.counter}，一次最多 {MOST} {register.counter}。请先筛选。")
    folder = Path(tempfile.mkdtemp(prefix="export-"))
    try:
        file = folder / f"rows.{form}"
        write(file, form, register, rows, watermark(register, count, by, condition))
        text = f"导出{register.title} {count} {register.counter}（{form}）"
        record(by, register.verb("exported"), text, by=by, form=form, condition=condition, count=count)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Export(file, _file_name(register, form), MEDIA[form])


def is_allowed(register: Register, user: object) -> bool:
    """Whether a person may take a copy. What everybody may read is still handed out by right only."""
    return reader_of(user).may(register.verb("export"))


def forms_of(register: Register) -> list[str]:
    """The file forms a register is offered in."""
    return [form for form in MEDIA if form not in WITH_SHAPES or register.layer is not None]


def forms_for(register: Register, user: object) -> list[str]:
    """The file forms a person is offered: none without the right, with shapes only where they may leave."""
    if not is_allowed(register, user):
        return []
    layer = register.layer
    has_shapes = layer is not None and may_draw(layer, register, user)
    return [form for form in MEDIA if form not in WITH_SHAPES or has_shapes]


def watermark(register: Register, count: int, by: object, condition: str) -> str:
    """Who took the copy, when, of what: the line every copy carries."""
    at = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    demo = "示例数据，" if settings.DEMO else ""
    return (
        f"{demo}{register.title} {count} {register.counter}，{by} 于 {at} 导出；条件：{condition or '全部'}"
    )


def _file_name(register: Register, form: str) -> str:
    demo = "（示例数据）" if settings.DEMO else ""
    return f"{register.title}{demo}-{timezone.localdate().isoformat()}.{form}"
