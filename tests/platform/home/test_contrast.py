"""The colours of the tokens: words can be read on every ground they stand on (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[3] / "src" / "shuibao" / "platform" / "static" / "css" / "tokens.css"
BLOCKS = dict(
    re.findall(r"^(:root|\[data-theme=duty\])\{(.*?)\}", TOKENS.read_text(encoding="utf-8"), re.M | re.S)
)
LIGHT = dict(re.findall(r"--([\w-]+):(#\w+)", BLOCKS[":root"]))
DUTY = LIGHT | dict(re.findall(r"--([\w-]+):(#\w+)", BLOCKS["[data-theme=duty]"]))

GROUNDS = ("surface", "paper")
WORDS = [
    *((word, ground) for word in ("ink", "ink-2") for ground in (*GROUNDS, "sunk")),
    *((word, ground) for word in ("link", "brand", "brand-ink") for ground in GROUNDS),
    *((f"{tone}-ink", ground) for tone in ("ok", "note", "warn", "bad", "off") for ground in GROUNDS),
    *((f"{tone}-ink", f"{tone}-wash") for tone in ("ok", "note", "warn", "bad", "off")),
    ("brand-ink", "brand-wash"),
    ("ink", "brand-wash"),
    ("surface", "brand"),
]
MARKS = [(tone, ground) for tone in ("ok", "note", "warn", "bad", "off", "focus") for ground in GROUNDS]


def luminance(colour: str) -> float:
    """Relative luminance of #rgb or #rrggbb."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = (int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)


@pytest.mark.parametrize(("word", "ground"), WORDS)
def test_words_have_a_contrast_of_four_and_a_half(word: str, ground: str) -> None:
    assert contrast(LIGHT[word], LIGHT[ground]) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_the_focus_have_a_contrast_of_three(mark: str, ground: str) -> None:
    assert contrast(LIGHT[mark], LIGHT[ground]) >= 3


@pytest.mark.parametrize("word", ["ink", "ink-2", "link", "brand", "ok-ink", "off-ink"])
def test_the_duty_screen_can_be_read_in_the_dark(word: str) -> None:
    assert min(contrast(DUTY[word], DUTY[ground]) for ground in GROUNDS) >= 4.5
