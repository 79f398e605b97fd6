"""Workers as real processes on a real database: what they do, and what is left when they are killed."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from workers import Workers, until

from shuibao.platform.accounts.models import User
from shuibao.platform.core.events import timeline, verify
from shuibao.platform.jobs import services
from shuibao.platform.jobs.models import Job

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals and process groups of POSIX"),
]

Start = Callable[..., Job]
Diary = Callable[[], list[str]]


def state(job: Job) -> str:
    """What the job's row says now."""
    job.refresh_from_db()
    return job.state


def is_asleep(job: Job) -> bool:
    """Whether the job's own process is at work."""
    job.refresh_from_db()
    return job.state == Job.State.RUNNING and job.progress > 0


def children(process: int) -> list[int]:
    """The processes a process has started."""
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def is_alive(process: int) -> bool:
    """Whether the process still runs (one that waits to be collected does not)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def verbs(job: Job) -> list[str]:
    """What happened to the job, first to last."""
    return [event.verb for event in timeline(job)][::-1]


@pytest.fixture
def both(workers: Workers) -> Iterator[None]:
    """A worker of each lane."""
    workers.start("--lane", "work")
    workers.start("--lane", "duty")
    return


def test_a_job_is_executed_with_its_steps_log_and_result(start: Start, both: None) -> None:
    job = start(naps=3)
    until(lambda: state(job) == Job.State.DONE)
    assert [step["name"] for step in job.steps] == ["躺下", "入睡", "醒来"]
    assert [line.text for line in job.lines.all()] == ["躺下", "入睡", "醒来", "睡好了"]
    assert (job.result["facts"], job.progress, job.attempts) == ([["小睡", "3 次"]], 1.0, 1)
    assert verbs(job) == ["jobs.started", "jobs.done"]
    assert verify().broken_at is None


def test_a_reason_a_person_can_act_upon_is_kept_and_a_fault_is_named(start: Start, both: None) -> None:
    torn, broken = start("nightmare"), start("nightmare", fault=True)
    until(lambda: {state(torn), state(broken)} == {Job.State.FAILED})
    assert torn.problem == "枕头.tif 第 3 行：没有羽毛。请换一个枕头。"
    assert broken.problem.startswith("程序出错（KeyError）")


def test_a_running_job_stops_by_itself_when_asked(start: Start, both: None, engineer: User) -> None:
    job = start(naps=300)
    until(lambda: is_asleep(job))
    services.cancel(job.pk, by=engineer, reason="醒醒")
    until(lambda: state(job) == Job.State.CANCELLED, within_s=10)
    assert verbs(job) == ["jobs.started", "jobs.cancel_asked", "jobs.cancelled"]


def test_native_code_that_listens_to_nobody_is_killed(
    start: Start, workers: Workers, engineer: User, diary: Diary
) -> None:
    worker = workers.start("--lane", "work")
    job = start("deaf")
    until(lambda: diary() == ["asleep"])
    (process,) = children(worker.pid)
    services.cancel(job.pk, by=engineer, reason="装睡")
    until(lambda: state(job) == Job.State.CANCELLED, within_s=15)
    assert not is_alive(process)
    assert worker.poll() is None


@pytest.mark.parametrize(("kind", "executions"), [("nap", 1), ("resumable_nap", 2)])
def test_the_job_of_a_killed_worker_is_found(
    start: Start, workers: Workers, diary: Diary, kind: str, executions: int
) -> None:
    worker = workers.start("--lane", "work")
    job = start(kind, naps=60 if executions == 1 else 20)
    until(lambda: is_asleep(job))
    (process,) = children(worker.pid)
    worker.kill()
    until(lambda: not is_alive(process), within_s=5)
    workers.start("--lane", "work")
    workers.start("--lane", "duty")
    until(lambda: state(job) not in Job.UNFINISHED)
    assert diary() == [str(number + 1) for number in range(executions)]
    if executions == 1:
        assert (job.state, job.problem) == (Job.State.FAILED, "执行进程中断")
        assert verbs(job) == ["jobs.started", "jobs.lost", "jobs.failed"]
    else:
        assert (job.state, job.interruptions) == (Job.State.DONE, 1)
        assert verbs(job) == ["jobs.started", "jobs.lost", "jobs.resumed", "jobs.done"]


def test_a_job_whose_process_the_system_kills_fails_at_once(start: Start, workers: Workers) -> None:
    worker = workers.start("--lane", "work")
    job = start(naps=300)
    until(lambda: is_asleep(job))
    os.kill(children(worker.pid)[0], signal.SIGKILL)
    until(lambda: state(job) == Job.State.FAILED, within_s=10)
    assert job.problem == "执行进程中断（被系统强行结束，可能是内存不足）"


def test_a_job_that_is_killed_again_and_again_is_given_up(start: Start, workers: Workers) -> None:
    worker = workers.start("--lane", "work")
    job = start("resumable_nap", naps=300)
    for interruption in range(3):
        until(lambda count=interruption + 1: is_asleep(job) and job.attempts == count)
        os.kill(children(worker.pid)[0], signal.SIGKILL)
    until(lambda: state(job) == Job.State.FAILED, within_s=5)
    assert (job.attempts, job.interruptions) == (3, 3)


def test_a_worker_told_to_stop_puts_its_job_back(start: Start, workers: Workers, diary: Diary) -> None:
    worker = workers.start("--lane", "work")
    job = start(naps=20)
    until(lambda: is_asleep(job))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert state(job) == Job.State.QUEUED
    workers.start("--lane", "work")
    until(lambda: state(job) == Job.State.DONE)
    assert diary() == ["1", "2"]
    assert verbs(job) == ["jobs.started", "jobs.handed_back", "jobs.done"]


def test_three_workers_execute_every_job_once(start: Start, workers: Workers, diary: Diary) -> None:
    for _ in range(3):
        workers.start("--lane", "work")
    jobs = [start(naps=1, number=number) for number in range(6)]
    until(lambda: all(state(job) == Job.State.DONE for job in jobs), within_s=180)
    assert diary() == ["1"] * 6
    assert {job.attempts for job in jobs} == {1}


def test_a_worker_outlives_its_database(start: Start, workers: Workers) -> None:
    worker = workers.start("--lane", "work")
    table = DBTaskResult._meta.db_table
    until(lambda: "worker started" in workers.log.read_text())
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO gone")
    try:
        until(lambda: "again_in_s" in workers.log.read_text(), within_s=10)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE gone RENAME TO {table}")
    job = start(naps=1)
    until(lambda: state(job) == Job.State.DONE)
    assert worker.poll() is None


def test_both_lanes_come_and_go_with_their_supervisor(start: Start, workers: Workers) -> None:
    supervisor = workers.start()
    until(lambda: len(children(supervisor.pid)) == 2)
    before = set(children(supervisor.pid))
    os.kill(min(before), signal.SIGKILL)
    until(lambda: len(set(children(supervisor.pid)) - before) == 1, within_s=10)
    lanes = children(supervisor.pid)
    job = start(naps=1)
    until(lambda: state(job) == Job.State.DONE)
    supervisor.kill()
    until(lambda: not any(is_alive(lane) for lane in lanes), within_s=10)


def test_a_supervisor_told_to_stop_takes_its_lanes_along(workers: Workers) -> None:
    supervisor = workers.start()
    until(lambda: len(children(supervisor.pid)) == 2)
    lanes = children(supervisor.pid)
    began = time.monotonic()
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(15) == 0
    assert time.monotonic() - began < 10
    assert not any(is_alive(lane) for lane in lanes)


def test_a_job_that_falls_silent_is_found_by_its_last_heartbeat(start: Start, workers: Workers) -> None:
    job = start()
    long_ago = timezone.now() - timezone.timedelta(hours=1)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, heartbeat_at=long_ago)
    workers.start("--lane", "duty")
    until(lambda: state(job) == Job.State.FAILED)
