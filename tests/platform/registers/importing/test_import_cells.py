"""What a cell may say, in the forms in which offices write it."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from shuibao.platform.registers.importing import conversion


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-22",
        "2026/11/22",
        "2026.11.22",
        "2026年11月22日",
        "２０２６－１１－２２",
        "20261122",
        "2026-11-22 00:00:00",
        46348,
        "46348",
        46348.5,
        date(2026, 11, 22),
        timezone.make_aware(datetime(2026, 11, 22, 8)).replace(tzinfo=None),  # noqa: DTZ001
    ],
)
def test_a_day_is_read_in_every_usual_form(cell: object) -> None:
    assert conversion.day_of(cell) == date(2026, 11, 22)


@pytest.mark.parametrize("cell", ["2026-13-01", "去年", "12", 3, "2026-02-30", True])
def test_what_is_no_day_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match="不是日期"):
        conversion.day_of(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234,567.5", "1234567.5"),
        ("１２３．５", "123.5"),
        ("−3".replace("−", "-"), "-3"),
        (12.1, "12.1"),
        (7, "7"),
        ("1 234", "1234"),
    ],
)
def test_numbers_with_separators_and_full_width_digits_are_read(cell: object, number: str) -> None:
    assert conversion.number_of(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["约3", "1,23", "12米", "nan", "inf", True, date(2026, 1, 1), "#N/A"])
def test_what_is_no_number_is_refused(cell: object) -> None:
    with pytest.raises(ValueError, match=r"不是数值|错误值"):
        conversion.number_of(cell)


def test_codes_that_excel_made_numbers_are_texts_again() -> None:
    assert conversion.text_of(140802.0) == "140802"
    assert conversion.text_of(140802) == "140802"
    assert conversion.text_of(1.5) == "1.5"


def test_yes_and_no_are_read() -> None:
    assert all(conversion.truth_of(cell) for cell in ("是", "有", True, "1", "Y"))
    assert not any(conversion.truth_of(cell) for cell in ("否", "无", False, 0, "N"))
    with pytest.raises(ValueError, match="是 或 否"):
        conversion.truth_of("也许")


def test_a_choice_is_its_value_or_its_label() -> None:
    choices = {"key": "key", "大型坝": "key", "大(1)型": "big"}
    labels = ["大型坝", "大(1)型"]
    assert conversion.choice_of("大型坝", choices, labels) == "key"
    assert conversion.choice_of("KEY", choices, labels) == "key"
    assert conversion.choice_of("大（1）型", choices, labels) == "big"
    with pytest.raises(ValueError, match="可以写：大型坝、大"):
        conversion.choice_of("超大", choices, labels)
