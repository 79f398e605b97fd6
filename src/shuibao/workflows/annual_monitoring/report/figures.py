"""Numbers as the reader sees them: not more digits than are true, 缺 for unknown, a dash for none."""

from typing import Any

UNKNOWN = "缺"
NOT_APPLICABLE = "—"
_MINUS = "\N{MINUS SIGN}"


def area(km2: float | None) -> str:
    """An area [km²]: two decimals below 100, one above; a trace is not shown as 0."""
    if km2 is None:
        return UNKNOWN
    if km2 == 0:
        return "0"
    if abs(km2) < 0.005:
        return "<0.01" if km2 > 0 else f">{_MINUS}0.01"
    return _number(km2, 2 if abs(round(km2, 2)) < 100 else 1)


def area_change(km2: float | None) -> str:
    """A change of area [km²] with its sign."""
    return _signed(km2, area)


def percent(pct: float | None) -> str:
    """A share or rate [%], two decimals, without the sign %."""
    return UNKNOWN if pct is None else _number(pct, 2)


def share(pct: float | None) -> str:
    """A share [%] of something that may be nothing: then it does not apply."""
    if pct is None:
        return NOT_APPLICABLE
    return "0" if pct == 0 else _number(pct, 2)


def points(difference: float | None) -> str:
    """A difference of rates [percentage points] with its sign."""
    return _signed(difference, percent)


def loss(t_km2_a: float | None) -> str:
    """A modulus [t/(km²·a)]: whole numbers, one decimal below 100."""
    if t_km2_a is None:
        return UNKNOWN
    return _number(t_km2_a, 1 if abs(round(t_km2_a, 1)) < 100 else 0)


def loss_change(t_km2_a: float | None) -> str:
    """A change of modulus [t/(km²·a)] with its sign."""
    return _signed(t_km2_a, loss)


def three_digits(value: float) -> str:
    """A quantity of any size to three significant digits, whole when that is more."""
    if value == 0:
        return "0"
    decimals = 0
    while decimals < 6 and abs(value) * 10**decimals < 100:
        decimals += 1
    return _number(value, decimals)


def plain(value: Any) -> str:
    """A parameter or rule value as text."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(plain(item) for item in value)
    if isinstance(value, dict):
        return "；".join(f"{key} {plain(item)}" for key, item in value.items())
    if isinstance(value, float):
        return f"{value:.10g}".replace("-", _MINUS)
    return str(value)


def _signed(value: float | None, text: Any) -> str:
    if value is None:
        return UNKNOWN
    shown = str(text(value))
    return f"+{shown}" if shown[0] not in f"{_MINUS}<>" and shown.strip("0.,") else shown


def _number(value: float, decimals: int) -> str:
    return f"{round(value, decimals) + 0.0:,.{decimals}f}".replace("-", _MINUS)
