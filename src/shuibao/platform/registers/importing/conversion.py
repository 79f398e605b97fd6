"""What a cell of a file says, as the value of a field: in the forms in which offices write them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

_DAY = re.compile(
    r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$"
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_EXCEL_DAY_0 = date(1899, 12, 30)
_EXCEL_SERIALS = range(10_000, 80_000)  # 1927 to 2119
_YES, _NO = ("是", "有", "true", "yes", "y", "1", "√"), ("否", "无", "false", "no", "n", "0", "×")
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
_SPREADSHEET_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!")


def is_blank(value: object) -> bool:
    """Whether a cell says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def text_of(value: Any) -> str:
    """The text of a cell; a whole number without a decimal point, a day as 2026-11-22."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    text = str(value).strip()
    if text in _SPREADSHEET_ERRORS:
        raise ValueError("是表格的错误值。请改正公式后重新保存。")
    return text


def number_of(value: Any) -> Decimal:
    """The number of a cell: thousands separators and full-width digits are read. Raises ValueError."""
    if isinstance(value, bool | date):
        raise ValueError("不是数值。")
    if isinstance(value, int | float | Decimal):
        return Decimal(repr(value) if isinstance(value, float) else value)
    text = plain(text_of(value)).replace(" ", "")
    if _THOUSANDS.match(text):
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError("不是数值。请只写数字，单位写在列名里。") from None
    if not number.is_finite():
        raise ValueError("不是数值。")
    return number


def whole_number_of(value: Any) -> int:
    """The whole number of a cell. Raises ValueError."""
    number = number_of(value)
    if number != number.to_integral_value():
        raise ValueError("不是整数。")
    return int(number)


def day_of(value: Any) -> date:
    """The day of a cell: 2026-11-22, 2026/11/22, 2026年11月22日, 20261122 or Excel's serial number."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return _moment(value).date()


def moment_of(value: Any) -> datetime:
    """The moment of a cell; without a zone it is Chinese time."""
    if isinstance(value, datetime):
        moment = value
    else:
        moment = datetime.combine(value, time()) if isinstance(value, date) else _moment(value)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def truth_of(value: Any) -> bool:
    """Yes or no of a cell. Raises ValueError."""
    if isinstance(value, bool):
        return value
    word = plain(text_of(value)).lower()
    if word not in (*_YES, *_NO):
        raise ValueError("只能写 是 或 否。")
    return word in _YES


def choice_of(value: Any, choices: Mapping[str, Any], labels: Sequence[str]) -> Any:
    """The value of a choice, written as value or label. choices: by plain value and plain label."""
    word = plain(text_of(value)).lower()
    if word not in choices:
        raise ValueError(f"不在可选值内。可以写：{'、'.join(labels)}。")
    return choices[word]


def plain(text: str) -> str:
    """The text with full-width digits, letters and marks made half-width."""
    return unicodedata.normalize("NFKC", text).strip()


def _moment(value: Any) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _of_serial(float(value))
    text = plain(text_of(value))
    found = _DAY.match(text) or _COMPACT.match(text)
    try:
        if found:
            return datetime(*(int(part) for part in found.groups() if part is not None))  # type: ignore[arg-type]  # noqa: DTZ001
        return _of_serial(float(text))
    except ValueError:
        raise ValueError("不是日期。请写成 2026-11-22。") from None


def _of_serial(number: float) -> datetime:
    if int(number) not in _EXCEL_SERIALS:
        raise ValueError("不是日期。请写成 2026-11-22。")
    return datetime.combine(_EXCEL_DAY_0, time()) + timedelta(days=number)
