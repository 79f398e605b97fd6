"""What the office does with tasks, clauses and quantities."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core.errors import Conflict, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.goals.models import Clause, Quantity, Task, TaskUnit
from shuibao.platform.goals.queries.progress import reached
from shuibao.platform.goals.services import (
    add_milestone,
    count_quantity,
    end_milestone,
    name_units,
    note_clause,
    note_task,
    set_term,
)
from shuibao.science.errors import InputError

from .conftest import People


def test_a_task_without_a_last_day_gets_one_on_a_ground(people: People) -> None:
    task = Task.objects.get(code="T1")
    assert (task.planned_pct, task.overdue_days, task.light) == (None, None, "none")
    with pytest.raises(InputError, match="期限依据"):
        set_term(task.pk, due_on=date(2027, 12, 31), basis=" ", by=people.office)
    task = set_term(task.pk, due_on=date(2027, 12, 31), basis="水保委会议纪要", by=people.office)
    assert task.light == "red"  # half the time has gone, nothing is verified
    with pytest.raises(NotAllowed):
        set_term(task.pk, due_on=date(2028, 12, 31), basis="文", by=people.supervisor)


def test_milestones_bend_the_plan_and_end_with_a_reason(people: People) -> None:
    task = set_term(Task.objects.get(code="T1").pk, due_on=date(2034, 1, 18), basis="文", by=people.office)
    today = timezone.localdate()
    straight = task.planned_pct
    milestone = add_milestone(
        task.pk, title="前期", due_on=today + timedelta(days=30), planned_pct=5, by=people.office
    )
    assert (Task.objects.get(pk=task.pk).planned_pct or 0) < 5 < (straight or 0)
    with pytest.raises(InputError, match="颠倒"):
        add_milestone(
            task.pk, title="倒退", due_on=today + timedelta(days=60), planned_pct=1, by=people.office
        )
    end_milestone(milestone.pk, reason="计划调整", by=people.office)
    assert Task.objects.get(pk=task.pk).planned_pct == pytest.approx(straight)


def test_the_office_says_which_counties_are_meant(people: People) -> None:
    unit = TaskUnit.objects.get(task__number=3, printed="相关（市、区）人民政府")
    meant = Organisation.objects.filter(code__in=("140802-government", "140829-government"))
    name_units(unit.pk, meant, basis="水保委〔2024〕2号", by=people.office)
    assert unit.organisations.count() == 2
    assert 3 in Task.objects.visible_to(people.county).values_list("number", flat=True)
    with pytest.raises(Conflict):
        single = TaskUnit.objects.get(task__number=3, part="lead")
        name_units(single.pk, meant, basis="文", by=people.office)


def test_notes_and_clauses_keep_their_history(people: People) -> None:
    task = note_task(Task.objects.get(code="T1").pk, text="已列入年度计划", by=people.office)
    assert "已列入年度计划" in timeline(task)[0].text
    clause = Clause.objects.get(code="Y24")
    note_clause(clause.pk, standing=Clause.Standing.BEGUN, text="已成立水保委", by=people.office)
    note_clause(clause.pk, standing=Clause.Standing.DONE, text="机制健全", by=people.office)
    assert [row.standing for row in clause.history.all()] == ["done", "begun", "unknown"]
    with pytest.raises(NotAllowed):
        note_clause(clause.pk, standing=Clause.Standing.DONE, text="x", by=people.liaison)


def test_the_treated_area_is_counted_and_never_a_rate(people: People) -> None:
    treated = Quantity.objects.get(code="Y-treated")
    day = date(2025, 12, 31)
    count_quantity(treated.pk, value=6000, counted_on=date(2024, 12, 31), source="年报", by=people.supervisor)
    count_quantity(treated.pk, value=6214.7, counted_on=day, source="2025 年年报", by=people.supervisor)
    row = reached(Quantity.objects.filter(pk=treated.pk))[0]
    assert (row.verified, row.counted.counted_on) == (6214.7, day)  # type: ignore[union-attr]
    for code, words in (("Y-rate-2030", "动态监测"), ("Y-slopes", "季度进展")):
        quantity = Quantity.objects.get(code=code)
        with pytest.raises(Conflict, match=words):
            count_quantity(quantity.pk, value=1, counted_on=day, source="年报", by=people.supervisor)
    with pytest.raises(NotAllowed):
        count_quantity(treated.pk, value=1, counted_on=day, source="年报", by=people.county)
