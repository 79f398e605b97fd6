"""The quarterly report, read back from its files; the made-up progress of the demo."""

import io
from typing import Any

import docx
import pytest
from django.test import Client
from openpyxl import load_workbook

from shuibao.platform.accounts.demo import NotTheDemo
from shuibao.platform.core.attachments.queries import attachments_of
from shuibao.platform.goals.demo import make_demo_progress
from shuibao.platform.goals.models import Report, Task
from shuibao.platform.goals.services import publish_region_years, verify_report

from .conftest import People


def fetched(client: Client, user: Any, address: str) -> bytes:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content


@pytest.fixture
def reported(filed: Report, people: People, summary: dict[str, Any]) -> Report:
    publish_region_years(summary, "run/abc", people.engineer)
    figure = filed.figures.get()
    return verify_report(
        filed.pk, progress_pct=85, figures={figure.quantity_id: 0}, opinion="一处未验收", by=people.supervisor
    )


def test_the_word_file_says_what_was_reported(client: Client, people: People, reported: Report) -> None:
    document = docx.Document(io.BytesIO(fetched(client, people.office, "/goals/quarterly/2026-1.docx")))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "运城市加强新时代水土保持工作行动计划2026 年第 1 季度进展报告" in text
    assert "共 38 项任务，2026 年第 1 季度已报送 1 项" in text
    assert "历史水土流失面积（治理任务的基数）：8,352 km²" in text
    assert "三种面积口径不同，不相加" in text
    assert "示例数据" not in text
    rows = {
        row.cells[0].text: [cell.text for cell in row.cells]
        for table in document.tables
        for row in table.rows
    }
    assert rows["25"][1:9] == [
        "建设1个绿色矿业发展示范区",
        "市规划和自然资源局",
        "100.0",
        "90.0",
        "85.0",
        "黄",
        "90",
        "待领导小组办公室签认",
    ]
    assert rows["1"][3:7] == ["缺", "缺", "缺", "未定期限"]
    assert rows["运城市"][1] != "缺"
    assert sum(text.isdecimal() for text in rows) == 38


def test_the_workbook_has_numbers_as_numbers(client: Client, people: People, reported: Report) -> None:
    book = load_workbook(io.BytesIO(fetched(client, people.office, "/goals/quarterly/2026-1.xlsx")))
    assert book.sheetnames == ["概况", "任务", "量化指标", "水土保持率"]
    tasks = {row[0]: row for row in book["任务"].iter_rows(min_row=2, values_only=True)}
    assert len(tasks) == 38
    assert tasks[25][3:8] == (100, 90, 85, "黄", 90)
    assert tasks[1][5] == "缺"
    targets = {row[0]: row[2] for row in book["量化指标"].iter_rows(min_row=2, values_only=True)}
    assert targets["坡耕地综合治理（老旧梯田提升改造）"] == 72.3
    rates = {row[0]: row[1] for row in book["水土保持率"].iter_rows(min_row=2, values_only=True)}
    assert rates["盐湖区"] == pytest.approx(90)


def test_text_that_looks_like_a_formula_stays_text(client: Client, people: People, reported: Report) -> None:
    Report.objects.update(text="=1+1")
    Task.objects.filter(code="T25").update(wording="=HYPERLINK(1)")
    book = load_workbook(io.BytesIO(fetched(client, people.office, "/goals/quarterly/2026-1.xlsx")))
    for row in book["任务"].iter_rows(min_row=2):
        assert all(cell.data_type != "f" for cell in row)


def test_the_report_is_for_those_who_may_export(client: Client, people: People, make_user: Any) -> None:
    client.force_login(people.other_city)
    assert client.get("/goals/quarterly/2026-1.docx").status_code == 403
    client.force_login(make_user("citizen"))
    assert client.get("/goals/quarterly/").status_code == 403
    client.force_login(people.office)
    for address in ("2026-5.docx", "2026-1.pdf"):
        assert client.get(f"/goals/quarterly/{address}").status_code == 404
    assert "任务进展" in client.get("/goals/quarterly/?period=2026-1").content.decode()


def test_the_demo_makes_up_progress_in_every_state_and_says_so(plans: None, settings: Any) -> None:
    with pytest.raises(NotTheDemo):
        make_demo_progress()
    settings.DEMO = True
    made = make_demo_progress()
    assert made > 38
    assert make_demo_progress() == 0
    assert set(Report.objects.values_list("state", flat=True)) == set(Report.State.values)
    assert all("示例数据" in report.text for report in Report.objects.exclude(state="draft"))
    assert {"green", "red"} <= set(Task.objects.values_list("light", flat=True))
    assert not Task.objects.filter(light="none").exists()
    filed = Report.objects.exclude(state="draft").first()
    assert filed is not None
    assert attachments_of(filed, None).count() == 0  # a visitor sees none
