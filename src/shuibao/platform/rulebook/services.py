"""What may happen to a rule: shipped anew, verified, replaced from a day. The past keeps its version."""

import json
from collections.abc import Iterable
from dataclasses import replace as changed
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from shuibao.platform.core.errors import Conflict
from shuibao.platform.core.events import record
from shuibao.platform.core.visibility import region_stem, require
from shuibao.platform.rulebook.models import RuleUse, RuleVersion
from shuibao.platform.rulebook.queries import rows_of
from shuibao.rules import Rule, RuleBook
from shuibao.science.errors import InputError


class WrongValue(InputError):
    """A value that cannot stand in for the rule's."""


@transaction.atomic
def load_shipped_rules() -> int:
    """How many shipped versions were new. Those that this release no longer ships are marked as replaced."""
    shipped = RuleBook.load().rules
    known = {
        (row.rule_id, row.region_code, row.version): row
        for row in RuleVersion.objects.filter(origin=RuleVersion.Origin.SHIPPED)
    }
    wanted = {(rule.id, rule.region, rule.version): rule for rule in shipped}
    new = [_row(rule, RuleVersion.Origin.SHIPPED) for key, rule in wanted.items() if key not in known]
    RuleVersion.objects.bulk_create(new)
    for key, row in known.items():
        is_replaced = key not in wanted
        if is_replaced != row.is_replaced and not _site_replaced(row):
            row.is_replaced = is_replaced
            row.replaced_from = timezone.localdate() if is_replaced else None
            row.save(update_fields=["is_replaced", "replaced_from"])
            record(row, "rules.shipped", "新版本不再随附" if is_replaced else "新版本重新随附")
    return len(new)


@transaction.atomic
def verify_rule(version_id: int, *, by: Any, on: date, region_code: str, evidence: str) -> RuleVersion:
    """A new version for a region: the same value, and who checked it against the primary text."""
    base = _open_version(version_id, by)
    scope = region_stem(region_code)
    require(by, "rules.verify", base, scope)
    _require_inside(scope, base)
    if base.value is None:
        raise WrongValue(f"规则 {base.rule_id} 的取值未知，不能核验；请用“替换”补上取值。")
    if on > timezone.localdate():
        raise InputError(f"核验日期 {on} 晚于今天，请填实际核验的日期。")
    rule = changed(base.rule(), region=scope, verified_by=str(by), verified_on=on)
    return _succeed(base, rule, by, _required(evidence, "核验依据"), "rules.verified", f"核验：{base.name}")


@transaction.atomic
def replace_rule(
    version_id: int, *, by: Any, value: Any, basis: str, region_code: str, valid_from: date, evidence: str
) -> RuleVersion:
    """A new value for a region from a day on. What was computed before keeps the value it used."""
    base = _open_version(version_id, by)
    scope = region_stem(region_code)
    require(by, "rules.verify", base, scope)
    _require_inside(scope, base)
    _require_like(value, base)
    if base.valid_from is not None and valid_from <= base.valid_from:
        raise InputError(f"施行日期 {valid_from} 不晚于现行版本的 {base.valid_from}，请填更晚的日期。")
    rule = changed(
        base.rule(),
        value=value,
        basis=_required(basis, "依据"),
        region=scope,
        valid_from=valid_from,
        confidence="own",
        verified_by=str(by),
        verified_on=timezone.localdate(),
    )
    text = f"替换：{base.name} {base.shown_value} → {value}，自 {valid_from} 起"
    return _succeed(base, rule, by, _required(evidence, "核验依据"), "rules.replaced", text)


def record_uses(rules: Iterable[Rule], about: models.Model, title: str, address: str) -> None:
    """Remembers that a result was computed with these rules."""
    uses = [
        RuleUse(
            rule=row,
            about_type=about._meta.label_lower,
            about_key=str(about.pk),
            title=title[:200],
            address=address,
        )
        for row in rows_of(rules)
    ]
    RuleUse.objects.bulk_create(uses, ignore_conflicts=True)


def value_of_text(text: str, old: Any = None) -> Any:
    """The value a person typed, of the kind the rule has: number, list of numbers, text, or a table.

    A rule without a value takes any of them but text. Raises WrongValue.
    """
    if isinstance(old, str):
        return text.strip()
    try:
        value = json.loads(text)
    except json.JSONDecodeError as problem:
        raise _not_a_number(text) from problem
    if isinstance(value, dict):
        return _table(value, old, text)
    parts = value if isinstance(value, list) else [value]
    if not parts or not all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
        raise _not_a_number(text)
    return value


def _not_a_number(text: str) -> WrongValue:
    return WrongValue(f"取值 {text!r} 不是数值。请写一个数（如 0.35）或一列数（如 [0.1, 0.2]）。")


def _table(value: dict[str, Any], old: Any, text: str) -> dict[str, Any]:
    """A table with the parts the old one has, such as the days off and made up of a year."""
    if not value or (old is not None and not (isinstance(old, dict) and set(value) == set(old))):
        parts = "、".join(old) if isinstance(old, dict) else "数值"
        raise WrongValue(f"取值 {text[:60]!r} 的形式与规则不同，应有：{parts}。")
    return value


def _open_version(version_id: int, by: Any) -> RuleVersion:
    base = RuleVersion.objects.visible_to(by).select_for_update().get(pk=version_id)
    if base.is_replaced:
        raise Conflict(f"规则 {base.rule_id} 的这个版本已被替换，请在现行版本上操作。")
    return base


def _succeed(base: RuleVersion, rule: Rule, by: Any, evidence: str, verb: str, text: str) -> RuleVersion:
    """The new version beside the old one, which keeps its days: on a day before, the book finds it again."""
    row = _row(rule, RuleVersion.Origin.SITE)
    row.evidence, row.recorded_by = evidence, by
    if RuleVersion.objects.filter(
        rule_id=row.rule_id, region_code=row.region_code, version=row.version
    ).exists():
        raise Conflict(f"规则 {row.rule_id} 已有完全相同的版本。")
    row.save(force_insert=True)
    if base.region_code == row.region_code:
        base.is_replaced = True
        base.replaced_from = timezone.localdate() if rule.value == base.value else row.valid_from
        base.save(update_fields=["is_replaced", "replaced_from"])
    record(
        row, verb, text, by=by, before={"value": base.value}, after={"value": row.value}, evidence=evidence
    )
    return row


def _row(rule: Rule, origin: RuleVersion.Origin) -> RuleVersion:
    return RuleVersion(
        rule_id=rule.id,
        version=rule.version,
        name=rule.name,
        value=rule.value,
        unit=rule.unit,
        basis=rule.basis,
        confidence=rule.confidence,
        table=rule.table,
        region_code=rule.region,
        valid_from=rule.valid_from,
        valid_to=rule.valid_to,
        verified_by=rule.verified_by,
        verified_on=rule.verified_on,
        note=rule.note,
        origin=origin,
        is_unverified=rule.is_unverified,
    )


def _site_replaced(row: RuleVersion) -> bool:
    """Whether the site put its own version in this one's place, which a new release does not undo."""
    return RuleVersion.objects.filter(
        rule_id=row.rule_id, region_code=row.region_code, origin=RuleVersion.Origin.SITE
    ).exists()


def _require_inside(scope: str, base: RuleVersion) -> None:
    if not scope.startswith(base.region_code):
        raise InputError(
            f"规则 {base.rule_id} 只适用于 {base.region_code} 内的地区，不能用于 {scope or '全部地区'}。"
        )


def _require_like(value: Any, base: RuleVersion) -> None:
    """Raises WrongValue for a value of another shape than the rule's."""
    old = base.value
    if isinstance(old, list) != isinstance(value, list) and old is not None:
        raise WrongValue(f"规则 {base.rule_id} 的取值是{'一列数' if isinstance(old, list) else '一个数'}。")
    if isinstance(old, list) and len(old) != len(value):
        raise WrongValue(f"规则 {base.rule_id} 有 {len(old)} 个数，读到 {len(value)} 个。")
    if isinstance(old, dict) != isinstance(value, dict) and old is not None:
        raise WrongValue(f"规则 {base.rule_id} 的取值形式与现行版本不同（{base.shown_value[:60]}）。")
    if old == value:
        raise WrongValue(f"新取值与现行取值相同（{base.shown_value}）。只是核对无误时请用“核验”。")


def _required(text: str, name: str) -> str:
    if not text.strip():
        raise InputError(f"请填写{name}：文件名称、文号、条款或网址。")
    return text.strip()
