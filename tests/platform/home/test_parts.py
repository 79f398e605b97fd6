"""The parts of the pages: numbers and days as read, icons that exist, markup that the CSP allows."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import timezone

from shuibao.platform.home.templatetags.parts import day, icon, minibar, moment, number, state

PLATFORM = Path(__file__).parents[3] / "src" / "shuibao" / "platform"
TEMPLATES = sorted(PLATFORM.rglob("*.html"))
SPRITE = (PLATFORM / "static" / "icons.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [
        (1234567.891, 2, "1,234,567.89"),
        (0, 0, "0"),
        (None, 1, "缺"),
        ("", 0, "缺"),
        (-3.05, "1", "-3.0"),
        ("二类", 0, "二类"),
    ],
)
def test_a_number_has_its_digits_and_an_unknown_one_is_missing(
    value: object, digits: int | str, shown: str
) -> None:
    assert number(value, digits) == shown


def test_a_day_is_the_day_in_shanxi() -> None:
    assert day(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)) == "2026-11-23"
    assert day(date(2026, 11, 22)) == "2026-11-22"
    assert day(None) == "缺"


def test_a_moment_names_the_year_only_when_it_is_another() -> None:
    now = timezone.localtime()
    assert moment(now) == f"{now:%m-%d %H:%M}"
    assert moment(datetime(2019, 1, 2, 3, 4, tzinfo=UTC)) == "2019-01-02 11:04"
    assert moment(None) == "缺"


def test_a_state_is_an_icon_and_a_word_and_its_word_is_text() -> None:
    shown = state("bad", "<b>病险</b>", True)
    assert "#i-bad" in shown
    assert "st--bad st--box" in shown
    assert "&lt;b&gt;病险" in shown


@pytest.mark.parametrize(
    ("value", "most", "wide"), [(50, 200, "25.0"), (300, 200, "100.0"), (-1, 200, "0.0"), (5, 0, "0.0")]
)
def test_a_small_bar_starts_at_zero_and_stays_in_its_box(value: float, most: float, wide: str) -> None:
    assert f'width="{wide}"' in minibar(value, most)


def test_an_unknown_number_has_no_bar() -> None:
    assert minibar(None) == ""


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert named
    assert {name for name in named if f'id="i-{name}"' not in SPRITE} == set()
    assert "i-20" in icon("home", "20")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_what_the_policy_forbids(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|hx-vals=.js:|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_every_static_file_that_a_template_names_is_there() -> None:
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text(encoding="utf-8"))
    }
    assert {name for name in named if finders.find(name) is None} == set()


def test_every_slice_of_the_font_is_there() -> None:
    css = PLATFORM / "static" / "css" / "fonts.css"
    slices = re.findall(r"url\(([^)]+)\)", css.read_text(encoding="utf-8"))
    assert len(slices) > 90
    assert [name for name in slices if not (css.parent / name).is_file()] == []
