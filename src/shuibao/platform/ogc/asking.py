"""What an address asks of a collection. What cannot be meant is refused with 400, as the standard has it."""

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import shapely
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from shuibao.platform.api.problems import Fault, Refused
from shuibao.platform.api.register_values import choices_of
from shuibao.platform.home.problems import Problem
from shuibao.platform.ogc.crs import CRS84, SYSTEMS, Crs, system_at, window_of
from shuibao.platform.ogc.layers import has_days, has_last_days, queryable
from shuibao.platform.registers.declaration import Register

DEFAULT_LIMIT, MOST = 10, 1000
LAST_OFFSET = 10_000_000
ITEM_NAMES = ("f", "crs")
ITEMS_NAMES = (*ITEM_NAMES, "limit", "offset", "bbox", "bbox-crs", "datetime")


class Asked(NamedTuple):
    """A page of features. window: the area they must meet, in lon-lat; wanted: the rest of the condition."""

    limit: int
    offset: int
    crs: Crs
    window: shapely.Geometry | None
    wanted: Q


def asked_of(request: HttpRequest, register: Register) -> Asked:
    """What the address asks for."""
    properties = queryable(register)
    only_known(request, (*ITEMS_NAMES, *properties))
    query = request.GET
    return Asked(
        min(_whole(query, "limit", DEFAULT_LIMIT, 1), MOST),
        _whole(query, "offset", 0, 0),
        crs_asked(request, "crs"),
        _window(request),
        _days(query.get("datetime", ""), register) & _properties(query, properties),
    )


def only_known(request: HttpRequest, known: Iterable[str]) -> None:
    """Raises Refused for a parameter that means nothing here, and for a format that is not offered."""
    unknown = sorted(set(request.GET) - set(known))
    if unknown:
        raise bad(unknown[0], "没有这个参数。可以用的是 " + "、".join(known) + "。")
    if request.GET.get("f", "json") != "json":
        raise bad("f", "只有 json。")


def crs_asked(request: HttpRequest, name: str) -> Crs:
    """The system that a parameter names; CRS84 when it does not."""
    uri = request.GET.get(name, CRS84)
    system = system_at(uri)
    if system is None:
        raise bad(name, f"没有 {uri!r} 这个坐标系。可以是 {'、'.join(s.uri for s in SYSTEMS)}。")
    return system


def bad(field: str, detail: str) -> Refused:
    """The refusal of a parameter."""
    fault = Fault(field, "bad_parameter", detail)
    return Refused("bad_parameter", Problem(400, "参数不对", f"{field}：{detail}"), (fault,))


def _whole(query: QueryDict, name: str, default: int, least: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= LAST_OFFSET:
        raise bad(name, f"{text!r} 不是 {least} 到 {LAST_OFFSET} 的整数。")
    return int(text)


def _window(request: HttpRequest) -> shapely.Geometry | None:
    system = crs_asked(request, "bbox-crs")
    text = request.GET.get("bbox")
    if text is None:
        return None
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as problem:
        raise bad("bbox", f"{text!r} 不是以逗号分隔的数。") from problem
    if len(numbers) == 6:  # heights do not count
        numbers = [*numbers[:2], *numbers[3:5]]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise bad("bbox", f"{text!r} 不是 4 个（或 6 个）数。")
    corners = (numbers[0], numbers[1], numbers[2], numbers[3])
    _check_corners(text, corners, system)
    window = window_of(corners, system)
    if not all(map(math.isfinite, window.bounds)):
        raise bad("bbox", f"{text!r} 不在坐标系 {system.uri} 的范围内。")
    return window


def _check_corners(text: str, corners: tuple[float, float, float, float], system: Crs) -> None:
    first, second, third, fourth = corners
    if system.is_projected:
        is_right = first <= third and second <= fourth
    else:
        south, north = (second, fourth) if system.uri == CRS84 else (first, third)
        west, east = (first, third) if system.uri == CRS84 else (second, fourth)
        is_right = -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180
    if not is_right:
        raise bad("bbox", f"{text!r} 超出范围，或次序不对（按坐标系定义的轴序：下限在前，上限在后）。")


def _days(text: str, register: Register) -> Q:
    """The rows valid at some time of an instant or interval. Registers without days have them all."""
    if not text:
        return Q()
    parts = text.split("/")
    if len(parts) > 2:
        raise bad("datetime", f"{text!r} 不是时刻，也不是以“/”分隔的时段。")
    first, last = _day(parts[0], text), _day(parts[-1], text)
    if (len(parts) == 1 and first is None) or (first and last and first > last):
        raise bad("datetime", f"{text!r} 不是时刻，也不是从前到后的时段。")
    wanted = Q()
    if has_days(register) and last is not None:
        wanted &= Q(valid_from=None) | Q(valid_from__lte=last)
    if has_last_days(register) and first is not None:
        wanted &= Q(valid_to=None) | Q(valid_to__gte=first)
    return wanted


def _day(part: str, text: str) -> date | None:
    """The day of an end of an interval; None for an open one."""
    if part in ("", ".."):
        return None
    try:
        moment = parse_datetime(part)
        day = parse_date(part)
    except ValueError as problem:
        raise bad("datetime", f"{text!r} 里的 {part!r} 没有这一天或这一刻。") from problem
    if day is not None:
        return day
    if moment is None or timezone.is_naive(moment):
        raise bad("datetime", f"{text!r} 里的 {part!r} 不是 RFC 3339 的日期或带时区的时间。")
    return _local_day(moment, text)


def _local_day(moment: datetime, text: str) -> date:
    try:
        return timezone.localdate(moment)
    except OverflowError as problem:
        raise bad("datetime", f"{text!r} 超出日历的范围。") from problem


def _properties(query: QueryDict, properties: dict[str, Any]) -> Q:
    """Equality of exported properties: by what is stored, or by the word that is sent for it."""
    wanted = Q()
    for name, field in properties.items():
        if name in ITEMS_NAMES or name not in query:
            continue
        text = str(query[name])
        values = {word: value for value, word in choices_of(field).items()}
        convert: Callable[[str], Any] = field.target_field.to_python if field.is_relation else field.to_python
        try:
            wanted &= Q(**{name: convert(values.get(text, text))})
        except (ValidationError, ValueError, OverflowError) as problem:
            raise bad(name, f"{text!r} 不是{field.verbose_name}的值。") from problem
        if "\x00" in text:
            raise bad(name, "不能有空字符。")
    return wanted
