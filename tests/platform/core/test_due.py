"""Due rows: fired once, at their time, whatever the handler, the clock or another worker does."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from shuibao.platform.core import due
from shuibao.platform.core.due_kinds import KINDS, next_time
from shuibao.platform.core.models import DueRow, Event, Region
from shuibao.science.errors import DomainError

pytestmark = pytest.mark.django_db


class Clock:
    """A clock on the wall that somebody sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def fired() -> Iterator[list[str]]:
    """What fired, by the names in the facts; rows of these kinds are known while a test runs."""
    names: list[str] = []

    def ring(facts: dict[str, Any]) -> None:
        names.append(facts["name"])

    def refuse(facts: dict[str, Any]) -> None:
        Region.objects.create(code="149999", name="半途", level="county")
        raise DomainError("短信网关没有回应。")

    def break_(facts: dict[str, Any]) -> None:
        Region.objects.create(code="149998", name="半途", level="county")
        raise ZeroDivisionError

    def again(facts: dict[str, Any]) -> None:
        names.append(facts["name"])
        due.schedule("test.again", "one", timezone.now() + timedelta(hours=1), **facts)

    kinds = {"test.ring": ring, "test.refuse": refuse, "test.break": break_, "test.again": again}
    for kind, handler in kinds.items():
        due.on_due(kind)(handler)
    yield names
    for kind in kinds:
        del KINDS[kind]


def _past(minutes: int = 1) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def test_a_row_fires_when_it_is_due_and_once(fired: list[str]) -> None:
    due.schedule("test.ring", "a", _past(), name="a")
    due.schedule("test.ring", "b", timezone.now() + timedelta(hours=1), name="b")
    due.schedule("test.ring", "c", _past(), lane="work", name="c")
    assert due.run_due("duty", "w1") == 1
    assert due.run_due("duty", "w1") == 0
    assert fired == ["a"]


def test_the_row_due_first_fires_first(fired: list[str]) -> None:
    due.schedule("test.ring", "late", _past(1), name="late")
    due.schedule("test.ring", "early", _past(9), name="early")
    due.run_due("duty", "w1")
    assert fired == ["early", "late"]


def test_writing_a_key_again_moves_its_row(fired: list[str]) -> None:
    due.schedule("test.ring", "a", _past(), name="first")
    due.schedule("test.ring", "a", timezone.now() + timedelta(hours=1), name="second")
    assert due.run_due("duty", "w1") == 0
    assert DueRow.objects.filter(kind="test.ring").count() == 1
    due.schedule("test.ring", "a", _past(), name="third")
    due.run_due("duty", "w1")
    assert fired == ["third"]


def test_an_ended_row_does_not_fire_and_stays_ended_when_it_was(fired: list[str]) -> None:
    due.schedule("test.ring", "a", _past(), name="a")
    due.end("test.ring", "a")
    ended_at = DueRow.objects.get(key="a").ended_at
    due.end("test.ring", "a")
    assert due.run_due("duty", "w1") == 0
    assert fired == []
    assert DueRow.objects.get(key="a").ended_at == ended_at


def test_a_handler_may_schedule_its_own_row_again(fired: list[str]) -> None:
    due.schedule("test.again", "one", _past(), name="night")
    assert due.run_due("duty", "w1") == 1
    row = DueRow.objects.get(kind="test.again")
    assert row.done_at is None
    assert row.due_at > timezone.now()
    assert row.claimed_by == ""


def test_what_a_failing_handler_wrote_is_undone_and_it_is_tried_later(fired: list[str]) -> None:
    due.schedule("test.refuse", "a", _past())
    assert due.run_due("duty", "w1") == 1
    row = DueRow.objects.get(kind="test.refuse")
    assert not Region.objects.filter(code="149999").exists()
    assert row.problem == "短信网关没有回应。"
    assert row.due_at > timezone.now() + timedelta(minutes=1)
    assert (row.attempts, row.claimed_by, row.done_at, row.ended_at) == (1, "", None, None)


def test_an_unexpected_exception_stops_neither_the_worker_nor_the_row(
    fired: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    due.schedule("test.break", "a", _past(2))
    due.schedule("test.ring", "b", _past(1), name="behind")
    with caplog.at_level(logging.ERROR):
        assert due.run_due("duty", "w1") == 2
    assert fired == ["behind"]
    row = DueRow.objects.get(kind="test.break")
    assert "ZeroDivisionError" in row.problem
    assert (row.done_at, row.ended_at) == (None, None)
    assert caplog.records[0].exc_info is not None
    assert not Region.objects.filter(code="149998").exists()


def test_a_row_that_keeps_failing_waits_longer_and_is_given_up_in_the_log(fired: list[str]) -> None:
    clock = Clock(timezone.now())
    due.schedule("test.refuse", "a", clock.now)
    told: list[DueRow] = []

    def tell(row: DueRow, **_: object) -> None:
        told.append(row)

    due.given_up.connect(tell)
    waits = []
    try:
        for _ in range(due.ATTEMPTS):
            assert due.run_due("duty", "w1", clock=clock) == 1
            due_at = DueRow.objects.get(kind="test.refuse").due_at
            waits.append(due_at - clock.now)
            clock.now = max(due_at, clock.now)
        assert due.run_due("duty", "w1", clock=Clock(clock.now + timedelta(days=9))) == 0
    finally:
        due.given_up.disconnect(tell)
    assert waits[:4] == [timedelta(minutes=2**n) for n in (1, 2, 3, 4)]
    row = DueRow.objects.get(kind="test.refuse")
    assert row.ended_at is not None
    assert [given.problem for given in told] == ["短信网关没有回应。"]
    event = Event.objects.get(verb="due.given_up")
    assert (event.about_type, event.about_key) == ("core.duerow", str(row.pk))


def test_a_clock_that_jumps_ahead_fires_each_row_once(fired: list[str]) -> None:
    clock = Clock(timezone.now())
    for hours in (1, 30, 70):
        due.schedule("test.ring", f"in {hours}", clock.now + timedelta(hours=hours), name=str(hours))
    clock.now += timedelta(days=4)
    due.run_due("duty", "w1", clock=clock)
    clock.now -= timedelta(days=4)
    due.run_due("duty", "w1", clock=clock)
    clock.now += timedelta(days=5)
    due.run_due("duty", "w1", clock=clock)
    assert fired == ["1", "30", "70"]


def test_the_row_of_a_worker_that_died_is_taken_over_when_its_claim_is_old(fired: list[str]) -> None:
    due.schedule("test.ring", "a", _past(), name="a")
    DueRow.objects.filter(key="a").update(claimed_by="dead", claimed_at=timezone.now(), attempts=1)
    assert due.run_due("duty", "w2") == 0
    assert due.run_due("duty", "w2", clock=Clock(timezone.now() + due.STALE_AFTER * 1.1)) == 1
    assert fired == ["a"]


def test_a_claim_in_the_future_is_of_a_clock_that_was_set_back(fired: list[str]) -> None:
    due.schedule("test.ring", "a", _past(), name="a")
    DueRow.objects.filter(key="a").update(claimed_by="dead", claimed_at=timezone.now() + timedelta(days=1))
    assert due.run_due("duty", "w2") == 1
    assert fired == ["a"]


def test_a_row_that_kills_its_worker_every_time_is_given_up(fired: list[str]) -> None:
    due.schedule("test.ring", "a", _past(), name="a")
    DueRow.objects.filter(key="a").update(claimed_by="dead", claimed_at=_past(60), attempts=due.ATTEMPTS)
    due.run_due("duty", "w2")
    assert fired == []
    row = DueRow.objects.get(key="a")
    assert row.ended_at is not None
    assert "中途退出" in row.problem


def test_a_row_moved_while_its_handler_failed_keeps_its_new_time(fired: list[str]) -> None:
    later = timezone.now() + timedelta(days=1)

    def move_and_fail(facts: dict[str, Any]) -> None:
        DueRow.objects.filter(key="moved").update(due_at=later, claimed_at=None, claimed_by="")
        raise DomainError("不行。")

    due.on_due_slowly("test.moving")(move_and_fail)
    try:
        due.schedule("test.moving", "moved", _past())
        due.run_due("duty", "w1")
    finally:
        del KINDS["test.moving"]
    row = DueRow.objects.get(key="moved")
    assert (row.due_at, row.problem) == (later, "")


def test_work_of_every_day_makes_its_own_row_and_comes_back_each_night() -> None:
    nights: list[datetime] = []
    clock = Clock(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))

    def count(facts: dict[str, Any]) -> None:
        nights.append(clock.now)
        if len(nights) == 2:
            raise ZeroDivisionError

    due.every_day("test.nightly", time(2, 30))(count)
    try:
        assert due.run_due("work", "w1", clock=clock) == 0
        row = DueRow.objects.get(kind="test.nightly")
        assert row.due_at == datetime(2026, 11, 23, 18, 30, tzinfo=UTC)  # 02:30 in Shanghai
        for _ in range(3):
            clock.now += timedelta(days=1)
            due.run_due("work", "w1", clock=clock)
        row.refresh_from_db()
    finally:
        del KINDS["test.nightly"]
    assert len(nights) == 3
    assert DueRow.objects.filter(kind="test.nightly").count() == 1
    assert (row.ended_at, row.done_at, row.problem) == (None, None, "")


def test_nightly_work_that_keeps_failing_is_told_of_and_tried_again_the_next_night() -> None:
    clock = Clock(timezone.now())

    def fail(facts: dict[str, Any]) -> None:
        raise DomainError("磁盘满了。")

    due.every_day("test.nightly", time(2, 30))(fail)
    try:
        due.run_due("work", "w1", clock=clock)
        for _ in range(due.ATTEMPTS):
            clock.now = max(clock.now, DueRow.objects.get(kind="test.nightly").due_at)
            due.run_due("work", "w1", clock=clock)
        row = DueRow.objects.get(kind="test.nightly")
    finally:
        del KINDS["test.nightly"]
    assert row.due_at == next_time(time(2, 30), clock.now)
    assert (row.ended_at, row.attempts, row.problem) == (None, 0, "磁盘满了。")
    assert Event.objects.filter(verb="due.given_up").count() == 1


def test_two_handlers_cannot_share_a_kind(fired: list[str]) -> None:
    with pytest.raises(ValueError, match=r"test\.ring"):
        due.on_due("test.ring")(lambda facts: None)
