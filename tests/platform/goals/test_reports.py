"""The way of a quarterly report: unit, water bureau, office; who may, who may not, what follows."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core.attachments.services import add_attachment
from shuibao.platform.core.errors import MoveNotAllowed, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Deadline
from shuibao.platform.goals.models import Report, Task
from shuibao.platform.goals.periods import ended_quarter, last_day
from shuibao.platform.goals.queries.progress import reached
from shuibao.platform.goals.services import (
    draft_report,
    file_report,
    open_quarter,
    return_report,
    sign_report,
    verify_report,
)
from shuibao.platform.goals.services.reports import EvidenceMissing
from shuibao.platform.goals.services.sign_off import SamePerson
from shuibao.science.errors import InputError

from .conftest import People


def drafted(task: Task, by: object, **facts: object) -> Report:
    given = {"year": 2026, "quarter": 1, "progress_pct": 40.0, "text": "进展", "figures": {}}
    return draft_report(task.pk, by=by, **{**given, **facts})  # type: ignore[arg-type]


def open_tasks(report: Report) -> list[str]:
    mine = Deadline.objects.filter(about_type="goals.report", about_key=str(report.pk), state="open")
    return list(mine.values_list("task", flat=True))


def test_a_filed_report_goes_to_the_water_bureau_and_changes_no_light(filed: Report, people: People) -> None:
    filed.task.refresh_from_db()
    assert filed.state == Report.State.FILED
    assert (filed.task.self_pct, filed.task.verified_pct, filed.task.light) == (90, None, "none")
    assert open_tasks(filed) == ["核实季度进展"]
    deadline = Deadline.objects.get(task="核实季度进展", state="open")
    assert deadline.organisation == Organisation.objects.get(code="1408-water")


def test_a_signed_report_gives_the_task_its_verified_progress(filed: Report, people: People) -> None:
    quantity = filed.task.quantities.get()
    verify_report(
        filed.pk, progress_pct=85, figures={quantity.pk: 0.0}, opinion="一处未验收", by=people.supervisor
    )
    assert open_tasks(filed) == ["签认季度进展"]
    sign_report(filed.pk, by=people.office)
    task = Task.objects.get(pk=filed.task_id)
    assert (task.self_pct, task.verified_pct) == (90, 85)
    assert task.light == "yellow"  # due at the end of 2025: 85 of 100
    assert (task.overdue_days or 0) > 300
    assert open_tasks(filed) == []
    row = reached(task.quantities.all())[0]
    assert (row.self_reported, row.verified) == (0.0, 0.0)
    assert next(event.verb for event in timeline(filed)) in ("goals.signed", "deadlines.met")


def test_reported_and_verified_figures_stand_apart(filed: Report, people: People) -> None:
    figure = filed.figures.get()
    verify_report(
        filed.pk, progress_pct=90, figures={figure.quantity_id: None}, opinion="", by=people.supervisor
    )
    figure.refresh_from_db()
    assert (figure.self_reported, figure.verified) == (0.0, None)


def test_progress_without_evidence_is_not_filed(task: Task, people: People) -> None:
    report = drafted(task, people.liaison)
    with pytest.raises(EvidenceMissing, match="佐证材料"):
        file_report(report.pk, by=people.liaison)
    assert Report.objects.get().state == Report.State.DRAFT
    drafted(task, people.liaison, progress_pct=0.0, text="尚未开始")
    assert file_report(report.pk, by=people.liaison).state == Report.State.FILED


def test_another_unit_cannot_file_for_a_task(task: Task, people: People) -> None:
    for outsider in (people.other_liaison, people.auditor, people.office):
        if outsider == people.office:
            continue  # the water bureau cooperates in task 25
        with pytest.raises(NotAllowed):
            drafted(task, outsider)
    report = drafted(task, people.liaison)
    with pytest.raises(NotAllowed):
        file_report(report.pk, by=people.supervisor)


def test_people_of_another_city_see_neither_task_nor_report(filed: Report, people: People) -> None:
    assert not Task.objects.visible_to(people.other_city).exists()
    assert not Report.objects.visible_to(people.other_city).exists()
    with pytest.raises(Task.DoesNotExist):
        drafted(filed.task, people.other_city)


def test_a_county_sees_the_tasks_that_name_it_and_no_report_of_others(filed: Report, people: People) -> None:
    seen = set(Task.objects.visible_to(people.county).values_list("number", flat=True))
    assert 1 in seen  # 各县
    assert 12 not in seen  # nobody cooperates
    assert 19 not in seen  # 夏县 and 稷山县
    assert not Report.objects.visible_to(people.county).exists()


def test_each_step_is_another_person(task: Task, people: People) -> None:
    own = Task.objects.get(code="T12")
    report = drafted(own, people.supervisor, progress_pct=0.0)
    file_report(report.pk, by=people.supervisor)
    with pytest.raises(SamePerson):
        verify_report(report.pk, progress_pct=0, figures={}, opinion="", by=people.supervisor)


def test_only_the_bureau_verifies_and_only_the_office_signs(filed: Report, people: People) -> None:
    for outsider in (people.liaison, people.office, people.planner):
        with pytest.raises(NotAllowed):
            verify_report(filed.pk, progress_pct=90, figures={}, opinion="", by=outsider)
    with pytest.raises(MoveNotAllowed):
        sign_report(filed.pk, by=people.office)
    verify_report(filed.pk, progress_pct=90, figures={}, opinion="", by=people.supervisor)
    with pytest.raises(NotAllowed):
        sign_report(filed.pk, by=people.supervisor)


def test_another_number_than_the_reported_one_needs_a_reason(filed: Report, people: People) -> None:
    with pytest.raises(InputError, match="不同的原因"):
        verify_report(filed.pk, progress_pct=50, figures={}, opinion=" ", by=people.supervisor)


def test_a_returned_report_is_due_again_and_can_be_filed_again(filed: Report, people: People) -> None:
    with pytest.raises(InputError, match="退回原因"):
        return_report(filed.pk, reason=" ", by=people.supervisor)
    report = return_report(filed.pk, reason="缺验收单", by=people.supervisor)
    assert (report.state, report.reason) == (Report.State.RETURNED, "缺验收单")
    assert open_tasks(report) == ["报送季度进展"]
    drafted(report.task, people.liaison, progress_pct=80.0)
    assert file_report(report.pk, by=people.liaison).self_pct == 80
    assert open_tasks(report) == ["核实季度进展"]


def test_the_office_may_return_what_the_bureau_verified(filed: Report, people: People) -> None:
    verify_report(filed.pk, progress_pct=90, figures={}, opinion="", by=people.supervisor)
    with pytest.raises(NotAllowed):
        return_report(filed.pk, reason="不实", by=people.supervisor)
    report = return_report(filed.pk, reason="数据不一致", by=people.office)
    assert (report.verified_pct, report.verified_by) == (None, None)


def test_a_filed_report_is_not_changed_any_more(filed: Report, people: People) -> None:
    with pytest.raises(MoveNotAllowed):
        drafted(filed.task, people.liaison, progress_pct=100.0)


def test_a_task_with_two_leads_is_as_far_as_the_slower_one(plans: None, people: People) -> None:
    task = Task.objects.get(code="T26")
    for by, checker, done in (
        (people.liaison, people.supervisor, 60.0),
        (people.planner, people.supervisor, 30.0),
    ):
        report = drafted(task, by, progress_pct=done)
        file = SimpleUploadedFile("证明.txt", f"{done}".encode())
        add_attachment(report, file, by=by)
        file_report(report.pk, by=by)
        verify_report(report.pk, progress_pct=done, figures={}, opinion="", by=checker)
        sign_report(report.pk, by=people.office)
    task.refresh_from_db()
    assert task.verified_pct == 30


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"progress_pct": 101.0}, "0–100"),
        ({"quarter": 5}, "季度 5"),
        ({"year": 2199}, "还没有开始"),
        ({"text": " "}, "进展没有填写"),
        ({"figures": {0: 1.0}}, "不属于任务"),
    ],
)
def test_wrong_input_is_named(task: Task, people: People, facts: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        drafted(task, people.liaison, **facts)


def test_a_quarter_asks_every_lead_unit_once(plans: None) -> None:
    year, quarter = ended_quarter(timezone.localdate())
    assert open_quarter(year, quarter) == 37 + 8 + 1  # task 2 has eight leads, task 26 two
    assert open_quarter(year, quarter) == 0
    mine = Deadline.objects.filter(organisation__code="1408-water", task="报送季度进展", state="open")
    assert mine.count() == 23
    assert mine.first().rule_id == "goals.report_days"


def test_quarters_follow_the_calendar() -> None:
    assert ended_quarter(date(2026, 1, 5)) == (2025, 4)
    assert ended_quarter(date(2026, 11, 23)) == (2026, 3)
    assert [last_day(2026, n).isoformat()[5:] for n in (1, 2, 3, 4)] == ["03-31", "06-30", "09-30", "12-31"]
