"""The rule book: shipped tables are whole, null refuses, overlays replace with their source and verifier."""

from datetime import date
from pathlib import Path

import pytest

from shuibao.rules import OverlayError, Rule, RuleBook, RuleUnknown, UnknownRuleId


def rule(**facts: object) -> Rule:
    base = {
        "id": "a.b",
        "name": "甲",
        "value": 1.0,
        "unit": "-",
        "basis": "书",
        "confidence": "high",
        "table": "t",
    }
    return Rule(**{**base, **facts})  # type: ignore[arg-type]


def overlay(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_rule_says_its_source_and_stands_once() -> None:
    book = RuleBook.load()
    assert len(book.rules) > 100
    keys = [(entry.id, entry.region, entry.valid_from) for entry in book.rules]
    assert len(keys) == len(set(keys))
    assert all(entry.basis.strip() and entry.name.strip() for entry in book.rules)


def test_an_unknown_value_refuses_and_says_how_to_supply_it() -> None:
    book = RuleBook((rule(id="rotation.zone.x", name="某区", value=None, table="rules/rotation.toml"),))
    with pytest.raises(RuleUnknown, match=r"rotation\.zone\.x.*rules/rotation\.toml.*null.*--rules"):
        book.number("rotation.zone.x")


def test_an_id_nobody_knows_names_those_that_are_near() -> None:
    with pytest.raises(UnknownRuleId, match=r"a\.b"):
        RuleBook((rule(),)).value("a.c")


def test_the_most_local_rule_holds() -> None:
    book = RuleBook((rule(), rule(region="14", value=2.0), rule(region="1408", value=3.0)))
    assert book.number("a.b") == 1
    assert book.number("a.b", region="140105") == 2
    assert book.number("a.b", region="140802") == 3


def test_the_past_keeps_the_version_it_used() -> None:
    old = rule(value=1.0, valid_to=date(2024, 12, 31))
    new = rule(value=2.0, valid_from=date(2025, 1, 1))
    book = RuleBook((new, old))
    assert book.number("a.b", on=date(2024, 6, 1)) == 1
    assert book.number("a.b", on=date(2025, 6, 1)) == 2
    assert book.number("a.b") == 2


def test_unverified_is_what_nobody_checked_and_no_strong_source_gives() -> None:
    assert rule(confidence="medium").is_unverified
    assert rule(confidence="own").is_unverified
    assert not rule(confidence="seen").is_unverified
    assert not rule(confidence="low", verified_by="王工").is_unverified


def test_only_what_was_read_is_reported_as_used() -> None:
    book = RuleBook((rule(confidence="low"), rule(id="c.d", confidence="low")))
    book.number("a.b")
    assert [entry.id for entry in book.unverified_used()] == ["a.b"]


def test_an_overlay_replaces_a_value_and_carries_its_verifier(tmp_path: Path) -> None:
    shipped = next(
        entry for entry in RuleBook.load().current() if entry.is_unverified and isinstance(entry.value, float)
    )
    path = overlay(
        tmp_path / "site.toml",
        f'[[rule]]\nid = "{shipped.id}"\nvalue = 0.5\nbasis = "某标准 表3"\nverified_by = "王工"\n'
        "verified_on = 2026-11-01\n",
    )
    book = RuleBook.load(path)
    found = book.rule(shipped.id, region=shipped.region)
    assert (found.value, found.unit, found.verified_by) == (0.5, shipped.unit, "王工")
    assert not found.is_unverified
    assert found.version != shipped.version


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[rule]]\nid = "no.such"\nvalue = 1\nbasis = "x"\nverified_by = "y"', "没有规则 no.such"),
        ('[[rule]]\nid = "{id}"\nvalue = 1.0\nverified_by = "y"', "缺少 basis"),
        ('[[rule]]\nid = "{id}"\nvalue = 1.0\nbasis = "x"', "缺少 verified_by"),
        ('[[rule]]\nid = "{id}"\nvalue = "一"\nbasis = "x"\nverified_by = "y"', "value 应为数值"),
        ('[[rule]]\nid = "{id}"\nvalue = 1.0\nbasis = "x"\nverified_by = "y"\nvalu = 2', "不认识的字段 valu"),
        ("nothing = 1", "没有 \\[\\[rule\\]\\]"),
        ("not toml", "不是有效的"),
    ],
)
def test_an_overlay_that_is_wrong_says_where(tmp_path: Path, text: str, message: str) -> None:
    shipped = next(entry for entry in RuleBook.load().rules if isinstance(entry.value, float))
    path = overlay(tmp_path / "bad.toml", text.replace("{id}", shipped.id))
    with pytest.raises(OverlayError, match=f"bad\\.toml.*{message}"):
        RuleBook.load(path)
