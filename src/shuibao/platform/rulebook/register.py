"""The register of rules."""

from typing import Any

from shuibao.platform.registers.declaration import (
    Action,
    Column,
    Filter,
    Group,
    Panel,
    Register,
    SavedQuery,
)
from shuibao.platform.registers.registry import register
from shuibao.platform.rulebook.models import RuleVersion
from shuibao.platform.rulebook.queries import versions_of


def _facts(row: Any, _user: object) -> dict[str, Any]:
    return {"versions": versions_of(row), "uses": row.uses.all()[:50]}


register(
    Register(
        name="rules",
        model=RuleVersion,
        rail="data",
        is_open=True,
        columns=(
            Column("rule_id", is_link=True),
            Column("name"),
            Column("shown_value", head="取值", is_sortable=False),
            Column("unit"),
            Column("where", head="地区", is_sortable=False),
            Column(
                "standing",
                head="核验",
                is_sortable=False,
                tones={"已核验": "ok", "未核验": "note", "按出处采用": "off"},
            ),
            Column("confidence", is_minor=True),
            Column("valid_from", is_minor=True),
            Column("basis", is_minor=True, is_sortable=False),
        ),
        search=("rule_id", "name", "basis"),
        filters=(
            Filter("table", "choice", head="表"),
            Filter("confidence", "choice"),
            Filter("origin", "choice"),
            Filter("is_unverified", "flag"),
            Filter("is_replaced", "flag"),
        ),
        views=(
            SavedQuery("现行", "is_replaced=no"),
            SavedQuery("未核验", "is_replaced=no&is_unverified=yes"),
            SavedQuery("本地", "origin=site"),
        ),
        facts=(
            Group(
                "取值",
                ("rule_id", "name", "shown_value", "unit", "where", "valid_from", "replaced_from"),
            ),
            Group("依据", ("basis", "confidence", "note", "table", "origin", "version")),
            Group(
                "核验", ("standing", "verified_by", "verified_on", "evidence", "recorded_by", "recorded_at")
            ),
        ),
        exported=(
            "rule_id",
            "name",
            "shown_value",
            "unit",
            "region_code",
            "basis",
            "confidence",
            "table",
            "origin",
            "valid_from",
            "replaced_from",
            "verified_by",
            "verified_on",
            "evidence",
            "version",
        ),
        order=("rule_id", "region_code", "-recorded_at"),
        actions=(
            Action(
                "核验",
                "rulebook:verify",
                "rules.verify",
                lambda row: not row.is_replaced and row.value is not None,
            ),
            Action("替换", "rulebook:replace", "rules.verify", lambda row: not row.is_replaced),
        ),
        panels=(Panel("rulebook/panels.html", _facts),),
        empty="还没有规则。运行 shuibao rules load 载入随附的规则表。",
    )
)
