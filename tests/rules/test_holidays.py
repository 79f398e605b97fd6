"""The yearly notices as rules: whole, on the right weekdays, and refused when miswritten."""

from datetime import date

import pytest

from shuibao.rules.book import Rule, RuleBook
from shuibao.rules.deadlines import NotATime, office_end
from shuibao.rules.holidays import HolidaysMiswritten, work_calendar

CALENDAR = work_calendar(RuleBook.load())


def _book(value: object, rule_id: str = "holidays.2030") -> RuleBook:
    return RuleBook((Rule(rule_id, "放假", value, "日期", "通知", "seen", "site.toml"),))


def test_make_up_days_are_weekends_and_each_notice_gives_back_what_it_takes() -> None:
    assert all(day.weekday() >= 5 for day in CALENDAR.makeup_days)
    statutory_days_off = {2024: 11, 2025: 13, 2026: 13}
    for year, statutory in statutory_days_off.items():
        gained = sum(day.weekday() < 5 for day in CALENDAR.days_off if day.year == year)
        worked = sum(day.year == year for day in CALENDAR.makeup_days)
        on_weekends = statutory - (gained - worked)
        assert 0 <= on_weekends <= 2  # statutory days on a weekend that a longer weekend made up for
    assert CALENDAR.years >= {2024, 2025, 2026}


def test_a_year_whose_notice_is_not_out_stays_unknown() -> None:
    assert work_calendar(_book(None)).years == frozenset()


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"off": [["2030-01-01", "2030-01-01"]]}, "缺少列表 makeup"),
        ({"off": [["2030-01-01"]], "makeup": []}, "两个日期"),
        ({"off": [["2030-01-03", "2030-01-01"]], "makeup": []}, "晚于"),
        ({"off": [["元旦", "2030-01-01"]], "makeup": []}, "不是日期"),
        ([], "缺少列表"),
    ],
)
def test_a_notice_written_wrongly_says_what_is_wrong(value: object, fault: str) -> None:
    with pytest.raises(HolidaysMiswritten, match=rf"holidays\.2030.*site\.toml.*{fault}"):
        work_calendar(_book(value))


def test_the_id_must_end_in_the_year() -> None:
    with pytest.raises(HolidaysMiswritten, match="四位年份"):
        work_calendar(_book({"off": [], "makeup": []}, "holidays.next"))


def test_dates_may_be_written_as_dates() -> None:
    calendar = work_calendar(_book({"off": [[date(2030, 1, 1), date(2030, 1, 2)]], "makeup": []}))
    assert calendar.days_off == {date(2030, 1, 1), date(2030, 1, 2)}


def test_an_office_end_that_is_no_time_is_refused() -> None:
    assert office_end(RuleBook.load(), "140800", date(2026, 11, 23)).isoformat() == "17:30:00"
    with pytest.raises(NotATime, match="下午"):
        office_end(_book("下午五点半", "deadline.office_end"), "", date(2026, 11, 23))
