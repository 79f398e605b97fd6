"""How a deadline stands, in a tone and a few words: 逾期 2 天, 今天 17:30, 剩 3 个工作日."""

from datetime import date, datetime, time
from typing import Any, Literal, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext

from shuibao.law.clocks import CalendarNotCovered, WorkCalendar, is_in_time, working_days_between
from shuibao.platform.core.times import Times
from shuibao.rules.deadlines import Showing

Tone = Literal["ok", "note", "warn", "bad", "off"]


class Standing(NamedTuple):
    """A tone of the face and the words for it."""

    tone: Tone
    words: str


def standing(deadline: Any, now: datetime, times: Times) -> Standing:
    """How a deadline stands at a moment."""
    if deadline.state != "open":
        tones: dict[str, Tone] = {"met": "ok", "late": "warn", "ended": "off"}
        return Standing(tones[deadline.state], str(deadline.get_state_display()))
    today = timezone.localdate(now)
    closes = timezone.localtime(deadline.due_at)
    if not is_in_time(now, deadline.due_at):
        return Standing("bad", _past(deadline.due_on, today, closes))
    if deadline.due_on == today:
        return Standing("warn", gettext("今天 %s") % _clock(closes))
    return _ahead(deadline.due_on, today, times.calendar, times.showing)


def _past(due_on: date, today: date, closes: datetime) -> str:
    days = (today - due_on).days
    if days < 1:
        return gettext("今天 %s 已过") % _clock(closes)
    return gettext("逾期 %d 天") % days


def _ahead(due_on: date, today: date, calendar: WorkCalendar, showing: Showing) -> Standing:
    days = (due_on - today).days
    if days > 3 * showing.counted + 14:  # no holiday is that long: not worth counting
        return Standing("ok", _day(due_on, today))
    try:
        left = working_days_between(today, due_on, calendar)
    except CalendarNotCovered:
        left = 0
    if left:
        tone: Tone = "note" if left <= showing.near else "ok"
        words = gettext("剩 %d 个工作日") % left if left <= showing.counted else _day(due_on, today)
        return Standing(tone, words)
    words = gettext("剩 %d 天") % days if days <= showing.counted else _day(due_on, today)
    return Standing("note" if days <= showing.near else "ok", words)


def _day(due_on: date, today: date) -> str:
    return f"{due_on:%m-%d}" if due_on.year == today.year else f"{due_on:%Y-%m-%d}"


def _clock(closes: datetime) -> str:
    return "24:00" if closes.time() == time() else f"{closes:%H:%M}"
