"""The plans as data: complete, word by word, linked; the annex's units exactly as printed."""

import re
from datetime import date
from pathlib import Path

import pytest

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.goals.models import Clause, Plan, Quantity, Task, TaskUnit
from shuibao.platform.goals.plan_files import UnitUnknown, shipped_plan
from shuibao.platform.goals.services import load_plans
from shuibao.rules import RuleBook
from shuibao.rules.targets import historic_erosion_km2, plan_targets

SOURCES = Path(__file__).parents[3] / "../shared/sources"
WATER, PLANNING = "市水务局", "市规划和自然资源局"


def compact(text: str) -> str:
    """Without white space, form feeds and page numbers: what the printed lines say."""
    return re.sub(r"\s", "", re.sub(r"(?m)^\s*—\s*\d+\s*—\s*$", "", text))


@pytest.fixture
def printed() -> dict[str, str]:
    if not SOURCES.is_dir():
        pytest.skip("needs the shared sources")
    return {
        code: compact((SOURCES / f"{code}.txt").read_text(encoding="utf-8"))
        for code in ("shanxi-2023-36", "yuncheng-2024-3")
    }


@pytest.mark.shared
@pytest.mark.parametrize("code", ["shanxi-2023-36", "yuncheng-2024-3"])
def test_every_clause_stands_in_the_printed_plan_word_by_word(code: str, printed: dict[str, str]) -> None:
    content = shipped_plan(code)
    for clause in content["clause"]:
        assert compact(clause["text"]) in printed[code], clause["code"]
        assert compact(clause["chapter"]) in printed[code]
        if "responsible" in clause:
            after = f"{clause['text']}（责任单位：{clause['responsible']}）"
            assert compact(after) in printed[code], clause["code"]
    assert compact(content["plan"]["preamble"]) in printed[code]


@pytest.mark.shared
def test_nothing_of_the_plan_between_its_clauses_is_left_out(printed: dict[str, str]) -> None:
    for code, last in (("shanxi-2023-36", "附件:1."), ("yuncheng-2024-3", "本文件由市水务局负责解读。")):
        content = shipped_plan(code)
        rest = printed[code][printed[code].index(compact(content["plan"]["preamble"])) :]
        rest = rest[: rest.index(last)]
        for clause in content["clause"]:
            whole = clause["mark"] + compact(clause["text"])
            if clause.get("responsible"):
                whole += compact(f"（责任单位：{clause['responsible']}）")
            rest = rest.replace(whole if clause["mark"][0] in "（(" else compact(clause["text"]), "", 1)
        for part in {clause["chapter"] for clause in content["clause"]}:
            rest = rest.replace(compact(part), "", 1)
        for part in (content["plan"]["preamble"], content["plan"].get("guidance", "")):
            rest = rest.replace(compact(part), "", 1)
        assert rest in ("", "一、指导思想")


@pytest.mark.shared
def test_every_task_and_its_units_stand_in_the_annex_as_printed(printed: dict[str, str]) -> None:
    annex = printed["yuncheng-2024-3"]
    annex = annex[annex.index("附件重点工作任务分工表") :]
    for row in shipped_plan("yuncheng-2024-3")["task"]:
        units = "、".join(row["lead"]) + "、".join(row["cooperating"])
        assert compact(f"{row['number']}{row['wording']}{units}") in annex, row["number"]
        assert compact(row["heading"]) in annex


def test_both_plans_are_loaded_once(plans: None) -> None:
    assert load_plans() == 0
    assert Plan.objects.count() == 2
    assert list(Clause.objects.filter(code__startswith="Y").values_list("code", flat=True)) == [
        f"Y{number}" for number in range(29)
    ]
    province = [*(f"P{number}" for number in range(28)), "PA2"]
    assert list(Clause.objects.filter(code__startswith="P").values_list("code", flat=True)) == province
    assert Task.objects.count() == 38


def test_a_plan_is_refused_whole_where_a_unit_is_unknown(regions: dict) -> None:
    with pytest.raises(UnitUnknown, match="市水务局"):
        load_plans()
    assert not Task.objects.exists()


def test_the_leads_are_counted_as_in_the_annex(plans: None) -> None:
    leads = {task.number: task.lead.split("、") for task in Task.objects.all()}
    sole = sorted(number for number, names in leads.items() if names == [WATER])
    assert sole == [1, 3, 9, 12, 13, 14, 15, 16, *range(18, 23), 29, 30, 31, 32, 33, 34, 35, 36, 38]
    assert len(sole) == 22
    assert [number for number, names in leads.items() if WATER in names and len(names) > 1] == [26]
    assert sum(names == [PLANNING] for names in leads.values()) == 7
    assert len(leads[2]) == 8


def test_two_tasks_have_no_cooperating_unit_and_two_name_no_counties(plans: None) -> None:
    assert [task.number for task in Task.objects.filter(cooperating="")] == [12, 34]
    for number in (3, 4):
        assert "相关（市、区）人民政府" in Task.objects.get(number=number).cooperating


def test_the_tasks_stand_under_the_printed_headings(plans: None) -> None:
    headings = [task.heading for task in Task.objects.order_by("number")]
    groups = {heading: headings.count(heading) for heading in dict.fromkeys(headings)}
    assert list(groups.values()) == [8, 8, 6, 7, 9]


def test_a_printed_group_is_the_governments_it_names(plans: None) -> None:
    every = TaskUnit.objects.get(task__number=1, printed="各县（市、区）人民政府")
    assert every.organisations.count() == 13
    named = TaskUnit.objects.get(task__number=19, printed="相关县（市、区）人民政府")
    assert set(named.organisations.values_list("region_id", flat=True)) == {"140828", "140824"}
    assert named.basis
    unnamed = TaskUnit.objects.get(task__number=3, printed="相关（市、区）人民政府")
    assert not unnamed.organisations.exists()
    single = TaskUnit.objects.get(task__number=1, part="lead")
    assert single.organisations.get() == Organisation.objects.get(code="1408-water")


def test_only_the_last_five_clauses_have_no_task(plans: None) -> None:
    without = Clause.objects.filter(plan__code="yuncheng-2024-3", tasks=None).values_list("code", flat=True)
    assert list(without) == ["Y24", "Y25", "Y26", "Y27", "Y28"]


def test_every_clause_of_the_city_implements_one_of_the_province(plans: None) -> None:
    for clause in Clause.objects.filter(plan__code="yuncheng-2024-3"):
        assert clause.implements.filter(plan__code="shanxi-2023-36").exists(), clause.code


def test_the_citys_quantities_are_those_of_the_plan(plans: None) -> None:
    rows = Quantity.objects.filter(plan__code="yuncheng-2024-3")
    targets = {row.code: (row.target, row.unit, row.year, len(row.members)) for row in rows}
    assert targets == {
        "Y-clean-counties": (2, "个县", 2025, 2),
        "Y-fine-watersheds": (5, "条", 2025, 5),
        "Y-clean-watersheds": (7, "条", 2030, 3),
        "Y-slopes": (72.3, "km²", 2025, 0),
        "Y-dams": (17, "座", 2025, 0),
        "Y-households": (20, "户", 2025, 0),
        "Y-mine-zone": (1, "个", 2025, 1),
        "Y-treated": (8352, "km²", 2030, 0),
        "Y-rate-2025": (77.25, "%", 2025, 0),
        "Y-rate-2030": (78.76, "%", 2030, 0),
        "Y-rate-2035": (83.9, "%", 2035, 0),
    }
    assert Quantity.objects.get(code="Y-clean-watersheds").target_text == "7 以上"


def test_the_plans_and_the_rules_say_the_same_rates_and_areas(plans: None) -> None:
    book = RuleBook.load()
    for plan in Plan.objects.all():
        rates = plan.quantities.filter(measure="rate").values_list("year", "target")
        assert dict(rates) == plan_targets(book, plan.region_id)
    assert Quantity.objects.get(code="Y-treated").target == historic_erosion_km2(book, "140800")
    for code in (f"14{number:02d}00" for number in range(1, 12)):
        targets = plan_targets(book, code)
        for year in (2025, 2035):
            assert f" {targets[year]:g}" in Clause.objects.get(code="PA2").text


def test_a_task_has_a_last_day_only_where_the_plan_says_one(plans: None) -> None:
    dated = Task.objects.exclude(due_on=None)
    assert [task.number for task in dated] == [18, 19, 22, 25, 33]
    assert {task.due_on for task in dated} == {date(2025, 12, 31)}
