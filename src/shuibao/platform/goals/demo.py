"""Progress of the demo: made up, marked 示例数据 wherever it shows."""

import random
from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from shuibao.platform.accounts.demo import NotTheDemo
from shuibao.platform.accounts.models import Organisation
from shuibao.platform.core.attachments.store import keep
from shuibao.platform.core.events import record
from shuibao.platform.core.models import Attachment
from shuibao.platform.goals.models import Figure, Milestone, Quantity, Report, Task, TaskUnit
from shuibao.platform.goals.periods import ended_quarter, last_day
from shuibao.platform.goals.queries.progress import reported_progress, signed_progress
from shuibao.platform.goals.services import open_quarter, refresh_light

MARK = "示例数据："
TERM = date(2027, 12, 31)
SEED = 140800
EVIDENCE = "示例数据：这不是真实的佐证材料。\n".encode()


def make_demo_progress() -> int:
    """How many reports were made up: three quarters of every task, the last ones in all states.

    Safe to repeat: where a report exists already, nothing is made. Raises NotTheDemo elsewhere.
    """
    if not settings.DEMO:
        raise NotTheDemo
    if Report.objects.exists():
        return 0
    chance = random.Random(SEED)
    quarters = _quarters(3)
    made = 0
    for task in Task.objects.prefetch_related("units__organisations"):
        with transaction.atomic():
            _give_term(task)
            pace = chance.choice((0.7, 0.92, 1.0, 1.12, 1.15, 1.2, 1.25))
            for place, (year, quarter) in enumerate(quarters):
                is_last = place == len(quarters) - 1
                made += _reports_of(task, year, quarter, pace, chance, is_last=is_last)
            _take_over(task)
    _count_treated(quarters[-1])
    open_quarter(*quarters[-1])
    return made


def _quarters(count: int) -> list[tuple[int, int]]:
    """The last quarters that have ended, the first one first."""
    year, quarter = ended_quarter(timezone.localdate())
    numbers = range(year * 4 + quarter - count, year * 4 + quarter)
    return [(number // 4, number % 4 + 1) for number in numbers]


def _give_term(task: Task) -> None:
    """A made-up last day where the plan names none, with a milestone half-way."""
    if task.due_on is not None:
        return
    task.due_on, task.due_basis = TERM, f"{MARK}办公室排定的期限"
    task.save(update_fields=["due_on", "due_basis"])
    Milestone.objects.create(task=task, title=f"{MARK}中期检查", due_on=date(2025, 12, 31), planned_pct=50)
    record(task, "goals.term_set", f"{MARK}完成期限 {TERM}")


def _reports_of(
    task: Task, year: int, quarter: int, pace: float, chance: random.Random, *, is_last: bool
) -> int:
    """The reports of a quarter's lead units; in the last quarter some are missing or on their way."""
    made = 0
    for unit in _leads(task):
        state = _last_state(chance) if is_last else Report.State.SIGNED
        if state == Report.State.DRAFT:
            continue
        end = date(year, 3 * quarter, 28)
        done = min(round((task.planned_on(end) or 0) * pace), 100)
        _report(task, unit, year, quarter, float(done), state)
        made += 1
    return made


def _last_state(chance: random.Random) -> Report.State:
    """More signed than open, and some of each."""
    states = (Report.State.SIGNED,) * 5 + (
        Report.State.VERIFIED,
        Report.State.FILED,
        Report.State.FILED,
        Report.State.RETURNED,
        Report.State.DRAFT,
        Report.State.DRAFT,
    )
    return chance.choice(states)


def _report(
    task: Task, unit: Organisation, year: int, quarter: int, done: float, state: Report.State
) -> None:
    is_verified = state in (Report.State.SIGNED, Report.State.VERIFIED)
    now = timezone.now()
    report = Report.objects.create(
        task=task,
        unit=unit,
        region_id=unit.region_id,
        year=year,
        quarter=quarter,
        self_pct=done,
        verified_pct=_verified(done) if is_verified else None,
        text=f"{MARK}本季度按计划推进，累计完成 {done:.0f}%。",
        opinion=f"{MARK}现场核实，扣减未验收部分。" if is_verified and done < 100 else "",
        state=state,
        reason=f"{MARK}佐证材料缺少验收单" if state == Report.State.RETURNED else "",
        filed_at=now,
        verified_at=now if is_verified else None,
        signed_at=now if state == Report.State.SIGNED else None,
    )
    for quantity in task.quantities.all():
        reached = quantity.target * done / 100
        number = round(reached, 1) if quantity.unit == "km²" else float(int(reached))
        Figure.objects.create(
            report=report,
            quantity=quantity,
            self_reported=number,
            verified=number if is_verified else None,
        )
    _evidence(report)
    record(report, "goals.filed", f"{MARK}{report.period}进展，{state.label}")


def _verified(done: float) -> float:
    """What was verified: a little less, until all is done."""
    return done if done == 100 else max(done - 1, 0.0)


def _count_treated(quarter: tuple[int, int]) -> None:
    """Quantities that no task has: the treated area, far enough to look believable."""
    treated = Quantity.objects.filter(task=None, measure=Quantity.Measure.TREATED)
    for quantity in treated:
        Figure.objects.create(
            quantity=quantity,
            verified=round(quantity.target * 0.744, 1),
            counted_on=last_day(*quarter),
            source=f"{MARK}水土保持统计年报",
        )


def _evidence(report: Report) -> None:
    name = "示例佐证材料.txt"
    kept = keep(name, SimpleUploadedFile(name, EVIDENCE, "text/plain"))
    Attachment.objects.create(
        about_type="goals.report",
        about_key=str(report.pk),
        region_id=report.region_id,
        name=name,
        media_type="text/plain",
        bytes=kept.bytes,
        sha256=kept.sha256,
    )


def _take_over(task: Task) -> None:
    """The task's progress and light, from its made-up reports."""
    task.self_pct, task.verified_pct = reported_progress(task), signed_progress(task)
    task.save(update_fields=["self_pct", "verified_pct"])
    refresh_light(task)


def _leads(task: Task) -> Iterator[Organisation]:
    for unit in task.units.all():
        if unit.part == TaskUnit.Part.LEAD:
            yield from unit.organisations.all()
