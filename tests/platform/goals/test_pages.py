"""The pages: for whom they open, what they show, what they do with wrong input."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from shuibao.platform.goals.models import Allocation, Clause, Quantity, Report, Task
from shuibao.platform.goals.services import publish_region_years

from .conftest import People


def page(client: Client, user: object, address: str, status: int = 200) -> str:
    client.force_login(user)  # type: ignore[arg-type]
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_register_and_the_task_show_what_was_printed(
    client: Client, people: People, filed: Report
) -> None:
    listed = page(client, people.liaison, "/registers/goals/")
    assert "科学划定水土流失重点预防区等范围" in listed
    shown = page(client, people.liaison, "/registers/goals/T25/")
    for words in (
        "建设1个绿色矿业发展示范区",
        "绿色矿业发展示范区",
        "批复.txt",
        "待水务局核实",
        "平陆县人民政府",
        "Y14",
    ):
        assert words in shown
    assert "缺（方案没有写明是哪些）" in page(client, people.liaison, "/registers/goals/T3/")


def test_the_register_is_exported(client: Client, people: People) -> None:
    client.force_login(people.office)
    answer = client.get("/registers/goals/export/csv/")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    assert answer.status_code == 200
    assert body.decode("utf-8-sig").count("市水务局") >= 22


def test_a_report_is_filed_on_its_page_and_signed_off(client: Client, people: People, task: Task) -> None:
    quantity = task.quantities.get()
    address = reverse("goals:file", args=["T25"])
    typed = {
        "period": "2026-3",
        "progress_pct": "9o",
        "text": "已开工",
        f"figure_{quantity.pk}": "1",
    }
    client.force_login(people.liaison)
    wrong = client.post(address, typed)
    assert wrong.status_code == 400
    assert "9o" in wrong.content.decode()
    bare = client.post(address, typed | {"progress_pct": "90"})
    assert bare.status_code == 400
    assert "佐证材料" in bare.content.decode()
    evidence = SimpleUploadedFile("开工照片说明.txt", "开工".encode(), "text/plain")
    right = client.post(address, typed | {"progress_pct": "90", "evidence": evidence})
    report = Report.objects.get()
    assert (right.status_code, right["Location"]) == (302, f"/goals/reports/{report.pk}/")
    assert report.state == Report.State.FILED
    assert "签认过程" in page(client, people.liaison, f"/goals/reports/{report.pk}/")
    client.force_login(people.supervisor)
    facts = {"progress_pct": "90", f"figure_{quantity.pk}": "1", "opinion": ""}
    assert client.post(f"/goals/reports/{report.pk}/verify/", facts).status_code == 302
    client.force_login(people.office)
    assert "签认这个核实结果吗" in page(client, people.office, f"/goals/reports/{report.pk}/sign/")
    assert client.post(f"/goals/reports/{report.pk}/sign/").status_code == 302
    task.refresh_from_db()
    assert task.verified_pct == 90
    assert client.post(f"/goals/reports/{report.pk}/sign/").status_code == 400


def test_a_report_is_returned_on_its_page(client: Client, people: People, filed: Report) -> None:
    client.force_login(people.supervisor)
    assert client.post(f"/goals/reports/{filed.pk}/return/", {"reason": ""}).status_code == 400
    assert client.post(f"/goals/reports/{filed.pk}/return/", {"reason": "缺验收单"}).status_code == 302
    assert "缺验收单" in page(client, people.liaison, "/goals/tasks/T25/file/")


@pytest.mark.parametrize("step", ["verify", "sign", "return"])
def test_the_steps_of_the_chain_are_closed_to_others(
    client: Client, people: People, filed: Report, step: str
) -> None:
    address = f"/goals/reports/{filed.pk}/{step}/"
    page(client, people.liaison, address, 403)
    page(client, people.other_city, address, 404)
    page(client, people.county, address, 404)
    client.logout()
    assert client.get(address).status_code == 302


def test_another_unit_cannot_open_the_filing_page(client: Client, people: People, task: Task) -> None:
    page(client, people.other_liaison, "/goals/tasks/T25/file/", 403)
    page(client, people.other_city, "/goals/tasks/T25/file/", 404)
    page(client, people.county, "/registers/goals/T12/", 404)


def test_the_office_schedules_on_the_tasks_pages(client: Client, people: People) -> None:
    client.force_login(people.office)
    typed = {"due_on": "2030-12-31", "basis": "会议纪要"}
    assert client.post("/goals/tasks/T1/term/", typed).status_code == 302
    typed = {"title": "中期", "due_on": "2027-12-31", "planned_pct": "40"}
    assert client.post("/goals/tasks/T1/milestone/", typed).status_code == 302
    assert client.post("/goals/tasks/T1/note/", {"text": "列入年度计划"}).status_code == 302
    shown = page(client, people.office, "/registers/goals/T1/")
    assert "2030-12-31" in shown and "中期" in shown and "列入年度计划" in shown
    for step in ("term", "milestone", "note"):
        page(client, people.liaison, f"/goals/tasks/T1/{step}/", 403)
        page(client, people.other_city, f"/goals/tasks/T1/{step}/", 404)


def test_a_unit_sees_what_it_leads_supports_and_owes(client: Client, people: People, filed: Report) -> None:
    shown = page(client, people.liaison, "/goals/unit/")
    assert "我牵头 9" in shown  # seven alone, and tasks 2 and 26
    assert "等待核实或签认" in shown
    assert "我牵头 23" in page(client, people.supervisor, "/goals/unit/")
    other = page(client, people.office, "/goals/unit/?unit=1408-tax")
    assert "市税务局" in other and "我牵头 1" in other
    page(client, people.other_city, "/goals/unit/?unit=1408-tax", 404)


def test_the_plan_shows_every_clause_and_those_without_a_task(client: Client, people: People) -> None:
    shown = page(client, people.office, "/goals/plans/yuncheng-2024-3/")
    for code in Clause.objects.filter(plan__code="yuncheng-2024-3").values_list("code", flat=True):
        assert f'id="{code}"' in shown
    assert shown.count("分工表没有这一条的任务") == 5
    assert page(client, people.office, "/goals/plans/").count("/goals/plans/") >= 2
    client.force_login(people.office)
    typed = {"standing": "begun", "text": "已印发"}
    assert client.post("/goals/clauses/Y24/note/", typed).status_code == 302
    assert "已印发" in page(client, people.liaison, "/goals/plans/yuncheng-2024-3/")
    page(client, people.liaison, "/goals/clauses/Y24/note/", 403)


def test_the_bureau_counts_the_treated_area_on_its_page(client: Client, people: People) -> None:
    client.force_login(people.supervisor)
    typed = {"value": "6214.7", "counted_on": "2025-12-31", "source": "统计年报"}
    assert client.post("/goals/quantities/Y-treated/count/", typed).status_code == 302
    assert Quantity.objects.get(code="Y-treated").figures.get().verified == 6214.7
    page(client, people.liaison, "/goals/quantities/Y-treated/count/", 403)


def test_the_targets_page_shows_bars_from_zero_and_three_areas(
    client: Client, people: People, summary: dict[str, Any]
) -> None:
    empty = page(client, people.planner, "/goals/targets/")
    assert "还没有发布的水土保持率" in empty
    publish_region_years(summary, "run/abc", people.engineer)
    shown = page(client, people.planner, "/goals/targets/")
    assert shown.count('class="g-bar"') == 13
    assert 'width="363.6" height="10" class="g-bar"' in shown  # 90 % of 404
    for words in ("三种面积，不相加", "8,352", "按国土面积汇总", "县级目标还没有分配"):
        assert words in shown
    assert "style=" not in shown
    page(client, people.county, "/goals/targets/?region=140822", 404)
    page(client, people.other_city, "/goals/targets/?region=140800", 404)
    assert "盐湖区" in page(client, people.county, "/goals/targets/")


def test_a_target_is_allocated_explained_and_issued(
    client: Client, people: People, summary: dict[str, Any]
) -> None:
    rows = publish_region_years(summary, "run/abc", people.engineer)
    client.force_login(people.planner)
    typed = {"year": "2035", "area_weight": "0.5", "potential_source": "调查"}
    typed |= {f"reducible_{row.region_id}": "1" for row in rows}
    refused = client.post("/goals/targets/allocate/", typed)
    assert refused.status_code == 400
    assert "可消减之和" in refused.content.decode()
    typed |= {f"reducible_{row.region_id}": f"{row.erosion_km2:.1f}" for row in rows}
    answer = client.post("/goals/targets/allocate/", typed)
    made = Allocation.objects.get()
    assert answer["Location"] == f"/goals/allocations/{made.pk}/"
    shown = page(client, people.planner, answer["Location"])
    assert "怎样算出来" in shown and f"{made.needed_km2:,.2f}" in shown and "83.90%" in shown
    page(client, people.planner, f"/goals/allocations/{made.pk}/issue/", 403)
    page(client, people.county, f"/goals/allocations/{made.pk}/", 404)
    client.force_login(people.office)
    issued = client.post(f"/goals/allocations/{made.pk}/issue/", {"document": "运政发〔2026〕1号"})
    assert issued.status_code == 302
    county = page(client, people.county, f"/goals/allocations/{made.pk}/")
    assert "盐湖区" in county and "万荣县" not in county
    assert "运政发〔2026〕1号" in page(client, people.planner, "/goals/targets/?target=2035")


def test_the_rail_leads_to_the_tools(client: Client, people: People) -> None:
    shown = page(client, people.office, "/section/goals/")
    for word in ("水土保持率目标", "本单位的任务", "方案条文", "季度进展报告", "任务台账"):
        assert word in shown
