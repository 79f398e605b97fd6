"""The pages of jobs: what is shown, to whom, and what a result file may do in the browser."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shuibao.platform.accounts.models import User
from shuibao.platform.accounts.roles import Role
from shuibao.platform.core.events import timeline
from shuibao.platform.jobs import endings
from shuibao.platform.jobs.models import Job
from shuibao.platform.jobs.running import Cancelled, NotMine, RunningJob
from shuibao.platform.jobs.worker.claim import claim_next

Start = Callable[..., Job]


@pytest.fixture
def visit(client: Client, engineer: User) -> Client:
    """The browser of the engineer."""
    client.force_login(engineer)
    return client


@pytest.fixture
def running(start: Start) -> Job:
    """A job in the middle of its second step."""
    job = start()
    claim_next("work", "tester")
    job.refresh_from_db()
    work = RunningJob(job)
    work.progress("躺下", 0.2)
    work.progress("入睡", 0.5)
    job.refresh_from_db()
    return job


@pytest.fixture
def done(running: Job, settings: Settings, tmp_path: Path) -> Job:
    """A finished job with a report and a workbook."""
    settings.PRODUCTS = tmp_path / "products"
    folder = settings.PRODUCTS / "140800" / "2025" / "abc"
    folder.mkdir(parents=True)
    (folder / "report.html").write_text("<style>b{color:red}</style><b>报告</b>")
    (folder / "summary.xlsx").write_bytes(b"PK")
    (folder / "secret.html").write_text("不在结果里")
    (tmp_path / "shuibao.sqlite3").write_bytes(b"SQLite")
    names = ("report.html", "summary.xlsx", "gone.json", "../../../../shuibao.sqlite3")
    files = [{"label": name, "path": f"140800/2025/abc/{name}"} for name in names]
    assert running.task_id is not None
    endings.done(running.pk, running.task_id, {"files": files, "facts": [["水土保持率", "71.20 %"]]})
    running.refresh_from_db()
    return running


def page(visit: Client, address: str) -> str:
    """The text of a page that answers."""
    response = visit.get(address)
    assert response.status_code == 200
    return response.content.decode()


def address(job: Job, name: str, *more: str) -> str:
    """An address of the job."""
    return reverse(f"jobs:{name}", args=[job.pk, *more])


def test_the_list_shows_state_person_and_progress_and_filters(visit: Client, running: Job) -> None:
    text = page(visit, reverse("jobs:list"))
    for words in ("运城市 小睡", "执行中", "engineer", 'value="0.500"', "every 4s"):
        assert words in text
    assert "运城市 小睡" not in page(visit, reverse("jobs:list") + "?state=failed")
    assert "没有处于这个状态的作业" in page(visit, reverse("jobs:list") + "?state=failed")


def test_the_page_shows_steps_log_and_inputs(visit: Client, running: Job) -> None:
    text = page(visit, address(running, "detail"))
    for words in ("躺下", "入睡", "50%", running.input_hash, "取消作业", "发起小睡"):
        assert words in text
    assert "style=" not in text and "onclick" not in text


def test_the_page_asks_for_news_until_the_job_ends(visit: Client, running: Job) -> None:
    news = visit.get(address(running, "live"), {"shown": "running-1"})
    assert "every 2s" in news.content.decode() and "HX-Refresh" not in news
    assert running.task_id is not None
    endings.failed(running.pk, running.task_id, "没有枕头")
    news = visit.get(address(running, "live"), {"shown": "running-1"})
    assert "every 2s" not in news.content.decode() and news["HX-Refresh"] == "true"
    assert "没有枕头" in page(visit, address(running, "detail"))


def test_cancelling_asks_for_a_reason_and_keeps_it_in_the_log(visit: Client, running: Job) -> None:
    refused = visit.post(address(running, "cancel"), {"reason": " "})
    assert refused.status_code == 409 and "请写明取消的原因" in refused.content.decode()
    assert visit.post(address(running, "cancel"), {"reason": "太慢"}).status_code == 302
    assert "太慢" in timeline(running)[0].text
    assert "正在停止" in page(visit, address(running, "detail"))


def test_a_failed_job_offers_to_do_it_again(visit: Client, running: Job) -> None:
    assert address(running, "retry") not in page(visit, address(running, "detail"))
    assert running.task_id is not None
    endings.failed(running.pk, running.task_id, "没有枕头")
    assert address(running, "retry") in page(visit, address(running, "detail"))
    assert visit.post(address(running, "retry")).status_code == 302
    running.refresh_from_db()
    assert running.state == Job.State.QUEUED
    again = visit.post(address(running, "retry"))
    assert again.status_code == 409 and "现为“排队”" in again.content.decode()


def test_a_report_is_shown_without_scripts_and_a_workbook_is_saved(visit: Client, done: Job) -> None:
    report = visit.get(address(done, "file", "140800/2025/abc/report.html"))
    assert report["Content-Type"].startswith("text/html")
    assert "报告" in b"".join(report.streaming_content).decode()
    policy = report["Content-Security-Policy"]
    for words in ("default-src 'none'", "style-src 'unsafe-inline'", "sandbox"):
        assert words in policy
    assert "script" not in policy
    book = visit.get(address(done, "file", "140800/2025/abc/summary.xlsx"))
    assert b"".join(book.streaming_content) == b"PK"
    assert book["Content-Disposition"].startswith("attachment")
    assert book["X-Content-Type-Options"] == "nosniff"
    assert "71.20 %" in page(visit, address(done, "detail"))


@pytest.mark.parametrize(
    "name", ["140800/2025/abc/secret.html", "140800/2025/abc/gone.json", "../shuibao.sqlite3"]
)
def test_no_file_but_those_of_the_result_is_handed_out(visit: Client, done: Job, name: str) -> None:
    assert visit.get(address(done, "file", name)).status_code == 404


def test_a_result_that_points_out_of_the_products_is_not_followed(visit: Client, done: Job) -> None:
    name = "140800/2025/abc/../../../../shuibao.sqlite3"
    assert visit.get(address(done, "file", name)).status_code == 404


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.SUPERVISOR, Role.AUDITOR])
def test_people_of_another_region_find_nothing(
    client: Client, done: Job, make_user: Callable[..., User], role: Role
) -> None:
    client.force_login(make_user("elsewhere", role, "141000"))
    report = "140800/2025/abc/report.html"
    for path in (
        address(done, "detail"),
        address(done, "live"),
        address(done, "file", report),
        reverse("jobs:detail", args=[uuid4()]),
    ):
        assert client.get(path).status_code == 404
    assert "小睡" not in client.get(reverse("jobs:list")).content.decode()
    for path in (address(done, "cancel"), address(done, "retry")):
        assert client.post(path, {"reason": "x"}).status_code == 404
    done.refresh_from_db()
    assert done.state == Job.State.DONE


def test_a_colleague_sees_the_job_and_may_not_cancel_it(
    client: Client, running: Job, make_user: Callable[..., User]
) -> None:
    client.force_login(make_user("colleague", Role.ENGINEER))
    assert address(running, "cancel") not in page(client, address(running, "detail"))
    assert client.post(address(running, "cancel"), {"reason": "碍事"}).status_code == 403
    running.refresh_from_db()
    assert running.cancel_asked_at is None


def test_visitors_are_sent_to_sign_in(client: Client, done: Job) -> None:
    for path in (reverse("jobs:list"), address(done, "detail"), address(done, "file", "x")):
        assert client.get(path).status_code == 302


def test_progress_tells_the_work_to_stop(running: Job) -> None:
    work = RunningJob(running)
    Job.objects.filter(pk=running.pk).update(cancel_asked_at=running.created_at)
    with pytest.raises(Cancelled):
        work.progress("醒来", 0.9)
    Job.objects.filter(pk=running.pk).update(task_id=uuid4())
    with pytest.raises(NotMine):
        RunningJob(running).progress("醒来", 0.9)
