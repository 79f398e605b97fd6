"""导出: the filtered or chosen rows as a file."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

from shuibao.platform.registers.chips import said
from shuibao.platform.registers.declaration import Register
from shuibao.platform.registers.export import export
from shuibao.platform.registers.filtering import filtered
from shuibao.platform.registers.ordering import ordering
from shuibao.platform.registers.views.found import of_register
from shuibao.science.errors import InputError

_PIECE = 1 << 16
_MOST_PICKED = 100


@login_required
@of_register
def take_copy(request: HttpRequest, register: Register, form: str) -> StreamingHttpResponse:
    """The rows under the filter of the address, or those picked among them, as a file."""
    bound = filtered(register, register.rows(request.user), request.GET)
    if not bound.form.is_valid():
        raise InputError(f"筛选条件读不懂：{'；'.join(_problems(bound))}。请回到列表改正后再导出。")
    rows = bound.qs
    picked = request.GET.getlist("pick")
    condition = said(register, bound, request.GET)
    if picked:
        rows = rows.filter(pk__in=_keys(register, picked))
        condition = f"所选 {len(picked)} {register.counter}"
    ordered = rows.order_by(*ordering(register.model, (*register.order, "pk")))
    copy = export(register, ordered, form, by=request.user, condition=condition)
    response = StreamingHttpResponse(_sent(copy.file), content_type=copy.media_type)
    response["Content-Length"] = str(copy.file.stat().st_size)
    response["Content-Disposition"] = content_disposition_header(True, copy.name) or "attachment"
    return response


def _problems(bound: Any) -> list[str]:
    """What is wrong with the filter, each with the name of its chip."""
    fields = bound.form.fields
    return [
        f"{fields[name].label if name in fields else '条件'}：{' '.join(words)}"
        for name, words in bound.form.errors.items()
    ]


def _keys(register: Register, picked: list[str]) -> list[object]:
    """The keys of the picked rows. Raises InputError for what is no key, or for more than a page."""
    if len(picked) > _MOST_PICKED:
        raise InputError(
            f"选了 {len(picked)} {register.counter}，一次最多 {_MOST_PICKED}。请改用筛选后导出。"
        )
    field = register.model._meta.pk
    assert field is not None
    try:
        keys = [field.to_python(key) for key in picked]
        for key in keys:
            field.run_validators(key)
    except ValidationError as problem:
        raise InputError(
            f"所选的记录有不能识别的编号：{'、'.join(picked[:3])}。请刷新列表重选。"
        ) from problem
    return keys


def _sent(file: Path) -> Iterator[bytes]:
    """The file in pieces; its folder is removed when it has gone, or the reader has."""
    try:
        with file.open("rb") as stream:
            while piece := stream.read(_PIECE):
                yield piece
    finally:
        shutil.rmtree(file.parent, ignore_errors=True)
