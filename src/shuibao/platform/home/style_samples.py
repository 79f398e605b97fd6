"""Made-up content for the page that shows every part."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils import timezone

from shuibao.platform.core.deadline_words import Standing


class SampleForm(forms.Form):
    """Fields in every state: filled, empty, wrong, with a choice, several lines, a tick."""

    due_on = forms.CharField(label="建设单位报送变更方案的期限")
    paper = forms.ChoiceField(label="文书", choices=[("a", "水土保持方案变更告知书（市 2025 版）")])
    reason = forms.CharField(
        label="事实与理由", help_text="写入文书，可改", widget=forms.Textarea(attrs={"rows": 3})
    )
    note = forms.CharField(label="备注", required=False)
    is_sent = forms.BooleanField(label="同时发给县水务局", required=False)

    def clean_due_on(self) -> str:
        """Always too early: the sample shows the error beside its field."""
        raise forms.ValidationError("早于今天。请填 2026-11-24 至 2027-02-22 之间的日期")


def samples() -> dict[str, Any]:
    """What the page of parts shows."""
    form = SampleForm({"due_on": "2026-11-22", "paper": "a", "reason": "现场复核实际扰动 2.98 hm²。"})
    return {
        "form": form,
        "tones": [
            ("ok", "正常"),
            ("note", "防洪不足"),
            ("warn", "除险中"),
            ("bad", "病险"),
            ("off", "拟销号"),
        ],
        "deadlines": _deadlines(),
        "events": _events(),
        "steps": _steps(),
        "facts": [("防治标准", "西北黄土高原区 一级", ""), ("责任范围", "2.03", "hm²"), ("弃渣", "缺", "")],
        "rules": _rules(),
        "bars": [
            ("下发", 186, "off"),
            ("已复核", 162, "off"),
            ("认定违法", 61, "warn"),
            ("已销号", 37, "ok"),
        ],
        "page_obj": Paginator(range(187), 20).page(2),
        "now": timezone.now(),
        "today": timezone.localdate(),
        "computed": [("式", "(2.98 − 2.03) / 2.03 = 46.8%"), ("现状", "批复范围 ∪ 图斑，容差 4 m")],
        "consequences": ["项目状态由“施工”改为“需变更”", "生成告知书草稿，文号与盖章另办，不自动送达"],
    }


def _deadlines() -> list[SimpleNamespace]:
    rows = (
        (
            "bad",
            "逾期 2 天",
            "复核整改",
            "示例铜矿排土场 拦挡整改",
            "垣曲县",
            "限期整改 11-21 到期",
            "整改复核",
        ),
        (
            "warn",
            "今天 17:30",
            "决定受理",
            "示例产业园二期 水土保持方案",
            "河津市",
            "已用 5 个工作日",
            "受理",
        ),
        (
            "note",
            "剩 2 个工作日",
            "出具回执",
            "示例变电站 自主验收报备",
            "新绛县",
            "回执 5 个工作日",
            "核对材料",
        ),
        ("ok", "剩 7 个工作日", "征求意见", "示例矿产规划 水土保持篇章", "绛县", "规划征求意见", "出具意见"),
    )
    return [
        SimpleNamespace(
            standing=Standing(tone, words),  # type: ignore[arg-type]
            task=task,
            title=title,
            region=region,
            detail=detail,
            basis=detail,
            act=act,
            act_url="#due",
            url="#due",
            is_settled=tone != "ok",
            is_unverified=tone == "bad",
        )
        for tone, words, task, title, region, detail, act in rows
    ]


def _events() -> list[SimpleNamespace]:
    now = timezone.now()
    rows: tuple[tuple[str, str, dict[str, str], int], ...] = (
        ("bad", "三色评价重算 55 分（红），自报 82 分（绿）", {"evidence": "三季度季报"}, 2),
        ("", "报送三季度监测季报", {}, 70),
        ("ok", "准予行政许可", {"reason": "材料齐全"}, 24 * 400),
    )
    return [
        SimpleNamespace(by="示例人员", tone=tone, text=text, facts=facts, at=now - timedelta(hours=hours))
        for tone, text, facts, hours in rows
    ]


def _steps() -> list[dict[str, Any]]:
    rows = (("ok", "入清单", "2024-01-18"), ("ok", "方案批复", "2024-05-20"), ("bad", "需变更", "逾期 1 天"))
    return [
        *({"tone": tone, "word": word, "when": when, "is_now": tone == "bad"} for tone, word, when in rows),
        {"tone": "", "word": "完工", "when": "计划 2027-06"},
        {"tone": "", "word": "自主验收", "when": ""},
    ]


def _rules() -> list[SimpleNamespace]:
    shared = {"basis": "示例办法 第十六条", "note": "", "valid_from": date(2023, 3, 1), "unit": "%"}
    verified = {"verified_by": "示例人员", "verified_on": date(2026, 2, 10), "is_unverified": False}
    unverified = {"verified_by": None, "verified_on": None, "is_unverified": True}
    return [
        SimpleNamespace(
            rule_id="示例规则一",
            name="责任范围增加",
            shown_value="30",
            get_confidence_display="高",
            **shared,
            **verified,
        ),
        SimpleNamespace(
            rule_id="示例规则二",
            name="报送期限",
            shown_value="30",
            get_confidence_display="平台默认",
            **shared,
            **unverified,
        ),
    ]
