"""The rule book: shipped tables, overlaid by a site's own, looked up by id, region and date."""

import difflib
import hashlib
import importlib.resources
import json
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

from shuibao.science.errors import DomainError

Confidence = Literal["seen", "high", "medium", "low", "own"]
VERIFIED_BY_SOURCE: frozenset[str] = frozenset({"seen", "high"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A number (or a small table of numbers) with unit, basis, region, validity, confidence and verifier.

    region: an adcode prefix ("14", "1408", ""): the rule holds for every code that starts so.
    confidence: seen (in a public copy), high, medium, low (from memory), own (this project's choice).
    table: the file it stands in.
    """

    id: str
    name: str
    value: Any
    unit: str
    basis: str
    confidence: Confidence
    table: str
    region: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    verified_by: str = ""
    verified_on: date | None = None
    note: str = ""

    @property
    def is_unverified(self) -> bool:
        """Nobody has checked it against the primary text, and its source is not strong enough by itself."""
        return not self.verified_by and self.confidence not in VERIFIED_BY_SOURCE

    @property
    def version(self) -> str:
        """Short hash of everything that makes this rule what it is."""
        facts = {name: getattr(self, name) for name in self.__slots__ if name != "table"}
        return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()[:12]

    def holds(self, region: str, on: date | None) -> bool:
        """Whether it applies to this region code on this day (any day when none is given)."""
        if not region.startswith(self.region):
            return False
        if on is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class RuleUnknown(DomainError):
    """A rule whose value nobody has supplied yet. It refuses to compute."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(
            f"规则 {rule.id}（{rule.name}）的取值未知：{rule.table} 中为 null，不能计算。{rule.note}"
            f'请在 --rules 文件中补充一条 [[rule]]：id = "{rule.id}"、value、basis（出处）、'
            f"verified_by（核验人）、verified_on（日期）。"
        )
        self.rule = rule


class UnknownRuleId(DomainError):
    """An id no table has."""

    def __init__(self, rule_id: str, known: Iterable[str]) -> None:
        near = difflib.get_close_matches(rule_id, list(known), n=3)
        hint = f"相近的有：{'、'.join(near)}。" if near else ""
        super().__init__(f"没有规则 {rule_id}。{hint}用 shuibao rules list 查看全部规则。")


class OverlayError(DomainError):
    """A rules file that cannot be used."""


@dataclass(slots=True)
class RuleBook:
    """All rules, later ones first, and a record of those that were read.

    region, on: where and when it is read for, unless a lookup says otherwise.
    """

    rules: tuple[Rule, ...]
    used: dict[str, Rule] = field(default_factory=dict)
    region: str = ""
    on: date | None = None

    @classmethod
    def load(cls, *overlays: Path) -> "RuleBook":
        """The shipped tables, with the overlays on top, the last one uppermost."""
        book = cls(tuple(_shipped()))
        for path in overlays:
            book = cls((*_overlay(path, book), *book.rules))
        return book

    def rule(self, rule_id: str, *, region: str = "", on: date | None = None) -> Rule:
        """The rule that holds there and then, recorded as used: the most local, then the uppermost.

        Raises UnknownRuleId when no table has it for that region and day.
        """
        where, day = region or self.region, on or self.on
        found = [rule for rule in self.rules if rule.id == rule_id and rule.holds(where, day)]
        if not found:
            raise UnknownRuleId(rule_id, {rule.id for rule in self.rules})
        best = max(found, key=lambda rule: len(rule.region))
        self.used[f"{best.id}@{best.region}"] = best
        return best

    def value(self, rule_id: str, *, region: str = "", on: date | None = None) -> Any:
        """The rule's value. Raises RuleUnknown when it is null."""
        rule = self.rule(rule_id, region=region, on=on)
        if rule.value is None:
            raise RuleUnknown(rule)
        return rule.value

    def numbers(self, rule_id: str, *, region: str = "", on: date | None = None) -> tuple[float, ...]:
        """The value of a rule that is a list of numbers."""
        return tuple(float(number) for number in self.value(rule_id, region=region, on=on))

    def number(self, rule_id: str, *, region: str = "", on: date | None = None) -> float:
        """The value of a rule that is one number."""
        return float(self.value(rule_id, region=region, on=on))

    def ids_under(self, prefix: str) -> list[str]:
        """The ids that start with the prefix and a dot, in the tables' order."""
        return list(dict.fromkeys(rule.id for rule in self.rules if rule.id.startswith(prefix + ".")))

    def current(self, on: date | None = None) -> Iterator[Rule]:
        """Every rule that no overlay hides, in order of id. Not recorded as used."""
        seen: set[tuple[str, str]] = set()
        for rule in sorted(self.rules, key=lambda rule: rule.id):
            if (rule.id, rule.region) not in seen and rule.holds(rule.region, on):
                seen.add((rule.id, rule.region))
                yield rule

    def unverified_used(self) -> list[Rule]:
        """The rules read so far that nobody has verified, in order of id."""
        return [rule for _, rule in sorted(self.used.items()) if rule.is_unverified]


def _shipped() -> Iterator[Rule]:
    for entry in sorted(importlib.resources.files(__package__).iterdir(), key=lambda found: found.name):
        if entry.name.endswith(".toml"):
            table = f"rules/{entry.name}"
            for row in tomllib.loads(entry.read_text(encoding="utf-8")).get("rule", []):
                yield _rule(row, table)


def _rule(row: dict[str, Any], table: str) -> Rule:
    """A row of a table. TOML has no null: a rule without `value` is unknown."""
    missing = {"id", "name", "unit", "basis", "confidence"} - set(row)
    if missing:
        raise OverlayError(f"{table}：规则 {row.get('id', '?')} 缺少字段 {'、'.join(sorted(missing))}。")
    unknown = set(row) - set(Rule.__slots__)
    if unknown:
        raise OverlayError(f"{table}：规则 {row['id']} 有不认识的字段 {'、'.join(sorted(unknown))}。")
    if row["confidence"] not in get_args(Confidence):
        raise OverlayError(
            f"{table}：规则 {row['id']} 的 confidence 应为 {'、'.join(get_args(Confidence))} 之一。"
        )
    return Rule(**{"value": None, **row, "table": table})


def _overlay(path: Path, book: RuleBook) -> Iterator[Rule]:
    """The rows of a site's file. Each replaces a known rule, and must say where its value comes from."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise OverlayError(f"读不了规则文件 {path}:{problem.strerror}。") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise OverlayError(f"规则文件 {path} 不是有效的 UTF-8 TOML:{problem}。") from problem
    known = {rule.id: rule for rule in book.rules[::-1]}
    for number, row in enumerate(content.get("rule", []), start=1):
        yield _overlaid(row, number, path, known)
    if not content.get("rule"):
        raise OverlayError(f"规则文件 {path} 里没有 [[rule]] 条目。")


def _overlaid(row: dict[str, Any], number: int, path: Path, known: dict[str, Rule]) -> Rule:
    where = f"规则文件 {path} 第 {number} 条"
    rule_id = row.get("id", "")
    if rule_id not in known:
        raise OverlayError(f"{where}:{UnknownRuleId(rule_id, known)}")
    for wanted in ("value", "basis", "verified_by"):
        if wanted not in row:
            raise OverlayError(f"{where}（{rule_id}）缺少 {wanted}：替换一个数值必须写明数值、出处和核验人。")
    base = known[rule_id]
    if isinstance(base.value, int | float) and not isinstance(row["value"], int | float):
        raise OverlayError(f"{where}（{rule_id}）的 value 应为数值，读到 {row['value']!r}。")
    merged = _rule({"name": base.name, "unit": base.unit, "confidence": "own", **row}, str(path))
    return replace(merged, region=row.get("region", base.region))
