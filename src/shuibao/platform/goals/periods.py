"""Quarters: which has ended, which are offered."""

from datetime import date

from django.utils import timezone

QUARTERS_OFFERED = 5


def ended_quarter(today: date) -> tuple[int, int]:
    """Year and number of the last quarter that has ended."""
    this = (today.month - 1) // 3 + 1
    return (today.year, this - 1) if this > 1 else (today.year - 1, 4)


def last_day(year: int, quarter: int) -> date:
    """The last day of a quarter."""
    return date(year, 3 * quarter, 31 if quarter in (1, 4) else 30)


def offered_periods() -> list[tuple[str, str]]:
    """This quarter and the ones before it, as values and words."""
    today = timezone.localdate()
    last = today.year * 4 + (today.month - 1) // 3
    numbers = range(last, last - QUARTERS_OFFERED, -1)
    return [(f"{n // 4}-{n % 4 + 1}", f"{n // 4} 年第 {n % 4 + 1} 季度") for n in numbers]
