from collections.abc import Callable

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.errors import Conflict, MoveNotAllowed, NotAllowed
from shuibao.platform.core.events import timeline
from shuibao.platform.core.models import Region
from shuibao.platform.jobs import endings, services
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.worker.claim import claim_next
from shuibao.science.errors import InputError

Start = Callable[..., Job]


def running(job: Job) -> Job:
    """The job, taken by a worker."""
    claimed = claim_next(job.lane, "tester")
    assert claimed is not None and claimed.job_id == job.pk
    job.refresh_from_db()
    return job


def ended(job: Job, how: Callable[..., bool], *facts: object) -> Job:
    """The job, ended by the task that has it."""
    assert job.task_id is not None and how(job.pk, job.task_id, *facts)
    job.refresh_from_db()
    return job


def test_a_started_job_waits_in_the_queue_of_its_lane(start: Start, engineer: User) -> None:
    job = start()
    assert job.state == Job.State.QUEUED
    assert DBTaskResult.objects.get(pk=job.task_id).queue_name == "work"
    event = timeline(job).get()
    assert (event.verb, event.by, event.facts["input_hash"]) == ("jobs.started", engineer, job.input_hash)


def test_the_same_input_is_the_same_job_while_it_lives(start: Start) -> None:
    job = start(naps=3)
    assert start(naps=3) == job
    ended(running(job), endings.done, {})
    assert start(naps=3) == job
    assert start(naps=4) != job
    assert DBTaskResult.objects.count() == 2


def test_the_same_input_in_another_region_is_another_job(
    start: Start, engineer: User, regions: dict[str, Region]
) -> None:
    job = start(naps=3)
    other = services.start("nap", job.parameters, by=engineer, region=regions["140802"])
    assert other.pk != job.pk


def test_a_failed_job_does_not_stand_in_the_way_of_its_input(start: Start) -> None:
    job = ended(running(start()), endings.failed, "没有枕头")
    other = start()
    assert other.pk != job.pk
    with pytest.raises(Conflict, match="不必重做"):
        services.retry(job.pk, by=job.started_by)


def test_who_may_not_start_jobs_there_is_refused(
    make_user: Callable[..., User], regions: dict[str, Region]
) -> None:
    for person, code in ((make_user("reader", Role.SUPERVISOR), "140800"), (make_user("nobody"), "140800")):
        with pytest.raises(NotAllowed, match=r"jobs\.start"):
            services.start("nap", {}, by=person, region=regions[code])
    county = make_user("county", Role.ENGINEER, "140802")
    with pytest.raises(NotAllowed):
        services.start("nap", {}, by=county, region=regions["140822"])


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("dream", {}, "没有“dream”这种作业"),
        ("nap", {"when": timezone.now()}, "只能是文本"),
        ("monitoring", {}, "参数 run_file"),
        ("monitoring", {"run_file": "inputs/140800/../../../etc/passwd"}, "inputs/140800"),
        ("monitoring", {"run_file": "inputs/140822/2025.toml"}, "inputs/140800/ 之内"),
        ("terrain", {"dem": "inputs/140800/none.tif"}, "找不到文件"),
        ("terrain", {"dem": "x", "products": ["slop"]}, "不认识 'slop'"),
        ("watersheds", {"dem": "x", "area_km2": -3}, "大于 0"),
    ],
)
def test_a_job_that_cannot_be_done_is_refused_before_it_is_queued(
    engineer: User, regions: dict[str, Region], kind: str, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        services.start(kind, parameters, by=engineer, region=regions["140800"])
    assert not Job.objects.exists()


def test_a_waiting_job_is_cancelled_at_once_and_never_executed(start: Start, engineer: User) -> None:
    job = services.cancel(start().pk, by=engineer, reason="选错了地区")
    assert job.state == Job.State.CANCELLED
    assert claim_next("work", "tester") is None
    assert "选错了地区" in timeline(job)[0].text


def test_a_running_job_is_asked_to_stop_once(start: Start, engineer: User) -> None:
    job = running(start())
    first = services.cancel(job.pk, by=engineer, reason="太慢").cancel_asked_at
    again = services.cancel(job.pk, by=engineer, reason="还是太慢")
    assert first is not None and again.cancel_asked_at == first
    assert again.state == Job.State.RUNNING
    assert timeline(job).filter(verb="jobs.cancel_asked").count() == 1


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_a_job_is_not_cancelled_without_a_reason(start: Start, engineer: User, reason: str) -> None:
    with pytest.raises(InputError, match="原因"):
        services.cancel(start().pk, by=engineer, reason=reason)


def test_only_who_started_it_or_an_administrator_cancels_a_job(
    start: Start, make_user: Callable[..., User]
) -> None:
    job = start()
    with pytest.raises(NotAllowed, match=r"jobs\.cancel"):
        services.cancel(job.pk, by=make_user("colleague", Role.ENGINEER), reason="碍事")
    with pytest.raises(Job.DoesNotExist):
        services.cancel(job.pk, by=make_user("elsewhere", Role.ADMINISTRATOR, "141000"), reason="碍事")
    administrator = make_user("administrator", Role.ADMINISTRATOR)
    assert services.cancel(job.pk, by=administrator, reason="停机").state == Job.State.CANCELLED


def test_a_finished_job_is_neither_cancelled_nor_done_again(start: Start, engineer: User) -> None:
    job = ended(running(start()), endings.done, {"facts": []})
    with pytest.raises(MoveNotAllowed, match="现为“完成”"):
        services.cancel(job.pk, by=engineer, reason="晚了")
    with pytest.raises(MoveNotAllowed):
        services.retry(job.pk, by=engineer)


def test_a_failed_job_starts_again_from_the_beginning(start: Start, engineer: User) -> None:
    job = ended(running(start()), endings.failed, "没有枕头")
    first_task = job.task_id
    services.retry(job.pk, by=engineer)
    job.refresh_from_db()
    assert (job.state, job.problem, job.progress, job.steps) == (Job.State.QUEUED, "", 0.0, [])
    assert job.task_id != first_task
    assert running(job).attempts == 2


def test_a_task_that_has_lost_its_job_has_no_say(start: Start, engineer: User) -> None:
    job = ended(running(start()), endings.failed, "没有枕头")
    late = job.task_id
    services.retry(job.pk, by=engineer)
    job.refresh_from_db()
    running(job)
    assert late is not None
    assert not endings.done(job.pk, late, {"facts": [["来自", "旧进程"]]})
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.RUNNING, {})


def test_people_of_other_regions_see_no_job_but_their_own(
    start: Start, make_user: Callable[..., User], engineer: User
) -> None:
    job = start()
    assert Job.objects.visible_to(engineer).get() == job
    assert Job.objects.visible_to(make_user("colleague", Role.SUPERVISOR)).get() == job
    for person in (make_user("elsewhere", Role.ENGINEER, "141000"), make_user("public", Role.PUBLIC), None):
        assert not Job.objects.visible_to(person).exists()
